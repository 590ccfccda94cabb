"""How much of an order is scanned, and which boxes are counted before they are weighed (FL4.57, FL5.7, FL5.8). Pure.

site rule `checks`, first that fits --> all | one_in_n | count | none --> of each line: all, count or none
site rules `count_from_minor`, `count_from_units`, a line that was counted --> the closed box waits in COUNT
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from packstation.workflows.desk import Answer, Check, Desk, Job, Line, Reader, accepted, asked
from packstation.workflows.order import Box, Content
from packstation.workflows.packing import mixing
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from sync import facts as f
from sync.facts import Fact
from sync.protocol import Deed, digest

NEW_USER_ORDERS = 200
NEW_SKU_UNITS = 50
"""A user's first orders and an item's first units are scanned in full, whatever the rule says."""
TRIES_MAX = 3
COUNT_MAX = 9_999
BY_COUNT = "count"
NOT_DRAWN = "not_drawn"
"""Reasons of an ItemPacked that no scan of its unit led to: the line was counted, or the draw left it out."""

_ALWAYS = frozenset({"lot", "serial", "expiry", "regulated"})
"""What is tracked is scanned: a draw cannot know its lot."""


def mode_of(job: Job, line: Line, user: str, reader: Reader) -> str:
    """all, count or none: how the units of a line are verified."""
    check = next((each for each in reader.checks() if _fits(each, job, line, user)), None)
    if check is None or check.scan == "all" or line.item.flags & _ALWAYS or _keeps_apart(job, line, reader):
        return "all"
    if check.scan == "one_in_n" and drawn(job.doc.fo, check):
        return "all"
    if reader.orders_of(user, NEW_USER_ORDERS) < NEW_USER_ORDERS:
        return "all"
    if reader.units_of(line.sku, NEW_SKU_UNITS) < NEW_SKU_UNITS:
        return "all"
    return "count" if check.scan == "count" else "none"


def _keeps_apart(job: Job, line: Line, reader: Reader) -> bool:
    """What may not share every box is scanned into its own (CT3.8, CT3.9)."""
    if mixing.alone(line.item) or mixing.hazard(line.item):
        return True
    apart = reader.apart()
    return bool(apart) and any(mixing.parted(line.item, other.item, apart) for other in job.doc.lines)


def drawn(fo: str, check: Check) -> bool:
    """Whether the order is one of the n that are scanned: a digest, so that every replay draws the same."""
    return int(digest(f"{fo}|{check.id}")[:12], 16) % max(1, check.n) == 0


def unscanned(job: Job, user: str, reader: Reader) -> tuple[int, ...]:
    """Lines that `*OK` may pack without a scan."""
    if not reader.checks():
        return ()
    return tuple(line.line for line in job.doc.lines if mode_of(job, line, user, reader) == "none")


def without_scan(desk: Desk) -> Answer | None:
    """`*OK`: what the draw left out goes into the open box; None when a line still wants its scans."""
    job = desk.job
    box = job.order.open_box if job is not None else None
    if job is None or box is None:
        return None
    facts: list[Fact] = [
        f.ItemPacked(
            line=ln.line, sku=ln.sku, qty=job.left(ln), carton=box.lpn, how="typed", code="", reason=NOT_DRAWN
        )
        for ln in job.doc.lines
        if ln.line in desk.unscanned and job.left(ln) > 0
    ]
    if not facts:
        return None
    units = sum(job.left(ln) for ln in job.doc.lines if ln.line in desk.unscanned)
    rest = any(job.left(ln) > 0 for ln in job.doc.lines if ln.line not in desk.unscanned)
    values: dict[str, str | int] = {"n": units, "order": job.doc.order_no}
    if rest:
        return accepted(desk, Say("not_drawn", values), Cue.LINE, *facts)
    facts.append(f.CartonClosed(carton=box.lpn, why="complete"))
    return accepted(desk, Say("order_complete", {**values, "words": Say("not_drawn", values)}), Cue.DONE, *facts)


def _fits(check: Check, job: Job, line: Line, user: str) -> bool:
    doc = job.doc
    value = sum(ln.price_minor * ln.quantity for ln in doc.lines)
    return (
        (not check.skus or line.sku in check.skus)
        and (not check.users or user in check.users)
        and (not check.channels or doc.channel in check.channels)
        and (check.up_to_minor is None or value <= check.up_to_minor)
    )


# --- COUNT ---


def wants_count(desk: Desk, job: Job, contents: Iterable[Content]) -> bool:
    """A box of value, of many units, or with a line that was counted instead of scanned."""
    from_minor, from_units = desk.risk
    inside = tuple(contents)
    if any(content.reason == BY_COUNT for content in inside):
        return True
    if from_units and sum(content.qty for content in inside) >= from_units:
        return True
    if not from_minor:
        return False
    prices = {line.line: line.price_minor for line in job.doc.lines}
    return sum(prices.get(content.line, 0) * content.qty for content in inside) >= from_minor


def to_count(desk: Desk) -> Box | None:
    """The closed box whose units are to be counted now."""
    job = desk.job
    box = unfinished(job) if job is not None else None
    if job is None or box is None or box.counted or box.weight_g is not None or box.labels:
        return None
    return box if wants_count(desk, job, box.contents) else None


def counted(desk: Desk, text: str) -> Answer:
    """The typed number of units in the box; the third wrong one orders a rescan (FL5.7, FL5.8)."""
    box = to_count(desk)
    assert box is not None, "a count was asked for"
    if not text.isdecimal() or int(text[:9]) > COUNT_MAX:
        return asked(desk, Say("not_a_count", {"text": text[:20]}), cue=Cue.UNKNOWN)
    attempt = box.count_tries + 1
    entered = f.CountEntered(carton=box.lpn, count=int(text), expected=box.units, attempt=attempt)
    if entered.count == entered.expected:
        return accepted(desk, Say("count_right"), Cue.TICK, entered)
    if attempt < TRIES_MAX:
        return replace(accepted(desk, Say("count_wrong"), Cue.WRONG, entered), sticky="A")
    again = f.RescanOrdered(carton=box.lpn, why="count")
    wrong = accepted(replace(desk, suggestion=None), Say("count_rescan", {"n": attempt}), Cue.STOP, entered, again)
    return replace(wrong, sticky="B", about="order")


def closing(answer: Answer) -> tuple[tuple[Box, tuple[Content, ...]], ...]:
    """The boxes an answer closes, each with all that will be in it."""
    job = answer.desk.job
    if job is None:
        return ()
    found = []
    for lpn in (d.fact.carton for d in answer.deeds if isinstance(d.fact, f.CartonClosed)):
        box = job.order.box(lpn) or _opened(answer.deeds, lpn)
        if box is None:
            continue
        packed = tuple(
            Content(p.line, p.sku, p.qty, p.how, p.code, p.lot, p.serial, p.expiry, p.reason)
            for p in (d.fact for d in answer.deeds)
            if isinstance(p, f.ItemPacked) and p.carton == lpn
        )
        found.append((box, (*box.contents, *packed)))
    return tuple(found)


def all_closed(answer: Answer) -> Answer:
    """With the last unit every open box of the order is closed, not only the one it went into: each is weighed and
    labelled in turn (FL4.43)."""
    job = answer.desk.job
    closed = [d.fact for d in answer.deeds if isinstance(d.fact, f.CartonClosed)]
    if job is None or not any(fact.why in ("complete", "short") for fact in closed):
        return answer
    done = {fact.carton for fact in closed}
    out = Counter(d.fact.carton for d in answer.deeds if isinstance(d.fact, f.ItemUnpacked))
    more = [
        f.CartonClosed(carton=box.lpn, why="complete")
        for box in job.order.boxes
        if box.state == "open" and box.lpn not in done and box.units > out[box.lpn]
    ]
    return replace(answer, deeds=(*answer.deeds, *(Deed(job.doc.fo, fact, job.doc.fence) for fact in more)))


def _opened(deeds: tuple[Deed, ...], lpn: str) -> Box | None:
    made = next((d.fact for d in deeds if isinstance(d.fact, f.CartonOpened) and d.fact.lpn == lpn), None)
    return Box(made.lpn, made.carton, made.type, made.suggested) if made is not None else None
