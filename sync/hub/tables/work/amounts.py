"""Other quantities of an order that somebody works on (sync C9).

fewer   what still waits is not wanted any more, then what fulfillment orders still need: their lines show the new
        need, and units that are packed already are taken out at the bench (floor.md FL4.55)
more    waits, and is routed as a fulfillment order of its own
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sync.hub import stock
from sync.hub.orders import progress
from sync.hub.orders.kits import Wanted
from sync.hub.tables import books
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import all_of, do
from sync.hub.tables.work.floor import open_conflict, open_lines

FEWER = "fewer_wanted"


class Change(NamedTuple):
    """One line of the order: `line` None for a new one, `units` wanted from now on."""

    line: int | None
    one: Wanted
    units: int
    before: int


def changes(stored: Sequence[Any], wanted: Sequence[Wanted]) -> list[Change] | None:
    """The lines whose quantity changed; None when more than quantities did, or when lines cannot be told apart."""
    known = {(row.sku, row.kit): row for row in stored}
    asked = {(one.sku, one.kit): one for one in wanted}
    if len(known) != len(stored) or len(asked) != len(wanted):
        return None
    if any(asked[key].price_minor != row.price_minor for key, row in known.items() if key in asked):
        return None
    found = []
    for key, row in known.items():
        units = asked[key].units if key in asked else 0
        if units != row.units:
            found.append(Change(row.line, Wanted(row.sku, units, row.price_minor, row.kit), units, row.units))
    found += [Change(None, one, one.units, 0) for key, one in asked.items() if key not in known]
    return found


def too_few(act: Act, order_ref: str, live: Sequence[Any], changed: Sequence[Change]) -> str | None:
    """Why fewer cannot be had: nothing would be left of an order that somebody has in hand. None: it can."""
    for row in live:
        due = {one.line: _due(one) for one in open_lines(act.db, row.site_id, row.fo)}
        cut = {one.line: one.before - one.units for one in changed if one.line is not None and one.units < one.before}
        if sum(due.values()) and all(cut.get(line, 0) >= units for line, units in due.items()):
            return f"expected units left of {row.fo}, which is at {row.station or row.site_id}, got none: cancel it."
    return None


def change(act: Act, order_ref: str, live: Sequence[Any], changed: Sequence[Change]) -> None:
    """Book the new quantities; what is more waits until it is routed."""
    for one in changed:
        if one.line is None:
            do(
                act.db,
                "INSERT INTO order_line (order_id, line, sku, ordered, waiting, price_minor, kit)"
                " SELECT :id, coalesce(max(line), 0) + 1, :sku, :units, :units, :price, :kit FROM order_line"
                " WHERE order_id = :id",
                id=order_ref,
                sku=one.one.sku,
                units=one.units,
                price=one.one.price_minor,
                kit=one.one.kit,
            )
        elif one.units > one.before:
            do(
                act.db,
                "UPDATE order_line SET ordered = ordered + :more, waiting = waiting + :more"
                " WHERE order_id = :id AND line = :line",
                more=one.units - one.before,
                id=order_ref,
                line=one.line,
            )
        else:
            _fewer(act, order_ref, live, one.line, one.before - one.units)


def _fewer(act: Act, order_ref: str, live: Sequence[Any], line: int, cut: int) -> None:
    """Units nobody wants: those that wait first, then those of orders that nobody began."""
    waiting = all_of(
        act.db, "SELECT waiting FROM order_line WHERE order_id = :id AND line = :line", id=order_ref, line=line
    )[0][0]
    free = min(cut, waiting)
    do(
        act.db,
        "UPDATE order_line SET waiting = waiting - :units, cancelled = cancelled + :units"
        " WHERE order_id = :id AND line = :line",
        units=free,
        id=order_ref,
        line=line,
    )
    cut -= free
    for row in sorted(live, key=lambda each: (bool(each.station or each.step), each.fo)):
        held = next((one for one in open_lines(act.db, row.site_id, row.fo) if one.line == line), None)
        less = min(cut, _due(held)) if held is not None else 0
        if held is None or less <= 0:
            continue
        cut -= less
        cause = Cause("order_changed", "fo", row.fo, f"fewer:{row.fo}:{line}:{row.rev}")
        before = books.held(act, row.site_id, held.sku)
        books.book(act, row.site_id, held.sku, stock.shorted(before, less, "order_changed", 0), cause)
        books.settle_alert(act, row.site_id, held.sku)
        do(
            act.db,
            "UPDATE fo_line SET q = q - :less WHERE site_id = :site AND fo = :fo AND line = :line",
            less=less,
            site=row.site_id,
            fo=row.fo,
            line=line,
        )
        do(
            act.db,
            "UPDATE order_line SET open = open - :less, cancelled = cancelled + :less"
            " WHERE order_id = :id AND line = :line",
            less=less,
            id=order_ref,
            line=line,
        )
        packed = progress.loads(row.progress).packed.get(str(line), 0)
        due = held.q - less - held.rejected - held.released
        if packed > due:
            told = {"station": row.station, "ref": str(line), "packed": packed, "due": due}
            told["text"] = "The bench is asked to take units out."
            open_conflict(act, row.site_id, FEWER, row.fo, told)


def _due(row: Any) -> int:
    return int(row.q - row.shipped - row.rejected - row.released)
