"""A weight that is off: which units explain it, and the supervisor who may let it pass (FL5.10, FL1.13). Pure."""

from __future__ import annotations

from itertools import combinations_with_replacement

from packstation.workflows.desk import Desk, Job, Override
from packstation.workflows.order import Box
from packstation.workflows.packing.state import state, stopped
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from sync import facts as f


def override(job: Job, weighed: f.CartonWeighed) -> Override:
    """What a supervisor may allow after this weight."""
    off = weighed.weight_g - weighed.expected_g
    box = job.order.box(weighed.carton)
    why = explain_gap(job, box, off, weighed.tol_g) if box is not None else Say("gap_unexplained")
    return Override("ov.weight", (), Say("weight_passed", {"gap": signed(off), "why": why}), Cue.TICK)


def said(allowed: Override) -> Say:
    """What is wrong, and the two ways on."""
    return Say("weight_off", allowed.say.values)


def standing(desk: Desk) -> Override | None:
    """A wrong weight stands in the facts, so its override is there after F3, a pause or a crash too."""
    if desk.job is None or state(desk) != "STOP" or stopped(desk.job) is not None:
        return None
    box = unfinished(desk.job)
    weighings = (e.fact for e in reversed(desk.job.order.trail) if isinstance(e.fact, f.CartonWeighed))
    last = next((fact for fact in weighings if box is not None and fact.carton == box.lpn), None)
    return override(desk.job, last) if last is not None else None


def explain_gap(job: Job, box: Box, off_g: int, tol_g: int) -> Say:
    """Which one or two SKUs, up to two units, explain a weight that is off (FL5.10)."""
    weights = {line.sku: (line.item.weight_g or 0, line.item.name) for line in job.doc.lines}
    known = sorted(sku for sku, (weight, _) in weights.items() if weight > 0)
    best: tuple[int, tuple[str, ...]] | None = None
    for size in (1, 2):
        for skus in combinations_with_replacement(known, size):
            rest = abs(abs(off_g) - sum(weights[sku][0] for sku in skus))
            if rest <= tol_g and (best is None or (len(skus), rest) < (len(best[1]), best[0])):
                best = (rest, skus)
        if best is not None:
            break
    if best is None:
        return Say("gap_unexplained")
    counts = {sku: best[1].count(sku) for sku in best[1]}
    what = " + ".join(f"{n} × {weights[sku][1]}" for sku, n in counts.items())
    return Say("gap_missing" if off_g < 0 else "gap_many", {"what": what})


def grams(weight_g: int) -> str:
    return f"{weight_g:,}".replace(",", " ")


def signed(weight_g: int) -> str:
    return f"{'−' if weight_g < 0 else '+'}{grams(abs(weight_g))} g"
