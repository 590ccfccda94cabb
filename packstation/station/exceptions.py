"""What somebody has to decide, in one list (FL9.3): from the board and the spool, never stored twice."""

from __future__ import annotations

from dataclasses import dataclass

from packstation.store import Store


@dataclass(frozen=True, slots=True)
class OpenException:
    """One row: `exception` is its id, `what` its kind, `since_ms` the wall time it is open since."""

    exception: str
    what: str
    order: str
    user: str
    since_ms: int
    text: str


def open_exceptions(store: Store, limit: int = 200) -> list[OpenException]:
    """Newest first: hospital, unlabelled, weight overrides, shorts, unknown codes, documents that did not print."""
    rows: list[OpenException] = []
    read = store.reader_db
    for fo, hold, packer, last_ms in read.execute(
        "SELECT fo, hold, packer, last_ms FROM board_fo WHERE hold IS NOT NULL ORDER BY last_ms DESC LIMIT ?",
        (limit,),
    ):
        reason, _, shelf = hold.partition("|")
        rows.append(OpenException(f"hold:{fo}", "hospital", fo, packer or "", last_ms, f"{reason}, shelf {shelf}"))
    for fo, n, packer, last_ms in read.execute(
        "SELECT fo, unlabelled, packer, last_ms FROM board_fo WHERE unlabelled > 0 ORDER BY last_ms DESC LIMIT ?",
        (limit,),
    ):
        rows.append(OpenException(f"unlabelled:{fo}", "unlabelled", fo, packer or "", last_ms, f"{n} boxes"))
    for fo, n, packer, last_ms in read.execute(
        "SELECT fo, short, packer, last_ms FROM board_fo WHERE short > 0 AND stage <> 'done'"
        " ORDER BY last_ms DESC LIMIT ?",
        (limit,),
    ):
        rows.append(OpenException(f"short:{fo}", "short", fo, packer or "", last_ms, f"{n} units"))
    for code, sku, by in read.execute(
        "SELECT code, sku, by FROM board_alias WHERE state = 'proposed' LIMIT ?", (limit,)
    ):
        rows.append(OpenException(f"alias:{code}", "unknown code", "", by, 0, f"{code} for {sku}?"))
    for job, what, fo, why, made_ms in read.execute(
        "SELECT job, what, fo, why, made_ms FROM spool WHERE state IN ('failed', 'unsure') ORDER BY job DESC LIMIT ?",
        (limit,),
    ):
        rows.append(OpenException(f"print:{job}", "print failed", fo or "", "", made_ms, f"{what}: {why}"))
    for number, at_ms, code, text in read.execute(
        "SELECT id, at_ms, code, text FROM alarm ORDER BY id DESC LIMIT ?", (limit,)
    ):
        rows.append(OpenException(f"alarm:{number}", code, "", "", at_ms, text))
    settled = {row[0] for row in read.execute("SELECT exception FROM board_resolved")}
    left = [row for row in rows if row.exception not in settled]
    return sorted(left, key=lambda row: (-row.since_ms, row.exception))[:limit]
