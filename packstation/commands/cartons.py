"""`packstation cartons`: plans made ahead, sizes in doubt, cartons that ran out, how good suggestions are."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from packstation.cartons.words import money
from packstation.commands.arguments import deed_flags, whole
from packstation.commands.errors import Refused, UsageError
from packstation.safe import safe, shown_json

if TYPE_CHECKING:
    from packstation.store import Place, Store

SECONDS_MAX = 3_600
NONE_NAMED = 20


def add(commands: Any) -> None:
    cartons = commands.add_parser(
        "cartons",
        help="carton plans, sizes in doubt, cartons that ran out",
        description="Plans cartons ahead, lists items whose size is in doubt, approves measured sizes, counts "
        "cartons, and says how good the suggestions were. Example: packstation cartons suspects --data shop --json",
    )
    actions = cartons.add_subparsers(dest="action", metavar="ACTION", required=True)
    plan = actions.add_parser(
        "plan",
        help="plan the cartons of open orders now",
        description="Plans every open order, or those of waves: 50 ms each, then 1 s for what no search settled, "
        "then a proof where the extra `exact` is installed. Runs beside the station. "
        "Example: packstation cartons plan W-1 --data shop",
    )
    plan.add_argument("waves", nargs="*", metavar="WAVE", help="W-1; without one: the next 500 open orders")
    plan.add_argument(
        "--seconds", type=whole(1, SECONDS_MAX), default=600, metavar="N", help="stop after so long; default 600"
    )
    deed_flags(plan, writes=False)
    plan.set_defaults(run=_plan)

    doubts = actions.add_parser(
        "suspects",
        help="items whose size is in doubt",
        description="Items that were put into a larger carton than suggested, or into one that cannot hold them; "
        "sizes that were measured three times alike; cartons that ran out. "
        "Example: packstation cartons suspects --data shop",
    )
    deed_flags(doubts, writes=False)
    doubts.set_defaults(run=_suspects)

    approve = actions.add_parser(
        "approve",
        help="make a measured size the catalog's",
        description="Takes the size that three measurements agree on, or the one given; asks for the "
        "supervisor's PIN, on the terminal or as a line of standard input. At a bench *APPROVE does the same. "
        "Example: packstation cartons approve BLUE-MUG --size 122x98x92 --data shop",
    )
    approve.add_argument("sku", metavar="SKU")
    approve.add_argument("--size", metavar="LxWxH", help="another size, in mm")
    deed_flags(approve, writes=True)
    approve.set_defaults(run=_approve)

    count = actions.add_parser(
        "count",
        help="say how many cartons of a type there are",
        description="Ends `out of stock` of a carton type. Example: packstation cartons count M2 200 --data shop",
    )
    count.add_argument("carton", metavar="CARTON")
    count.add_argument("count", metavar="N", type=int)
    deed_flags(count, writes=True)
    count.set_defaults(run=_count)

    told = actions.add_parser(
        "figures",
        help="how good the suggestions were",
        description="Accepted, filled, void, money, overrides by reason, carton and item, over this station's boxes. "
        "Example: packstation cartons figures --data shop --json",
    )
    deed_flags(told, writes=False)
    told.set_defaults(run=_figures)


def start_plans(place: Place, waves: Sequence[str]) -> None:
    """Plan the waves' orders in a process of its own: whoever released them goes on at once (cartons.md CT9)."""
    words = [sys.executable, "-m", "packstation", "cartons", "plan", *waves, "--data", str(place.folder)]
    quiet = subprocess.DEVNULL
    try:
        subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError as error:
        print(f"packstation: cartons are planned when orders open: {error.strerror}.", file=sys.stderr)


