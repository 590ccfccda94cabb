"""`packstation import rates`: one revision of rate sheets from a file, whole or not at all (hub.md P2).

A file holds one of the four tables, or several one after the other, each with its head line: `cat *.csv > rates.csv`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from sqlalchemy import Connection

from sync.hub import rates
from sync.hub.intake.read import Unusable, encoding_of
from sync.hub.intake.summary import Summary
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import Database, do, maybe

ROWS_MAX = 500_000


def import_rates(database: Database, path: Path, *, dry_run: bool = False, encoding: str | None = None) -> Summary:
    """Take a file of rate sheets in; a row that is wrong refuses the whole revision."""
    used, note = encoding_of(path, encoding)
    tables = _read(path, used)
    summary = Summary("rates")
    if note:
        summary.notes.append(note)

    def act(db: Connection) -> None:
        summary.created = summary.updated = summary.unchanged = 0
        summary.rejected.clear()
        before = sheets(db)
        now, faults = rates.sheets_of(tables, before)
        for fault in faults:
            summary.refuse(fault.row, fault.key, fault.path, fault.reason)
        if faults:
            return
        known = {(s["carrier"], s["service"], s["valid_from"]): s["hash"] for s in before}
        changed = set()
        for sheet in now:
            stored = known.get((sheet["carrier"], sheet["service"], sheet["valid_from"]))
            if stored == sheet["hash"]:
                summary.unchanged += 1
                continue
            summary.created += stored is None
            summary.updated += stored is not None
            changed.add(f"{sheet['carrier']}/{sheet['service']}")
        if changed:
            _keep(Act(db, database.now_ms(), "import"), rates.revised(before, now), sorted(changed))

    (database.rehearse if dry_run else database.write)(act)
    return summary


def sheets(db: Connection) -> list[rates.Sheet]:
    """All sheets of the newest revision."""
    row = maybe(db, "SELECT body FROM rate_set ORDER BY rev DESC LIMIT 1")
    found: list[rates.Sheet] = json.loads(row.body) if row is not None else []
    return found


def _keep(act: Act, held: list[rates.Sheet], changed: list[str]) -> None:
    newest = maybe(act.db, "SELECT rev FROM rate_set ORDER BY rev DESC LIMIT 1")
    do(
        act.db,
        "INSERT INTO rate_set (rev, hash, at, body) VALUES (:rev, :hash, :at, :body)",
        rev=newest.rev + 1 if newest is not None else 1,
        hash=rates.hash_of(held),
        at=act.at,
        body=json.dumps(held, ensure_ascii=False),
    )
    for site in feed.sites(act.db):
        for key in changed:
            act.touch(site, "rate", key)
    act.finish()


def _read(path: Path, encoding: str) -> dict[str, list[rates.Row]]:
    """The rows of each table, by the line they began on. Raises Unusable for a file that holds none."""
    tables: dict[str, list[rates.Row]] = {}
    columns: list[str] = []
    rows: list[rates.Row] | None = None
    with path.open("r", encoding=encoding, newline="") as file:
        reader = csv.reader(file)
        try:
            for values in reader:
                number = reader.line_num
                if number > ROWS_MAX:
                    raise Unusable(f"{path.name}: expected at most {ROWS_MAX} lines, got more.")
                table = rates.table_of(values)
                if table is not None:
                    columns = [name.strip().lower() for name in values]
                    rows = tables.setdefault(table, [])
                elif rows is None and any(values):
                    heads = "; ".join(f"carrier,service,{','.join(head[:3])}.." for head in rates.HEADS.values())
                    shown = ",".join(values)[:60]
                    raise Unusable(f"{path.name} line {number}: expected one of the heads {heads}, got {shown!r}.")
                elif rows is not None and any(values):
                    if len(values) != len(columns):
                        raise Unusable(
                            f"{path.name} line {number}: expected {len(columns)} fields, got {len(values)}."
                        )
                    rows.append((number, dict(zip(columns, values, strict=True))))
        except csv.Error as error:
            raise Unusable(f"{path.name} line {reader.line_num}: expected rows of fields, got {error}.") from error
    if not tables:
        raise Unusable(f"{path.name}: expected a table of rates with its head line, got nothing.")
    return tables
