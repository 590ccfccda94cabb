"""Bins as people read them: slot A1, tote T-5; packing and picking name them alike. Pure."""

from __future__ import annotations

from packstation.workflows.order import Order
from packstation.workflows.prompt import Say


def tail(slot: str) -> str:
    """S-3-A1 is written A1 where people read it."""
    return slot.rpartition("-")[2] if slot.startswith("S-") else slot


def in_slot(slot: str) -> Say:
    return Say("in_slot", {"slot": tail(slot)})


def in_tote(tote: str) -> Say:
    return Say("in_tote", {"tote": tote})


def standing(order: Order) -> Say:
    """Where the units of an order are, until it is on a bench."""
    if order.slot:
        return in_slot(order.slot)
    return in_tote(order.totes[0]) if order.totes else Say("in_its_own_tote")
