"""What waits for a supervisor's word: codes that packers proposed for an item, sizes that were measured alike. Pure.

*APPROVE --> list --1..9--> one of them --1 approve | 2 reject--> badge, PIN, reason (FL1.13) --> facts with the name
0 turns the page, F3 leaves. Nobody decides without badge and PIN, and nothing needs the hub (FL2.12, CT6.4).
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from packstation.workflows.desk import Override
from packstation.workflows.prompt import Cue, Key, Message, Panel, Prompt, Say
from packstation.workflows.texts import Table, words
from sync import facts as f
from sync.protocol import Deed

PAGE = 9


class Proposal(Struct, frozen=True):
    """One thing to decide. `kind`: alias or size. `code` is the alias; `size_mm` what was measured, `catalog_mm` what
    the catalog says, None where it says nothing. `by`: who proposed it, as people know them."""

    kind: str
    sku: str
    item: str
    code: str = ""
    by: str = ""
    size_mm: tuple[int, int, int] = (0, 0, 0)
    catalog_mm: tuple[int, int, int] | None = None
    weight_g: int | None = None

    @property
    def say(self) -> Say:
        if self.kind == "alias":
            return Say("decide_alias", {"code": self.code, "item": self.item, "by": self.by or "-"})
        known = _sides(self.catalog_mm) if self.catalog_mm else Say("decide_unknown")
        return Say("decide_size", {"item": self.item, "size": _sides(self.size_mm), "known": known})

    @property
    def rejectable(self) -> bool:
        """A size is rejected by keeping the catalog's: there must be one."""
        return self.kind == "alias" or self.catalog_mm is not None


class Deciding(Struct, frozen=True):
    """What is listed, from which row on, and which one is looked at."""

    proposals: tuple[Proposal, ...]
    first: int = 0
    chosen: Proposal | None = None


def keyed(deciding: Deciding, key: str) -> Deciding | Override | None:
    """A number: another page, one proposal, or what is to become of it. None when it means nothing here."""
    if deciding.chosen is not None:
        approve = {"1": True, "2": False}.get(key)
        if approve is None or not (approve or deciding.chosen.rejectable):
            return None
        return _override(deciding.chosen, approve=approve)
    if key == "0" and len(deciding.proposals) > PAGE:
        first = deciding.first + PAGE
        return replace(deciding, first=first if first < len(deciding.proposals) else 0)
    row = deciding.first + int(key) - 1 if key.isdecimal() and key != "0" else -1
    if not deciding.first <= row < min(deciding.first + PAGE, len(deciding.proposals)):
        return None
    return replace(deciding, chosen=deciding.proposals[row])


def back(deciding: Deciding) -> Deciding | None:
    """One step back; None leaves."""
    return None if deciding.chosen is None else replace(deciding, chosen=None)


def prompt(deciding: Deciding, table: Table, message: Message | None) -> Prompt:
    """The list, or one proposal with its two answers."""
    chosen = deciding.chosen
    if chosen is None:
        page = deciding.proposals[deciding.first : deciding.first + PAGE]
        choices = [(str(n), words(one.say, table)) for n, one in enumerate(page, 1)]
        if len(deciding.proposals) > PAGE:
            choices.append(("0", words(Say("decide_more"), table)))
        instruction, panel = Say("do_decide", {"n": len(deciding.proposals)}), None
    else:
        answers = ("approve", "reject") if chosen.rejectable else ("approve",)
        choices = [(str(n), words(Say(f"decide_{name}"), table)) for n, name in enumerate(answers, 1)]
        instruction = Say("do_decide_one")
        panel = Panel(words(Say("key_approve"), table), (words(chosen.say, table),))
    return Prompt(
        state="APPROVE",
        title=words(Say("key_approve"), table),
        instruction=words(instruction, table),
        instruction_short=words(instruction, table, short=True),
        panel=panel,
        message=message,
        keys=(Key("*BACK", "f3", words(Say("key_back"), table)),),
        choices=tuple(choices),
    )


def _override(one: Proposal, *, approve: bool) -> Override:
    if one.kind == "alias":
        fact: f.Fact = f.AliasApproved(code=one.code, sku=one.sku, by="")
        if not approve:
            fact = f.AliasRejected(code=one.code, by="")
        said = Say("alias_approved" if approve else "alias_rejected", {"code": one.code, "item": one.item})
        return Override("ov.alias", (Deed(None, fact),), said, Cue.TICK)
    size = one.size_mm if approve else one.catalog_mm
    assert size is not None, f"{one.sku}: no size of the catalog to keep"
    fact = f.SizeApproved(sku=one.sku, size_mm=size, by="", weight_g=one.weight_g if approve else None)
    said = Say("size_approved" if approve else "size_kept", {"item": one.item, "size": _sides(size)})
    return Override("ov.size", (Deed(None, fact),), said, Cue.TICK)


def _sides(size: tuple[int, int, int]) -> str:
    return "×".join(str(side) for side in size)