def _plan(parsed: Namespace) -> int:
    from concurrent.futures.process import BrokenProcessPool

    from packstation.commands.assembly import place_of
    from packstation.station.planning import PlanRun
    from packstation.store.mirror import Mirror
    from packstation.store.schema import open_mirror, open_read_only

    place = place_of(parsed)
    ends = time.monotonic() + parsed.seconds
    try:
        only = _of_waves(place, parsed.waves) if parsed.waves else None
        write, read = open_mirror(place.mirror), open_read_only(place.mirror)
        mirror = Mirror(write, read)
        run = PlanRun(
            place,
            mirror.plans.save,
            mirror,
            lambda: time.time_ns() // 1_000_000,
            stopped=lambda: time.monotonic() > ends,
            compiles=lambda: print(
                "packstation cartons plan: the first plans are there; compiling the engine for better ones, once for "
                "each data directory, about half a minute.",
                file=sys.stderr,
            ),
        )
        try:
            run.run(only)
            plans = run.plans(only)
            cut, unplanned = run.without(only)
            none = list(islice(run.without_carton(only), NONE_NAMED))
        except (BrokenProcessPool, TimeoutError) as error:
            raise Refused(f"cartons plan: expected the worker to answer, got {type(error).__name__}.") from error
        finally:
            run.close()
            read.close()
            write.close()
    except sqlite3.Error as error:
        raise Refused(f"{place.folder}: expected the station's databases, got: {error}.") from error
    statuses = [plan.suggestion.status if plan.suggestion else "none" for plan in plans]
    answer = {
        "orders": len(plans) + cut + unplanned,
        "planned": run.made,
        **{s: statuses.count(s) for s in sorted(set(statuses))},
        **({"cut_by_clock": cut} if cut else {}),
        **({"not_planned": unplanned} if unplanned else {}),
    }
    if parsed.json:
        print(json.dumps(answer))
    else:
        print(", ".join(f"{name} {number}" for name, number in answer.items()))
    for fo, why in none:
        print(f"packstation cartons plan: {safe(fo)}: no carton. {safe(why)}", file=sys.stderr)
    return 0


def _of_waves(place: Place, waves: Sequence[str]) -> list[str]:
    from packstation.store.schema import open_read_only

    facts = open_read_only(place.journal)
    try:
        found: list[str] = []
        for wave in waves:
            rows = facts.execute(
                "SELECT fo FROM board_wave_fo WHERE wave = ? ORDER BY cart, place", (wave,)
            ).fetchall()
            if not rows:
                raise Refused(f"wave {wave[:40]}: expected a wave with orders, got none.")
            found += [row[0] for row in rows]
        return found
    finally:
        facts.close()


def _suspects(parsed: Namespace) -> int:
    from packstation.station.lessons import gone_of, proposals_of, suspects_of

    def look(store: Store) -> dict[str, Any]:
        return {
            "suspects": [asdict(one) for one in suspects_of(store)],
            "proposals": [asdict(one) for one in proposals_of(store)],
            "out_of_stock": [asdict(one) for one in gone_of(store)],
        }

    told = _looked(parsed, look)
    if parsed.json:
        print(shown_json(told))
        return 0
    for one in told["suspects"]:
        what = "too small a carton suggested" if one["why"] == "too_small" else "in a carton that cannot hold it"
        print(safe(f"{one['sku']}: {what}, {one['times']} of {one['parcels']} parcels ({', '.join(one['cartons'])})"))
    for one in told["proposals"]:
        known = _shown(one["catalog_mm"]) if one["catalog_mm"] else "no size"
        print(safe(f"{one['sku']}: measured {_shown(one['size_mm'])} {one['times']} times, catalog {known}"))
    for one in told["out_of_stock"]:
        print(safe(f"{one['code']}: out of stock until more are counted"))
    if not any(told.values()):
        print("nothing in doubt", file=sys.stderr)
    return 0


def _approve(parsed: Namespace) -> int:
    from packstation.station.lessons import proposals_of
    from sync import facts as f
    from sync.protocol import Deed

    given = _size(parsed.size) if parsed.size else None

    def act(store: Store, user: str) -> tuple[list[Deed], dict[str, Any]]:
        proposal = next((one for one in proposals_of(store) if one.sku == parsed.sku), None)
        if store.mirror.item(parsed.sku) is None:
            raise Refused(f"{parsed.sku[:40]}: expected an item of the catalog, got none.")
        if proposal is None and given is None:
            raise Refused(f"{parsed.sku[:40]}: expected three measurements that agree, or --size, got neither.")
        size = given or (proposal.size_mm if proposal else (0, 0, 0))
        weight_g = proposal.weight_g if proposal else None
        fact = f.SizeApproved(sku=parsed.sku, size_mm=size, by=user, weight_g=weight_g)
        given_fact = f.OverrideGiven(what="ov.size", by=user, reason="checked")
        return [Deed(None, given_fact), Deed(None, fact)], {
            "sku": parsed.sku,
            "size_mm": list(size),
            "weight_g": weight_g,
        }

    return _done(parsed, act, right="ov.size")


