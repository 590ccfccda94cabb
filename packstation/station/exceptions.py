"""What somebody has to decide, in one list (FL9.3): from the board and the spool, never stored twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from packstation.store import Store
from packstation.workflows import exception_words as words
from packstation.workflows.device_words import print_why
from packstation.workflows.paper_words import WORDS as PAPERS
from packstation.workflows.prompt import Say
from sync import facts as f
from sync import protocol

BOXES_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class OpenException:
    """One row: `exception` is its id, `what` its kind, `since_ms` the wall time it is open since; `text` waits for
    the language of who reads it."""

    exception: str
    what: str
    order: str
    user: str
    since_ms: int
    text: Say


@dataclass(frozen=True, slots=True)
class ProposedAlias:
    """A code that a packer said belongs to an item; `since_ms` the wall time it waits since."""

    code: str
    sku: str
    by: str
    since_ms: int


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
        said = Say(f"choice_{reason}", {"text": reason.replace("_", " ")})
        told = Say("told_hold", {"reason": said, "shelf": shelf})
        rows.append(OpenException(f"hold:{fo}", "hospital", fo, packer or "", last_ms, told))
    for fo, n, packer, last_ms in read.execute(
        "SELECT fo, unlabelled, packer, last_ms FROM board_fo WHERE unlabelled > 0 ORDER BY last_ms DESC LIMIT ?",
        (limit,),
    ):
        doc = store.mirror.doc(fo)
        why = doc.refusals[0].words if doc is not None and doc.refusals else ""
        told = Say("told_boxes_why", {"n": n, "words": why}) if why else Say("told_boxes", {"n": n})
        rows.append(OpenException(f"unlabelled:{fo}", "unlabelled", fo, packer or "", last_ms, told))
    for fo, n, packer, last_ms in read.execute(
        "SELECT fo, short, packer, last_ms FROM board_fo WHERE short > 0 AND stage <> 'done'"
        " ORDER BY last_ms DESC LIMIT ?",
        (limit,),
    ):
        rows.append(OpenException(f"short:{fo}", "short", fo, packer or "", last_ms, Say("told_short", {"n": n})))
    for alias in proposed_aliases(store, limit):
        text = Say("told_alias", {"code": alias.code, "sku": alias.sku})
        rows.append(OpenException(f"alias:{alias.code}", "unknown code", "", alias.by, alias.since_ms, text))
    for job, what, fo, why, made_ms in read.execute(
        "SELECT job, what, fo, why, made_ms FROM spool WHERE state IN ('failed', 'unsure') ORDER BY job DESC LIMIT ?",
        (limit,),
    ):
        rows.append(OpenException(f"print:{job}", "print failed", fo or "", "", made_ms, _print(what, why)))
    for number, at_ms, code, text in read.execute(
        "SELECT id, at_ms, code, text FROM alarm ORDER BY id DESC LIMIT ?", (limit,)
    ):
        rows.append(OpenException(f"alarm:{number}", code, "", "", at_ms, words.alarm(code, text)))
    rows += _conflicts(store, limit)
    rows += _about_cartons(store)
    settled = {row[0] for row in read.execute("SELECT exception FROM board_resolved")}
    left = [row for row in rows if row.exception not in settled]
    return sorted(left, key=lambda row: (-row.since_ms, row.exception))[:limit]


def proposed_aliases(store: Store, limit: int = 200) -> list[ProposedAlias]:
    """Codes that packers proposed and nobody decided about, oldest first; its fact tells since when."""
    waiting = {
        code: (sku, by)
        for code, sku, by in store.reader_db.execute(
            "SELECT code, sku, by FROM board_alias WHERE state = 'proposed' LIMIT ?", (limit,)
        )
    }
    since: dict[str, int] = {}
    if waiting:
        lines = store.reader_db.execute("SELECT line FROM fact WHERE kind = 'AliasProposed' ORDER BY place")
        for (line,) in lines:
            entry = protocol.entry_of(bytes(line))
            if isinstance(entry.fact, f.AliasProposed) and entry.fact.code in waiting:
                since[entry.fact.code] = entry.wall_ms
    rows = [ProposedAlias(code, sku, by, since.get(code, 0)) for code, (sku, by) in waiting.items()]
    return sorted(rows, key=lambda row: (row.since_ms, row.code))


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
        told = {name: value for name, value in detail.items() if name not in known}
        found.append(
            OpenException(
                f"conflict:{body['conflict']}",
                str(body["code"]).replace("_", " "),
                str(body.get("fo") or ""),
                who,
                since_ms,
                words.conflict(str(body["code"]), told),
            )
        )
    return found[:limit]


def _about_cartons(store: Store) -> list[OpenException]:
    """Sizes in doubt, sizes to approve, cartons that ran out (cartons.md CT1.3, CT6.4)."""
    from packstation.station.lessons import gone_of, packed_boxes, proposals_of, suspects_of

    rows = []
    at_ms = store.last_gesture_ms()
    for one in suspects_of(store, packed_boxes(store, most=BOXES_LOOKED_AT)):
        cartons = ", ".join(one.cartons[:4])
        text = Say(
            "told_size_too_small" if one.why == "too_small" else "told_size_cannot",
            {"sku": one.sku, "n": one.times, "all": one.parcels, "cartons": cartons},
        )
        rows.append(OpenException(f"size:{one.sku}", "size in doubt", "", "", at_ms, text))
    for proposal in proposals_of(store):
        size, known = (_sides(side) for side in (proposal.size_mm, proposal.catalog_mm))
        text = Say("told_measured", {"sku": proposal.sku, "size": size, "known": known})
        rows.append(OpenException(f"measured:{proposal.sku}", "size to approve", "", "", proposal.at_ms, text))
    for gone in gone_of(store):
        text = Say("told_gone", {"code": gone.code})
        rows.append(OpenException(f"carton:{gone.code}:{gone.at_ms}", "carton ran out", "", "", gone.at_ms, text))
    return rows


def _sides(size: tuple[int, int, int] | None) -> Say:
    return Say("plain", {"text": "×".join(str(side) for side in size)}) if size else Say("told_unknown")


def _print(what: str, why: str) -> Say:
    paper = f"paper_{what}"
    named = Say(paper) if paper in PAPERS else Say("plain", {"text": what})
    return Say("told_print", {"what": named, "why": print_why(why)})
