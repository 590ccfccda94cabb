"""What an undo takes back: the newest gesture that is still in force, if its facts can be taken back."""

from __future__ import annotations

from packstation.workflows.order.state import Order
from sync import facts as f
from sync.protocol import Entry

NOT_WORK = (
    f.ScanRefused,
    f.GestureUndone,
    f.PrintSent,
    f.PrintFailed,
    f.WorkTakenUp,
    f.OverrideGiven,
    f.ChangeSeen,
    f.ScansSetAside,
    f.ClaimReleased,
    f.PickPaused,
    f.PickResumed,
    f.CartTakenOver,
)
"""Facts that are no step of the work: undo looks through them."""


def last_gesture(order: Order) -> tuple[str, tuple[Entry, ...]] | None:
    """The newest gesture of the order that is still in force, with those of its facts that are work."""
    undone = {fact for e in order.trail if isinstance(e.fact, f.GestureUndone) for fact in e.fact.facts}
    for entry in reversed(order.trail):
        if isinstance(entry.fact, NOT_WORK) or entry.fact_id in undone:
            continue
        same = tuple(
            e
            for e in order.trail
            if e.gesture == entry.gesture and e.fact_id not in undone and not isinstance(e.fact, NOT_WORK)
        )
        return entry.gesture, same
    return None


def undoable(order: Order) -> tuple[str, tuple[Entry, ...]] | None:
    """What `*UNDO` would take back (FL5.33): the gesture and its undoable facts, or None when there is nothing.

    A box that was closed on its own is not opened by an undo (FL5.35); closed by its last unit it is (FL5.34).
    """
    last = last_gesture(order)
    if last is None:
        return None
    gesture, entries = last
    whole = any(isinstance(e.fact, f.ShortReported) for e in entries)
    # Sent back whole by its short, the order comes back with it (FL8.5).
    back = tuple(e for e in entries if e.fact.undoable or (whole and isinstance(e.fact, f.FoRejected)))
    if not any(e.fact.undoable and not isinstance(e.fact, f.CartonClosed) for e in entries):
        return None
    if any(isinstance(e.fact, f.CartonWeighed | f.LabelAssigned) for e in entries):
        return None
    return gesture, back
