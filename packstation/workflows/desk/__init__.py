"""What a workflow is told and what it answers. Pure.

    Found (what the code can mean here)  +  Desk (what is open)  --scanned/keyed-->  Answer (deeds, words, cue, Desk)

Nothing here writes: the station records the deeds of an Answer in one transaction and folds them into the job.
"""

from packstation.workflows.desk.answer import (
    Answer,
    Desk,
    Override,
    Pending,
    Print,
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.desk.copies import (
    Check,
    Doc,
    Door,
    Item,
    Job,
    Line,
    Load,
    ManifestState,
    Note,
    Parcel,
    Refusal,
    Trip,
)
from packstation.workflows.desk.found import Candidate, Found, Moment, Reader, Step

__all__ = [
    "Answer",
    "Candidate",
    "Check",
    "Desk",
    "Doc",
    "Door",
    "Found",
    "Item",
    "Job",
    "Line",
    "Load",
    "ManifestState",
    "Moment",
    "Note",
    "Override",
    "Parcel",
    "Pending",
    "Print",
    "Reader",
    "Refusal",
    "Step",
    "Trip",
    "accepted",
    "asked",
    "ignored",
    "refused",
]
