"""Who works out cartons beside the station, so that no scan waits for a search (cartons.md CT9)."""

from __future__ import annotations

from typing import Protocol

from packstation.workflows.desk import Job
from packstation.workflows.suggestion import Suggestion, Wanted


def quiet_suggest(job: Job, wanted: Wanted) -> Suggestion | None:
    """A station without a carton engine."""
    return None


class Worker(Protocol):
    """Who works out cartons beside the station, so that no scan waits for a search (cartons.md CT9)."""

    def known(self, job: Job, wanted: Wanted) -> Suggestion | None: ...

    def ask(self, job: Job, wanted: Wanted, key: str) -> bool: ...

    def answer(self) -> tuple[str, Suggestion | None] | None: ...
