"""What somebody has to decide, in one list (FL9.3): from the board and the spool, never stored twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    """Newest first: hospital, unlabelled, weight overrides, shorts, unknown codes, documents that did not print, and
    what the hub could not settle by itself."""
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
        doc = store.mirror.doc(fo)
        said = f": {doc.refusals[0].words}" if doc is not None and doc.refusals else ""
        rows.append(OpenException(f"unlabelled:{fo}", "unlabelled", fo, packer or "", last_ms, f"{n} boxes{said}"))
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
    rows += _conflicts(store, limit)
    settled = {row[0] for row in read.execute("SELECT exception FROM board_resolved")}
    left = [row for row in rows if row.exception not in settled]
    return sorted(left, key=lambda row: (-row.since_ms, row.exception))[:limit]


def _conflicts(store: Store, limit: int) -> list[OpenException]:
    """What the hub found odd or has to tell this site, until somebody resolves it (sync F8, FL8.6)."""
    found = []
    for body in store.mirror.bodies("conflict"):
        if body.get("resolved_at"):
            continue
        detail = body.get("detail") or {}
        since_ms = int(datetime.fromisoformat(str(body["opened_at"])).timestamp()) * 1000
        who = str(detail.get("by") or detail.get("user") or "")
        known = {"by", "user", "ref"} if body["code"] == "node_paused" else {"by", "user"}
        words = ", ".join(
            f"{name} {value}" for name, value in detail.items() if name not in known and value is not None
        )
        found.append(
            OpenException(
                f"conflict:{body['conflict']}",
                str(body["code"]).replace("_", " "),
                str(body.get("fo") or ""),
                who,
                since_ms,
                words,
            )
        )
    return found[:limit]
