"""The doors of picking: a scan, and a command or typed digits. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from packstation.workflows.amount import scanned_amount
from packstation.workflows.desk import Answer, Desk, Found, Moment, Pending, Reader, asked, ignored, refused
from packstation.workflows.picking import (
    capturing,
    opening,
    papers,
    rejecting,
    repair,
    shorts,
    starting,
    tasks,
    undoing,
    units,
    unloading,
    walk,
)
from packstation.workflows.picking.state import state
from packstation.workflows.prompt import Cue, Say

STEPS = (
    "PICK_IDLE", "CONFIRM", "FACE", "UNIT", "DEST", "ZERO", "UNLOAD", "PUTBACK", "COUNT", "LOT", "SERIAL",
    "BINFULL", "STOP",
)  # fmt: skip
"""States whose next step has words of its own."""

_NAMED = (
    "slot_tote",
    "pick_lot",
    "pick_serial",
    "pick_bin_full",
    "pick_next_box",
    "pick_unload_tote",
    "pick_back_unit",
)
"""Questions that only name the next thing to scan."""


def next_step(where: str) -> Say:
    """What to scan next: the tail of "right code, wrong moment" (FL2.10)."""
    return Say(f"next_pick_{where.removeprefix('PICK_').lower()}") if where in STEPS else Say("answer_first")


def scanned(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """What a scan that is no command means here."""
    pending = desk.pending
    if pending is not None:
        if pending.code and pending.code == found.text:
            return confirmed(desk, found, now, reader)
        match pending.kind:
            case "pick_lot":
                return capturing.lot_scanned(desk, found, now, reader)
            case "pick_serial":
                return capturing.serial_scanned(desk, found, now, reader)
            case "pick_expiry":
                return capturing.expiry_given(desk, found.text.strip(" "), now, reader)
            case "pick_bin_full":
                return repair.new_tote(desk, found, now, reader)
            case "pick_next_box":
                return repair.new_carton(desk, found, now, reader)
            case "pick_count_qty" | "pick_fo":
                desk = replace(desk, pending=None)
            case _ if pending.kind not in _NAMED and not pending.code:
                return asked(desk, Say("answer_first"), pending)
            case _ if pending.code:
                desk = replace(desk, pending=None)
    where = _place(desk)
    answer: Answer | None
    match where:
        case "PICK_IDLE":
            answer = starting.by_code(desk, found, now, reader)
        case "CONFIRM":
            answer = starting.confirming(desk, found, now, reader)
        case "PUTBACK":
            answer = tasks.putting_back(desk, found, now, reader)
        case "COUNT":
            answer = tasks.counting(desk, found, now, reader)
            if answer is None and desk.pending is None:
                # Nothing was counted yet: what begins other work leaves the count.
                answer = starting.by_code(starting.desk_without(desk), found, now, reader)
        case "UNLOAD":
            answer = unloading.unloading(desk, found, now, reader)
            if answer is None and found.of("item"):
                answer = _too_many(desk, found, reader)
        case "STOP":
            return refused(desk, "not_packable", Say("stop_first"), Cue.STOP, passes=frozenset({"*OK"}))
        case "ZERO":
            return asked(desk, Say("answer_zero"))
        case _:
            answer = units.walking(desk, found, now, reader)
    return answer or _unknown(desk, found, where)


def _place(desk: Desk) -> str:
    """The state beneath a question that only names the next scan."""
    return state(replace(desk, pending=None))


def _too_many(desk: Desk, found: Found, reader: Reader) -> Answer | None:
    """A unit after the last one of the walk."""
    trip = desk.trip
    assert trip is not None
    sku = found.of("item")[0].ref
    mine = [(job, line) for job, line in walk.lines(trip) if line.sku == sku]
    if not mine:
        return None
    n = sum(walk.due(job, line) for job, line in mine)
    return replace(refused(desk, "over", Say("pick_over", {"n": n}), Cue.OVER, sku=sku), fo=mine[0][0].doc.fo)


def confirmed(desk: Desk, found: Found, now: Moment, reader: Reader) -> Answer:
    """The same code again after the cue, or `*OK` (FL2.14)."""
    pending = desk.pending
    assert pending is not None
    match pending.kind:
        case "pick_take_over":
            return opening.take_over(desk, now, reader)
        case "pick_other_lot":
            return capturing.other_lot(desk, replace(found, text=pending.code), now, reader)
        case "pick_other_place":
            place, one = pending.data
            bare = replace(desk, pending=None)
            which = str(one) if one is not None else None
            return unloading.at_place(bare, str(place), which, now, reader, confirmed=True)
        case "pick_back_place":
            line, qty, location = pending.data
            return tasks.put_back(replace(desk, pending=None), int(str(line)), int(str(qty)), str(location), now)
        case "pick_count_unasked":
            return tasks.count_begun(replace(desk, pending=None), str(pending.data[0]), reader)
        case "pick_other_face":
            return shorts.elsewhere(desk, now)
        case "pick_short_preview":
            return shorts.short_now(desk, now, reader)
        case "pick_reject_preview":
            return rejecting.rejected(desk, now)
        case "pick_pause_preview":
            return rejecting.paused(desk, now, reader)
        case _:
            return asked(desk, Say("answer_first"), pending)


_LEFT_BY_OTHERS = ("pick_fo", "pick_count_qty")
"""Questions that any other command leaves."""
_OK = ("pick_other_face", "pick_short_preview", "pick_reject_preview", "pick_pause_preview")


def keyed(desk: Desk, command: str, now: Moment, reader: Reader) -> Answer:
    """What a command means here: "*SKIP", "*3" for a choice, or "=7" for typed text that ended with Enter."""
    pending = desk.pending
    if command.startswith("="):
        return _typed(desk, command[1:], now, reader)
    if pending is not None:
        if command == "*BACK":
            return ignored(replace(desk, pending=None, override=None), Say("left"), Cue.ASK)
        amount = scanned_amount(command, pending)
        if amount is not None:
            return _typed(desk, amount, now, reader)
        if command == "*OK" and _takes_ok(pending):
            return confirmed(desk, Found(pending.code), now, reader)
        chosen = next((code for key, code, _ in pending.choices if command == f"*{key}"), None)
        if chosen is not None:
            return _chosen(desk, pending, chosen, now, reader)
        if pending.kind in _NAMED or pending.kind in _LEFT_BY_OTHERS:
            desk = replace(desk, pending=None)
        elif command not in ("*HELP", "*LIST", "*MORE"):
            return asked(desk, Say("answer_first"), pending)
    if command.startswith("*QTY") and command[4:].isdecimal():
        return _quantity(desk, int(command[4:]))
    where = state(desk)
    if where == "ZERO" and command in ("*1", "*2"):
        return repair.zero(desk, command == "*1", now)
    if where == "STOP" and command == "*OK":
        return repair.cancelled(desk, now)
    doors = _COMMANDS.get(command)
    if doors is None or where not in doors[0]:
        return asked(desk, Say("not_here", {"command": command, "next": next_step(where)}), desk.pending)
    return doors[1](desk, now, reader)


def _typed(desk: Desk, text: str, now: Moment, reader: Reader) -> Answer:
    pending = desk.pending
    kind = pending.kind if pending is not None else ""
    if kind == "pick_short_qty":
        return shorts.short_qty(desk, text, now, reader)
    if kind == "pick_expiry":
        return capturing.expiry_given(desk, text, now, reader)
    if kind == "pick_zero_qty":
        return repair.zero_qty(desk, text, now)
    if kind == "pick_count_qty":
        return tasks.counted(desk, text, now, reader)
    if pending is None and text.isdecimal() and state(desk) in ("UNIT", "FACE", "PUTBACK"):
        return _quantity(desk, int(text[:4]))
    return asked(desk, Say("not_here", {"command": text[:20], "next": next_step(state(desk))}), pending)


def _quantity(desk: Desk, quantity: int) -> Answer:
    if state(desk) not in ("UNIT", "FACE", "PUTBACK") or not 2 <= quantity <= 99:
        return asked(desk, Say("pick_qty_range"))
    return ignored(replace(desk, quantity=quantity), Say("qty_next", {"n": quantity}), Cue.ASK)


def _chosen(desk: Desk, pending: Pending, chosen: str, now: Moment, reader: Reader) -> Answer:
    match pending.kind:
        case "pick_other_face" | "pick_short_reason":
            return shorts.short_reason(desk, chosen)
        case "pick_by_hand":
            return repair.by_hand_now(desk, chosen, now, reader)
        case "pick_reject_lines":
            return rejecting.lines_chosen(desk, chosen)
        case "pick_reject_reason" if chosen == "no_capacity":
            return rejecting.ask_until(desk)
        case "pick_pause_until":
            return rejecting.pause_preview(desk, chosen, now, reader)
        case "pick_reject_reason":
            return rejecting.preview(desk, chosen)
        case "paper":
            return papers.printed(desk, chosen)
        case "alias":
            return repair.aliased(desk, chosen)
        case "pick_fo":
            trip = reader.trip(chosen)
            bare = replace(desk, pending=None)
            if trip is None:
                return asked(bare, Say("no_walk", {"code": chosen}))
            return starting.opened(bare, Found(chosen), trip, now, reader)
        case _:
            return asked(desk, Say("answer_first"), pending)


def _unknown(desk: Desk, found: Found, where: str) -> Answer:
    if found.candidates:
        what = Say(f"kind_{found.candidates[0].kind}")
        say = Say("wrong_moment", {"what": what, "next": next_step(where)})
        return asked(desk, say, desk.pending, about="order", holds=False)
    about = "item" if where in ("UNIT", "FACE") else "order"
    return refused(desk, "unknown", Say("unknown", {"code": found.shown}), Cue.UNKNOWN, about=about)


def _ok(desk: Desk, now: Moment, reader: Reader) -> Answer:
    where = state(desk)
    if where == "CONFIRM":
        return starting.start(desk, now, reader)
    if where == "UNLOAD":
        return unloading.finish(desk, now, reader)
    return ignored(desk, Say("go_on", {"next": next_step(where)}))


def _back(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """Leave what was only looked at; a walk that was begun is paused, not left."""
    trip = desk.trip
    assert trip is not None
    if trip.mode in ("put_back", "count"):
        return ignored(starting.desk_without(desk), Say("left"), None)
    if any(job.order.slot or job.order.totes or job.order.taker == now.user for job in trip.jobs):
        return asked(desk, Say("release_first", {"work": walk.name(trip)}))
    return ignored(starting.desk_without(desk), Say("left"), None)


def _undo(desk: Desk, now: Moment, reader: Reader) -> Answer:
    where = state(desk)
    if where in ("PICK_IDLE", "PUTBACK"):
        return undoing.undo_last(desk, now, reader, next_step(where))
    return undoing.undo(desk, now, reader)


def _next_work(desk: Desk, now: Moment, reader: Reader) -> Answer:
    """The next work; a store's walk is over with its last unit, others with their totes set down (FL6.4)."""
    if state(desk) == "UNLOAD" and (desk.trip is None or not walk.packed_here(desk.trip)):
        return unloading.finish(desk, now, reader)
    return starting.get_work(starting.desk_without(desk), now, reader)


