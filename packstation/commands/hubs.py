"""`packstation hub ...`: the central store on this machine: serve it, check it, ask it why."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from packstation.commands.arguments import data, data_folder, json_flag
from packstation.commands.errors import Refused, UsageError
from packstation.safe import LINE_CHARS_MAX, safe, shown_json


def add(commands: Any) -> None:
    hub = commands.add_parser(
        "hub",
        help="the central store: serve, check, route, why, enrol, review, setting, pause, recover",
        description="The central store: orders, stock, routing. Example: packstation hub serve --data shop",
    )
    parts = hub.add_subparsers(dest="part", metavar="PART", required=True)

    serve = parts.add_parser(
        "serve",
        help="run the hub",
        description="Runs the hub until SIGTERM; prints one JSON line with its address when it is ready. "
        "Example: packstation hub serve --data shop --port 8470",
    )
    serve.add_argument(
        "--database", metavar="URL", help="sqlite:///PATH (default: DIR/hub.db) or postgresql+psycopg://"
    )
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; another than this machine needs TLS"
    )
    serve.add_argument("--port", type=int, default=8470, help="port; 0 takes a free one (default: 8470)")
    serve.add_argument("--certificate", metavar="FILE", help="TLS certificate chain")
    serve.add_argument("--key", metavar="FILE", help="its private key")
    data(serve)
    serve.set_defaults(run=_serve)

    check = parts.add_parser(
        "check",
        help="run every conservation law",
        description="Lists every row that breaks a law; exit 0 when there is none. "
        "Example: packstation hub check --data shop --json",
    )
    data(check)
    json_flag(check)
    check.set_defaults(run=_check)

    why = parts.add_parser(
        "why",
        help="why an order went where it went",
        description="Shows the stored decisions about an order with their reasons and what they looked at. "
        "Example: packstation hub why 4471 --data shop",
    )
    why.add_argument("order", metavar="ORDER")
    why.add_argument("--verify", action="store_true", help="apply the rule again to what was written down")
    json_flag(why)
    data(why)
    why.set_defaults(run=_why)

    route = parts.add_parser(
        "route",
        help="route an order that waits",
        description="Routes an order's waiting units, or says where they would go. "
        "Example: packstation hub route 4471 --dry-run --data shop",
    )
    route.add_argument("order", metavar="ORDER")
    route.add_argument("--dry-run", action="store_true", help="say where it would go, change nothing")
    json_flag(route)
    data(route)
    route.set_defaults(run=_route)

    enrol = parts.add_parser(
        "enrol",
        help="a one-time code with which a station enrols",
        description="Prints a one-time code, good for ten minutes. With --hub and --code it is used up instead: this "
        "directory's station gets its token. Example: packstation hub enrol --site NYC --station st-07 --data hub",
    )
    enrol.add_argument("--site", help="the station's site")
    enrol.add_argument("--station", help="the station's id, [a-z0-9-]")
    enrol.add_argument("--imports", action="store_true", help="the station may also import files")
    enrol.add_argument("--hub", metavar="URL", help="at the station: the hub's address")
    enrol.add_argument("--code", help="at the station: the code")
    json_flag(enrol)
    data(enrol)
    enrol.set_defaults(run=_enrol)

    review = parts.add_parser(
        "review",
        help="what imports refused",
        description="Lists what imports refused and nobody settled yet. Example: packstation hub review --data shop",
    )
    json_flag(review)
    data(review)
    review.set_defaults(run=_review)
    _settings(parts)


def _settings(parts: Any) -> None:
    setting = parts.add_parser(
        "setting",
        help="what a site's benches go by: carriers, stations, rules",
        description="Shows the settings of a site, or sets one: carriers, stations, rules, weight_tolerance, "
        "printers, carton_places, language, command_key. A setting is replaced whole. VALUE is JSON, or @FILE. "
        """Example: packstation hub setting stations '{"PS-1": {"printer": "zd420", "work": ["pack"]}}' --site NYC""",
    )
    setting.add_argument("name", nargs="?", metavar="NAME")
    setting.add_argument("value", nargs="?", metavar="VALUE")
    setting.add_argument("--site", help="the site (default: the station's)")
    json_flag(setting)
    data(setting)
    setting.set_defaults(run=_setting)

    pause = parts.add_parser(
        "pause",
        help="give a site no new orders for a while",
        description="No new orders for a site until a time; what nobody there began moves where it can be filled. "
        "Example: packstation hub pause NYC --until 2026-11-22T18:00:00Z --data hub",
    )
    pause.add_argument("site", metavar="SITE")
    pause.add_argument("--until", metavar="TIME", help="ISO 8601; without it the site takes orders again from now")
    json_flag(pause)
    data(pause)
    pause.set_defaults(run=_pause)

    recover = parts.add_parser(
        "recover",
        help="go on after a restore without stations that do not answer",
        description="A hub that was put back gives out nothing new until every station seen in the last day said "
        "hello. This goes on without those that did not. Example: packstation hub recover --data hub",
    )
    json_flag(recover)
    data(recover)
    recover.set_defaults(run=_recover)


def _setting(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of, own_site

    site = parsed.site or own_site(parsed)
    if site is None:
        raise UsageError("hub setting: expected --site, as no station is here.")
    if parsed.name is not None and parsed.value is None:
        raise UsageError("hub setting: expected NAME and VALUE, or neither, got a name alone.")
    with hub_of(parsed, make=False) as door:
        if parsed.name is not None:
            changed = door.set_setting(site, parsed.name, _value(parsed.value))
            print(f"{parsed.name}: {'set' if changed else 'unchanged'}", file=sys.stderr)
        found = door.settings(site)
    if parsed.json:
        print(shown_json(found))
    else:
        for name, value in found.items():
            print(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return 0


def _value(text: str) -> Any:
    where = "VALUE"
    if text.startswith("@"):
        where = text[1:]
        try:
            text = Path(where).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{where}: expected a readable file, got: {error}.") from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: expected JSON, got: {str(error)[:80]}.") from None


def _pause(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    with hub_of(parsed, make=False) as door:
        moved = door.pause(parsed.site, parsed.until)
    if parsed.json:
        print(json.dumps({"site": parsed.site, "until": parsed.until, "moved": moved}))
    else:
        state = f"no new orders until {parsed.until}" if parsed.until else "takes orders"
        print(f"{parsed.site}: {state}" + (f"; moved {', '.join(moved)}" if moved else ""))
    return 0


def _recover(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    with hub_of(parsed, make=False) as door:
        without = door.recover()
    if parsed.json:
        print(json.dumps({"without": without}))
    else:
        print(f"going on without {', '.join(without)}" if without else "every station was heard")
    return 0


def _serve(parsed: Namespace) -> int:
    from packstation.store import NotAStation, read_place
    from sync.hub.api.doors import HubLocked, running
    from sync.hub.api.serve import Served, Unservable, serve
    from sync.hub.tables.database import DatabaseTrouble

    if not 0 <= parsed.port <= 65535:
        raise UsageError(f"--port: expected 0 to 65535, got {parsed.port}.")
    folder = data_folder(parsed)
    database = parsed.database
    if database is None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"{folder}: expected to write there, got: {error}.") from error
        database = f"sqlite:///{folder / 'hub.db'}"
    elif database.startswith("sqlite:///"):
        folder = Path(database.removeprefix("sqlite:///")).absolute().parent
    sites = []
    try:
        sites = [read_place(folder).site]
    except (NotAStation, ValueError):
        sites = []  # a hub needs no station beside it
    try:
        return serve(
            Served(
                database,
                parsed.host,
                parsed.port,
                parsed.certificate,
                parsed.key,
                folder if database.startswith("sqlite:") or parsed.data else None,
                tuple(sites),
            )
        )
    except Unservable as error:
        raise UsageError(str(error)) from error
    except HubLocked as error:
        told = running(folder)
        where = f" It runs at {told['url']}." if told else ""
        raise Refused(f"{error}{where}") from error
    except DatabaseTrouble as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise UsageError(f"hub serve: {error}.") from error


def _check(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    with hub_of(parsed, make=False) as door:
        broken = door.check()
    if parsed.json:
        print(shown_json(broken))
    for row in broken:
        where = f" at {row['site']}" if row["site"] else ""
        line = f"{row['law']}: {row['what']}{where}: expected {row['expected']}, got {row['got']}. {row['says']}"
        print(safe(line, chars_max=LINE_CHARS_MAX), file=sys.stderr if parsed.json else sys.stdout)
    if not broken and not parsed.json:
        print("All laws hold.")
    if broken:
        raise Refused(f"{len(broken)} rows break a law.")
    return 0


def _why(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    with hub_of(parsed, make=False) as door:
        found = door.why(parsed.order)
    if parsed.json:
        print(shown_json({"orders": found}))
    if not found:
        raise Refused(f"{parsed.order}: expected an order the hub knows, got none.")
    for order in found if not parsed.json else ():
        _tell(order)
    if parsed.verify:
        wrong = [f"{o['order']} decision {d['n']}" for o in found for d in o["decisions"] if not d["follows"]]
        if wrong:
            raise Refused(f"expected each decision to follow from what it looked at, got others: {', '.join(wrong)}.")
    return 0


def _tell(order: dict[str, Any]) -> None:
    print(safe(f"Order {order['order']} ({order['channel']} {order['number']})"))
    for made in order["decisions"]:
        to = f"{made['site']} as {made['fo']}" if made["site"] else f"waits ({made['code']})"
        print(safe(f"  {made['at']}  {to}: {made['reason']}"))
        for site in made["candidates"]:
            lacks = ", ".join(f"{sku} -{units}" for sku, units in site["missing"].items())
            state = site["closed"] or (f"lacks {lacks}" if lacks else "holds all")
            shared = site["postcode_shared"]
            print(safe(f"      {site['site']}: {state}; postcode shares {shared}; priority {site['priority']}"))
    if order["waits"]:
        print(safe(f"  now waits: {order['waits']['reason']}"))
    for fo in order["fos"]:
        print(safe(f"  {fo['fo']} at {fo['site']}: {fo['status']} {fo['step']}"))


def _route(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    if Path(parsed.order).is_file() or parsed.order == "-":
        raise Refused(
            "route: expected an order this hub holds, got a file; plans from files need the routing engine."
        )
    with hub_of(parsed, make=False) as door:
        plans = door.route(parsed.order, dry=parsed.dry_run)
    if parsed.json:
        print(shown_json({"plans": plans}))
    if not plans:
        raise Refused(f"{parsed.order}: expected an order the hub knows, got none.")
    for plan in plans if not parsed.json else ():
        print(safe(f"{plan['order']}: {plan['site'] or 'waits'}: {plan['why']}", chars_max=LINE_CHARS_MAX))
    return 0


def _enrol(parsed: Namespace) -> int:
    if parsed.code or parsed.hub:
        return _use_code(parsed)
    from packstation.commands.imports import hub_of

    if not parsed.site or not parsed.station:
        raise UsageError("enrol: expected --site and --station, or --hub and --code, got neither pair.")
    with hub_of(parsed, make=False) as door:
        code = door.invite(parsed.site, parsed.station, "sync import" if parsed.imports else "sync")
    if parsed.json:
        print(json.dumps({"site": parsed.site, "station": parsed.station, "code": code, "minutes": 10}))
    else:
        print(f"{parsed.station} at {parsed.site}: code {code}, good for 10 minutes, once.")
    return 0


def _use_code(parsed: Namespace) -> int:
    from packstation.store import NotAStation, Place, read_place, write_place
    from sync.client import Turned, Unreachable, enrol

    if not parsed.code or not parsed.hub:
        raise UsageError("enrol: expected both --hub and --code at the station.")
    folder = data_folder(parsed)
    try:
        told = enrol(parsed.hub, parsed.code)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except Turned as error:
        raise Refused(error.text) from error
    except Unreachable as error:
        raise Refused(error.why) from error
    try:
        known = read_place(folder)
    except NotAStation:
        known = None
    except ValueError as error:
        raise UsageError(str(error)) from error
    if known is not None and (known.site, known.station) != (told["site"], told["station"]):
        raise Refused(
            f"{folder}: expected a code for {known.station} at {known.site}, got one for {told['station']}"
            f" at {told['site']}."
        )
    write_place(Place(folder, told["site"], told["station"], parsed.hub, told["token"]))
    print(json.dumps({"site": told["site"], "station": told["station"], "hub": parsed.hub}))
    return 0


def _review(parsed: Namespace) -> int:
    from packstation.commands.imports import hub_of

    with hub_of(parsed, make=False) as door:
        found = door.review()
    if parsed.json:
        print(shown_json({"review": found}))
    for row in found if not parsed.json else ():
        told = f"{row['what']} row {row['row']} {row['order']}: {row['path']}: {row['reason']}"
        print(safe(told, chars_max=LINE_CHARS_MAX))
    return 0
