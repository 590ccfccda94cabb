"""A unit that nothing of the walk needs: too many, another variant, or wrong (FL6.18, FL6.19). Pure."""

from __future__ import annotations

from packstation.workflows.desk import Answer, Candidate, Desk, Reader
from packstation.workflows.picking import walk
from packstation.workflows.picking.answers import refuse
from packstation.workflows.picking.walk import Stop
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.variants import told_apart


def not_wanted(desk: Desk, stop: Stop, hit: Candidate, reader: Reader) -> Answer:
    """Nothing of the walk needs this unit: too many, another variant, or wrong (FL6.18, FL6.19)."""
    trip = desk.trip
    assert trip is not None
    got = reader.item(hit.ref)
    name = got.name if got else hit.ref
    mine = [(job, line) for job, line in walk.lines(trip) if line.sku == hit.ref]
    if mine and sum(walk.left(job, line) for job, line in mine) == 0:
        n = sum(walk.due(job, line) for job, line in mine)
        return refuse(desk, "over", Say("pick_over", {"n": n}), Cue.OVER, job=mine[0][0], sku=hit.ref)
    variant = told_apart(stop.line.item, got)
    if variant is not None:
        return refuse(desk, "variant", Say("pick_variant", variant), job=stop.job, sku=hit.ref)
    values: dict[str, str | int] = {"expected": stop.line.item.name, "got": name}
    return refuse(desk, "wrong_item", Say("pick_wrong_item", values), job=stop.job, sku=hit.ref)