def _count(parsed: Namespace) -> int:
    from sync import facts as f
    from sync.protocol import Deed

    if not 0 <= parsed.count <= 1_000_000:
        raise UsageError(f"cartons count: expected 0 to 1000000, got {parsed.count}.")

    def act(store: Store, user: str) -> tuple[list[Deed], dict[str, Any]]:
        if store.mirror.carton(parsed.carton) is None:
            raise Refused(f"{parsed.carton[:40]}: expected a carton type of the catalog, got none.")
        deeds = [Deed(None, f.CartonsCounted(type=parsed.carton, count=parsed.count))]
        return deeds, {"carton": parsed.carton, "count": parsed.count}

    return _done(parsed, act)


def _figures(parsed: Namespace) -> int:
    from packstation.station.lessons import figures_of

    told = _looked(parsed, lambda store: asdict(figures_of(store)))
    if parsed.json:
        print(shown_json(told))
        return 0
    share = _percent(told["accepted_permille"])
    print(f"{told['boxes']} boxes, {told['suggested']} with a suggestion, {share} accepted")
    print(f"{_percent(told['fill_permille'])} full, {told['void_l']} l of air")
    saved = told["used_minor"] - told["suggested_minor"]
    against = told["smallest_minor"] - told["suggested_minor"]
    used = f"used {money(told['used_minor'])} ({money(saved)} more)"
    print(f"money: suggested {money(told['suggested_minor'])}, {used}")
    print(f"the smallest carton each time: {money(told['smallest_minor'])} ({money(against)} more)")
    for name, title in (("reason", "why"), ("carton", "cartons"), ("sku", "items")):
        rows = told[f"overrides_by_{name}"]
        if rows:
            print(f"overridden, {title}: " + ", ".join(f"{key} {count}" for key, count in rows.items()))
    return 0


def _looked(parsed: Namespace, look: Any) -> dict[str, Any]:
    from packstation.commands.assembly import place_of
    from packstation.commands.orders import open_view, try_exchange

    place = place_of(parsed)
    try_exchange(place)
    store = open_view(place)
    try:
        found: dict[str, Any] = look(store)
        return found
    except sqlite3.Error as error:
        raise Refused(f"{place.folder}: expected the station's databases, got: {error}.") from error
    finally:
        store.close()


def _done(parsed: Namespace, act: Any, *, right: str = "board") -> int:
    from packstation.commands.assembly import open_store, place_of
    from packstation.commands.deeds import proven, record, user_of
    from packstation.commands.exchange import exchange_if_local

    place = place_of(parsed)
    exchange_if_local(place)
    store = open_store(place)
    try:
        user = user_of(store, parsed.user, right=right)
        deeds, answer = act(store, user)
        if right != "board":
            proven(store, user, flag="--user")
        record(store, deeds, user)
    finally:
        store.close()
    exchange_if_local(place)
    print(json.dumps(answer) if parsed.json else ", ".join(f"{name} {value}" for name, value in answer.items()))
    return 0


def _size(text: str) -> tuple[int, int, int]:
    parts = text.lower().split("x")
    if len(parts) != 3 or not all(part.isdecimal() and 0 < int(part) <= 100_000 for part in parts):
        raise UsageError(f"--size: expected three sides in mm such as 122x98x92, got {text[:40]!r}.")
    length, width, height = sorted((int(part) for part in parts), reverse=True)
    return length, width, height


def _shown(size: Sequence[int]) -> str:
    return "x".join(str(side) for side in size)


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10} %"
