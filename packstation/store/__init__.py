"""The station's databases. `Store.record()` is the only write of the floor: facts, board, spool and the raw line of
one gesture are one transaction, committed before the cue (sync J6).

    schema   the tables                     board   what the facts mean, as rows
    files    the data directory             mirror  copies of the hub's decisions
    numbers  of boxes                       candidates  what a scanned code can mean
    reading  what workflows may look up     ends    what the sync client needs
    spool    documents on their way to paper
    loads    what stands at a carrier's door view    the same databases, only to be looked at
"""

from packstation.store.files import Busy, FolderLock, NotAStation, Place, read_place, write_place
from packstation.store.scans import ScanLine
from packstation.store.store import Session, Store
from sync.journal import Stamp

__all__ = [
    "Busy",
    "FolderLock",
    "NotAStation",
    "Place",
    "ScanLine",
    "Session",
    "Stamp",
    "Store",
    "read_place",
    "write_place",
]
