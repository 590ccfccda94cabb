"""`packstation alias`: codes that packers proposed for an item, approved or rejected later (FL2.12), also offline."""

from __future__ import annotations

import json
import sqlite3
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from packstation.commands.arguments import data, json_flag
from packstation.commands.errors import Refused
from packstation.safe import safe, shown_json


def add(commands: Any) -> None:
    alias = commands.add_parser(
        "alias",
        help="codes proposed for an item: list, approve, reject",
        description="Lists the unknown codes that packers said belong to an item, and approves or rejects them with "
        "the supervisor's PIN, asked on the terminal or read as a line of standard input. An approved code is a "
        "barcode of the item here at once, and everywhere once the hub heard of it. At a bench: *APPROVE. "
        "Example: packstation alias approve SUPPLIER-77 --by 201 --data shop --json",
    )
    actions = alias.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser(
        "list",
        help="codes that wait for a decision",
        description="Codes that wait for a decision. Example: packstation alias list --data shop --json",
    )
    listed.set_defaults(run=_list)
    parsers = [listed]
    for name, help, run in (
        ("approve", "make the code a barcode of the item", _approve),
        ("reject", "the code is not the item's", _reject),
    ):
        one = actions.add_parser(
            name,
            help=help,
            description=f"{help.capitalize()}; asks for the PIN. "
            f"Example: packstation alias {name} SUPPLIER-77 --by 201 --data shop",
        )
        one.add_argument("code", metavar="CODE")
        one.add_argument("--by", metavar="USER", help="the supervisor (default: the only one there is)")
        one.set_defaults(run=run)
        parsers.append(one)
    for one in parsers:
        data(one)
        json_flag(one)


def _list(parsed: Namespace) -> int:
    from packstation.commands.assembly import place_of
    from packstation.commands.orders import open_view, try_exchange
    from packstation.station.exceptions import proposed_aliases

    place = place_of(parsed)
    try_exchange(place)
    store = open_view(place)
    try:
        found = [asdict(row) for row in proposed_aliases(store)]
    except sqlite3.Error as error:
        raise Refused(f"{place.folder}: expected the station's databases, got: {error}.") from error
    finally:
        store.close()
    if parsed.json:
        print(shown_json({"aliases": found}))
    for row in () if parsed.json else found:
        print(safe(f"{row['code']}  {row['sku']}  by {row['by']}"))
    return 0


def _approve(parsed: Namespace) -> int:
    return _decided(parsed, approved=True)


def _reject(parsed: Namespace) -> int:
    return _decided(parsed, approved=False)


def _decided(parsed: Namespace, *, approved: bool) -> int:
    from packstation.commands.assembly import open_store, place_of
    from packstation.commands.deeds import proven, record, user_of
    from packstation.commands.exchange import exchange_if_local
    from packstation.station.exceptions import proposed_aliases
    from sync import facts as f
    from sync.protocol import Deed

    place = place_of(parsed)
    exchange_if_local(place)
    store = open_store(place)
    try:
        by = user_of(store, parsed.by, right="ov.alias", flag="--by")
        if by == "cli":
            raise Refused("--by: expected the supervisor who decides, got none.")
        row = next((row for row in proposed_aliases(store) if row.code == parsed.code), None)
        if row is None:
            raise Refused(f"{safe(parsed.code[:48])}: expected a code that waits for a decision, got none.")
        proven(store, by, flag="--by")
        given = f.OverrideGiven(what="ov.alias", by=by, reason="checked")
        decided: f.Fact = f.AliasRejected(code=row.code, by=by)
        if approved:
            decided = f.AliasApproved(code=row.code, sku=row.sku, by=by)
        deeds = [Deed(None, given), Deed(None, decided)]
        record(store, deeds, by)
    finally:
        store.close()
    exchange_if_local(place)
    answer = {"code": row.code, "sku": row.sku, "state": "approved" if approved else "rejected", "by": by}
    if parsed.json:
        print(json.dumps(answer))
    else:
        print(safe(f"{row.code} is {row.sku} from now on." if approved else f"{row.code} is not {row.sku}."))
    return 0
