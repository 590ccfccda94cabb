"""Proposed codes and measured sizes are decided at any bench, by a supervisor's badge and PIN, also offline (FL2.12).

It begins while no work is open, by `*APPROVE`, from the menu or from the board.
"""

from __future__ import annotations

from msgspec.structs import replace

from packstation.station.clocks import Outcome, Raw
from packstation.station.writing import Writing
from packstation.workflows import deciding
from packstation.workflows.desk import Override
from packstation.workflows.prompt import Cue, Say


class Decisions(Writing):
    """The list of proposals, one of them, and the override that waits for a badge."""

    def _begin_deciding(self, raw: Raw) -> Outcome:
        if self.desk.open_work is not None or self.desk.load is not None:
            return self._outcome(raw.text, "asked", Say("decide_not_now"), Cue.ASK)
        found = self._proposals()
        if not found:
            return self._outcome(raw.text, "asked", Say("decide_none"), Cue.ASK)
        self._deciding = deciding.Deciding(found)
        return self._outcome(raw.text, "asked", None, Cue.ASK)

    def _decide_key(self, command: str, raw: Raw) -> Outcome:
        now = self._deciding
        assert now is not None, "nothing is being decided"
        if command == "*BACK":
            self._deciding = deciding.back(now)
            return self._outcome(raw.text, "ignored", Say("left"), None)
        chosen = deciding.keyed(now, command.lstrip("*"))
        if chosen is None:
            return self._outcome(raw.text, "ignored", Say("answer_first"), Cue.ASK)
        if not isinstance(chosen, Override):
            self._deciding, self.message = chosen, None
            return self._outcome(raw.text, "asked", None, Cue.ASK)
        # From here on it is like any step that a supervisor allows: badge, PIN, reason.
        self._deciding = None
        self.desk = replace(self.desk.quiet(), override=chosen)
        return self._outcome(raw.text, "asked", Say("do_supervisor"), Cue.ASK)

    def _proposals(self) -> tuple[deciding.Proposal, ...]:
        from packstation.station.exceptions import proposed_aliases
        from packstation.station.lessons import proposals_of

        def name(sku: str) -> str:
            item = self.store.mirror.item(sku)
            return item.name if item else sku

        aliases = [
            deciding.Proposal("alias", one.sku, name(one.sku), one.code, self.look.user_name(one.by))
            for one in proposed_aliases(self.store)
        ]
        sizes = [
            deciding.Proposal(
                "size", one.sku, one.name, size_mm=one.size_mm, catalog_mm=one.catalog_mm, weight_g=one.weight_g
            )
            for one in proposals_of(self.store)
        ]
        return (*aliases, *sizes)
