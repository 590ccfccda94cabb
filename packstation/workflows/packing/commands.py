"""The commands of packing: which is legal in which state, and what it leads to (FL10.4). Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from packstation.workflows import ended
from packstation.workflows.desk import Answer, Desk, Moment, Pending, Reader, accepted, asked, ignored
from packstation.workflows.packing import again, boxes, checks, closed_boxes, gap, measuring, opening, repair, undoing
from packstation.workflows.packing.state import state
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.reasons import HOLD_REASONS, REPRINT
from sync import facts as f
from sync.protocol import Deed

STEPS = ("IDLE", "CART", "ORDER", "CARTON", "COUNT", "WEIGH", "SEAL", "UNLABELLED", "REMOVE", "STOP")
"""States whose next step has words of its own."""


def _ok(desk: Desk, now: Moment, reader: Reader) -> Answer:
    if state(desk) == "CARTON" and desk.suggestion is not None:
        return boxes.choose(desk, desk.suggestion.code, reader)
    unscanned = checks.without_scan(desk) if state(desk) == "ORDER" else None
    if unscanned is not None:
        return unscanned
    if desk.override is not None and desk.override.permission == "ov.weight":
        return ignored(desk, gap.said(desk.override))  # what is wrong stays in sight
    return ignored(desk, Say("go_on", {"next": next_step(state(desk), scale=now.scale)}))


def _undo(desk: Desk, now: Moment, reader: Reader) -> Answer:
    if desk.job is None:
        return undoing.undo_last(desk, now, reader, next_step(state(desk), scale=now.scale))
    return undoing.undo(desk)


def _get_work(desk: Desk, now: Moment, reader: Reader) -> Answer:
    job = reader.next_work("pack")
    if job is None:
        return asked(desk, Say("no_work"))
    no = job.doc.order_no
    tote = Say("named_tote", {"tote": job.order.totes[0]}) if job.order.totes else Say("named_order", {"order": no})
    values: dict[str, str | int | Say] = {"tote": tote, "order": job.doc.order_no, "where": job.order.place or "-"}
    values["due"] = opening.due(job, now)
    fact = f.WorkTaken(work=job.doc.fo, kind="pack", fos=(job.doc.fo,))
    return accepted(desk, Say("next_work", values), Cue.TICK, fact, fo=job.doc.fo)


def _singles(desk: Desk, now: Moment, reader: Reader) -> Answer:
    mode = "normal" if desk.mode == "single_line" else "single_line"
    answer = accepted(replace(desk, mode=mode), Say(f"mode_{mode}"), Cue.TICK)
    return replace(answer, deeds=(Deed(None, f.StationModeSet(mode=mode)),))


def _alternative(number: int) -> Callable[[Desk, Moment, Reader], Answer]:
    def chosen(desk: Desk, now: Moment, reader: Reader) -> Answer:
        suggestion = desk.suggestion
        if suggestion is None or len(suggestion.alternatives) < number:
            return asked(desk, Say("no_suggestion"))
        return boxes.choose(desk, suggestion.alternatives[number - 1][0], reader)

    return chosen


def _ask_hold(desk: Desk, now: Moment, reader: Reader) -> Answer:
    return asked(desk, Say("hold_reason"), Pending("hold", choices=HOLD_REASONS))


def _ask_reprint(desk: Desk, now: Moment, reader: Reader) -> Answer:
    if desk.job is None:
        # Nobody looked at a parcel: the box is meant that was made ready here just now.
        last = ended.sealed(reader.last_step())
        job = reader.job(last[0]) if last is not None else None
        if last is None or job is None:
            return asked(desk, Say("reprint_which"))
        desk = replace(desk, job=job, shown_box=last[1], suggestion=None)
    if "*REPRINT" in closed_boxes.useless(desk):
        # A paper needs no reason; a label that is not there needs no question.
        return again.ask(desk, reader) if desk.job and desk.job.order.boxes else asked(desk, Say("no_label"))
    return asked(desk, Say("reprint_reason"), Pending("reprint", choices=(*REPRINT, again.CHOICE)))


def _toggle_remove(desk: Desk, now: Moment, reader: Reader) -> Answer:
    say = Say("remove_off" if desk.remove else "remove_on")
    return ignored(replace(desk, remove=not desk.remove), say, Cue.ASK)


def _alias(desk: Desk, now: Moment, reader: Reader) -> Answer:
    code = desk.unknown_code
    if not code or desk.job is None:
        return asked(desk, Say("no_unknown"))
    choices = tuple((str(n), line.sku, line.item.name) for n, line in enumerate(desk.job.doc.lines[:9], 1))
    return asked(desk, Say("alias_line"), Pending("alias", choices=choices, data=(code, "")))


WORKING = ("ORDER", "CARTON", "REMOVE")
_OPEN = (*WORKING, "COUNT", "WEIGH", "UNLABELLED", "SEAL", "STOP")
_IDLE = ("IDLE", "CART")
_ALL = (*_OPEN, *_IDLE)
_Door = Callable[[Desk, Moment, Reader], Answer]

_COMMANDS: dict[str, tuple[tuple[str, ...], _Door]] = {
    "*OK": (_ALL, _ok),
    "*UNDO": (tuple(where for where in _ALL if where != "STOP"), _undo),
    "*REMOVE": (WORKING, _toggle_remove),
    "*SHORT": (WORKING, lambda desk, now, reader: repair.pick_line(desk, "short_line", "short_line")),
    "*CANTSCAN": (WORKING, lambda desk, now, reader: repair.pick_line(desk, "by_hand_line", "by_hand_line")),
    "*HOLD": (_OPEN, _ask_hold),
    "*NEXTBOX": (WORKING, lambda desk, now, reader: boxes.next_box(desk)),
    "*REPRINT": (("SEAL", "ORDER", "CARTON", "WEIGH", *_IDLE), _ask_reprint),
    "*PAPER": (_ALL, lambda desk, now, reader: again.ask(desk, reader)),
    "*VOID": (_OPEN, lambda desk, now, reader: closed_boxes.void(desk)),
    "*REOPEN": (_OPEN, lambda desk, now, reader: closed_boxes.reopen(desk)),
    "*MOVE": (
        WORKING,
        lambda desk, now, reader: asked(desk, Say("move_item"), Pending("move_item"), holds=False),
    ),
    "*RESCAN": (_OPEN, lambda desk, now, reader: closed_boxes.rescan(desk)),
    "*PARK": (_OPEN, lambda desk, now, reader: repair.park(desk)),
    "*RELEASE": (_OPEN, lambda desk, now, reader: repair.release(desk)),
    "*TRACKING": (
        ("UNLABELLED",),
        lambda desk, now, reader: asked(desk, Say("do_tracking"), Pending("tracking", typed=True), holds=False),
    ),
    "*FORCE": (WORKING, lambda desk, now, reader: repair.force(desk)),
    "*GETWORK": (("IDLE",), _get_work),
    "*SINGLES": (("IDLE", "CART"), _singles),
    "*RETRY": (("UNLABELLED", "SEAL"), lambda desk, now, reader: boxes.retry_label(desk, reader)),
    "*ALIAS": (WORKING, _alias),
    "*MEASURE": (("IDLE", "ORDER", "CARTON"), lambda desk, now, reader: measuring.begin(desk)),
    "*LIST": (_OPEN, lambda desk, now, reader: repair.list_lines(desk)),
    "*1": (("CARTON",), _alternative(1)),
    "*2": (("CARTON",), _alternative(2)),
    "*3": (("CARTON",), _alternative(3)),
    "*BACK": (
        ("CART", "REMOVE"),
        lambda desk, now, reader: ignored(
            replace(desk.quiet(), cart=None if desk.job is None else desk.cart, cart_jobs=()), Say("left"), None
        ),
    ),
}


def names(where: str) -> tuple[str, ...]:
    """The commands that are legal in a state, for the key bar, the menu and the help."""
    return tuple(name for name, (states, _) in _COMMANDS.items() if where in states)


def answers(desk: Desk) -> tuple[str, ...]:
    """What ends a question beside its choices, or leaves a supervisor's step: by hand and by tap too (FL10.3)."""
    pending = desk.pending
    if pending is not None:
        return ("*OK", "*BACK") if takes_ok(pending) else ("*BACK",)
    return ("*BACK",) if desk.override is not None and desk.override.permission != "ov.weight" else ()


def takes_ok(pending: Pending) -> bool:
    """Whether `*OK` answers the question: where the same scan again would, and where nothing else does."""
    return bool(pending.code) or pending.kind in ("note", "short_preview", "measure_sure")


def door(command: str, where: str) -> _Door | None:
    """What a command leads to in a state, or None when it is not for it."""
    known = _COMMANDS.get(command)
    return known[1] if known is not None and where in known[0] else None


def next_step(where: str, *, scale: bool = True) -> Say:
    """What to scan next: the tail of "right code, wrong moment" (FL2.10). Without a scale grams are typed."""
    if where == "WEIGH" and not scale:
        return Say("then_weigh_typed")
    return Say(f"then_{where.lower()}") if where in STEPS else Say("answer_first")