_Door = Callable[[Desk, Moment, Reader], Answer]
_WALK = ("FACE", "UNIT", "DEST")
_OPEN = (*_WALK, "ZERO", "UNLOAD")

_COMMANDS: dict[str, tuple[tuple[str, ...], _Door]] = {
    "*OK": (("PICK_IDLE", "CONFIRM", *_OPEN, "STOP", "PUTBACK", "COUNT"), _ok),
    "*GETWORK": (
        ("PICK_IDLE", "COUNT", "UNLOAD"),
        _next_work,
    ),
    "*SKIP": (("FACE", "UNIT"), lambda desk, now, reader: repair.skip(desk, now)),
    "*SHORT": (_WALK, shorts.short),
    "*BINFULL": (_WALK, lambda desk, now, reader: repair.bin_full(desk, now)),
    "*NEXTBOX": (_WALK, lambda desk, now, reader: repair.bin_full(desk, now)),
    "*UNDO": (("PICK_IDLE", "PUTBACK", "CONFIRM", *_OPEN), _undo),
    "*PAUSE": (_OPEN, lambda desk, now, reader: repair.pause(desk, now)),
    "*CANTSCAN": (("UNIT",), lambda desk, now, reader: repair.by_hand(desk)),
    "*ALIAS": (("FACE", "UNIT"), lambda desk, now, reader: repair.alias(desk)),
    "*PAPER": (("CONFIRM", *_OPEN), papers.ask),
    "*RELEASE": (("CONFIRM",), lambda desk, now, reader: starting.release(desk, now)),
    "*REJECT": (("CONFIRM",), rejecting.ask_lines),
    "*LIST": (("PICK_IDLE", "CONFIRM", *_OPEN), lambda desk, now, reader: _list(desk, now, reader)),
    "*BACK": (("CONFIRM", "PUTBACK", "COUNT"), _back),
    "*1": (("ZERO",), lambda desk, now, reader: repair.zero(desk, True, now)),
    "*2": (("ZERO",), lambda desk, now, reader: repair.zero(desk, False, now)),
}


def _list(desk: Desk, now: Moment, reader: Reader) -> Answer:
    return repair.list_stops(desk) if desk.trip is not None else starting.fo_list(desk, now, reader)


def legal(desk: Desk) -> tuple[str, ...]:
    """What a hand may do now, for the key bar, the menu and the help: what ends a question comes first (FL10.3)."""
    pending = desk.pending
    if pending is None:
        ends: tuple[str, ...] = ("*BACK",) if desk.override is not None else ()
    else:
        ends = ("*OK", "*BACK") if _takes_ok(pending) else ("*BACK",)
        if pending.kind not in _NAMED and pending.kind not in _LEFT_BY_OTHERS:
            return ends
    return (*ends, *(name for name in commands(_place(desk)) if name not in ends))


def _takes_ok(pending: Pending) -> bool:
    return bool(pending.code) or pending.kind in _OK


def commands(where: str) -> tuple[str, ...]:
    """The commands that are legal in a state, for the key bar, the menu and the help."""
    return tuple(name for name, (states, _) in _COMMANDS.items() if where in states)
