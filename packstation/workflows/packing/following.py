"""How far the open box is with its plan: its next step, and what was planned for another box. Pure.

    plan + Box --steps--> what is left for this box
    unit about to go in --elsewhere--> None | the box it was planned for

Nothing is refused because of a plan: what lies in the box is a fact, and the plan is made anew around it (CT1.7,
CT7.4).
"""

from __future__ import annotations

from packstation.cartons.words import Said
from packstation.workflows.desk import Desk
from packstation.workflows.order import Box, Content
from packstation.workflows.packing.mixing import OWN
from packstation.workflows.prompt import Say
from packstation.workflows.suggestion import Steps, Suggestion
from packstation.workflows.texts import Table, words


def plan_of(desk: Desk, box: Box | None) -> Suggestion | None:
    """The suggestion this box is filled by, or the one that is opened next."""
    plan = desk.suggestion
    if plan is None or not (plan.lies or plan.inside):
        return None
    return plan if box is None or plan.code == box.type else None


def next_sku(plan: Suggestion, box: Box | None) -> str | None:
    """The SKU of the next step into the box, or into the one that is opened next; None when no step is left."""
    if box is None:
        return plan.lies[0].sku if plan.lies else None
    left = steps(plan, box).left
    return plan.lies[left[0] - 1].sku if left else None


def wanted(plan: Suggestion, box: Box | None, sku: str) -> int:
    """How many units of the SKU are still planned for this box."""
    if box is None:
        return sum(lie.count for lie in plan.lies if lie.sku == sku)
    return steps(plan, box).wanted(sku)


def holds_its_part(desk: Desk, box: Box) -> bool:
    """All that was planned for this box is in it, and there is more for others."""
    plan = plan_of(desk, box)
    return plan is not None and plan.later > 0 and next_sku(plan, box) is None


def left_plan(plan: Suggestion, box: Box) -> bool:
    """More lies in the box than was planned for it: what the plan says of the others no longer holds."""
    return steps(plan, box).left_plan


def elsewhere(desk: Desk, box: Box | None, sku: str, count: int, words: Say) -> Say | None:
    """What is said of a unit that goes into this box and was planned for another, or for none. `words`: what is said
    of it anyway."""
    plan, job = desk.suggestion, desk.job
    if plan is None or job is None or not (plan.later or plan.left_out) or plan_of(desk, box) is None:
        return None
    if wanted(plan, box, sku) >= count:
        return None
    for why, units in plan.left_out:
        if any(name == sku for name, _ in units):
            return Say("meant_nowhere", {"words": words, "why": say_of(why)})
    next_no = len(job.order.boxes) + (2 if box is None else 1)
    others = (other for other in plan.others if other[0] != OWN)
    for no, (code, units) in enumerate(others, next_no):
        if any(name == sku for name, _ in units):
            return Say("meant_elsewhere", {"words": words, "no": no, "carton": code})
    return None


def steps(plan: Suggestion, box: Box) -> Steps:
    """How far the box is with the steps of its plan."""
    return _filled.steps(plan, box)


def said(plan: Suggestion, table: Table) -> _Words:
    """The words of the steps, by number: the same for every scan into the box."""
    return _filled.said(plan, table)


def say_of(told: Said) -> Say:
    """What the engine says, to be worded in the language of the station."""
    return Say(told.code, {name: say_of(v) if isinstance(v, Said) else v for name, v in told.values})


class _Words(dict[int, str]):
    """The words of a suggestion's steps, each put together when it is first shown."""

    def __init__(self, suggestion: Suggestion, table: Table) -> None:
        super().__init__()
        self.suggestion, self.table = suggestion, table

    def __missing__(self, number: int) -> str:
        saying = self.suggestion.lies[number - 1].saying
        made = self[number] = words(say_of(saying), self.table) if saying is not None else ""
        return made


class _Filled:
    """The box that was shown last and its steps: a unit more is added to what is known, not counted again.

    What it holds follows from plan and box alone, so that keeping it changes nothing but the time.
    """

    def __init__(self) -> None:
        self._last: tuple[Suggestion, Steps] | None = None
        self._contents: tuple[Content, ...] = ()
        self._packed: dict[str, int] = {}
        self._said: _Words | None = None

    def said(self, suggestion: Suggestion, table: Table) -> _Words:
        if self._said is None or self._said.suggestion is not suggestion or self._said.table is not table:
            self._said = _Words(suggestion, table)
        return self._said

    def steps(self, suggestion: Suggestion, box: Box) -> Steps:
        known, now = self._contents, box.contents
        if known is now and self._last is not None and self._last[0] is suggestion:
            return self._last[1]
        more = now[len(known) :]
        if len(more) != 1 or (known and now[len(known) - 1] is not known[-1]):
            self._packed, more = {}, now
        for content in more:
            self._packed[content.sku] = self._packed.get(content.sku, 0) + content.qty
        self._contents = now
        if self._last is None or self._last[0] is not suggestion:
            self._last = (suggestion, Steps(suggestion))
        steps = self._last[1]
        steps.packed(self._packed)
        return steps


_filled = _Filled()
