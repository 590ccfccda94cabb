"""The station's two databases as SQL, and how they are opened (sync J6, J8; devices.md section 15).

journal.db   facts, board, spool, numbers, the local scan log: WAL, synchronous=FULL, never replaced by sync
mirror.db    copies of what the hub decided and knows: WAL, NORMAL, may be deleted and fetched again
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sync.journal import SCHEMA as JOURNAL_SCHEMA

VERSION = 3
MIRROR_VERSION = 4
WAL_PAGES_MAX = 4_000
"""A commit empties the log from here on, when there was no quiet moment before (`Store.rest`)."""

BOARD_SCHEMA = """
CREATE TABLE board_fo (
  fo TEXT PRIMARY KEY, stage TEXT NOT NULL, hold TEXT, picked INTEGER NOT NULL, packed INTEGER NOT NULL,
  boxes INTEGER NOT NULL, ready INTEGER NOT NULL, gone INTEGER NOT NULL, unlabelled INTEGER NOT NULL,
  tote TEXT, cart TEXT, slot TEXT, place TEXT, packer TEXT, picker TEXT, manual INTEGER NOT NULL,
  short INTEGER NOT NULL, weight_off INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX board_fo_by_stage ON board_fo (stage, last_ms);
CREATE TABLE board_code (
  code TEXT NOT NULL, kind TEXT NOT NULL, fo TEXT NOT NULL, ref TEXT NOT NULL,
  PRIMARY KEY (code, kind, fo, ref)) STRICT, WITHOUT ROWID;
CREATE INDEX board_code_by_fo ON board_code (fo);
CREATE TABLE board_wave (
  wave TEXT PRIMARY KEY, rev INTEGER NOT NULL, kind TEXT NOT NULL, cutoff TEXT NOT NULL, held INTEGER NOT NULL,
  closed INTEGER NOT NULL, cancelled INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE board_cart (
  wave TEXT NOT NULL, cart TEXT NOT NULL, rev INTEGER NOT NULL, route TEXT NOT NULL,
  PRIMARY KEY (wave, cart)) STRICT, WITHOUT ROWID;
CREATE TABLE board_wave_fo (
  fo TEXT PRIMARY KEY, wave TEXT NOT NULL, cart TEXT NOT NULL, place INTEGER NOT NULL,
  released INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX board_wave_fo_by_wave ON board_wave_fo (wave, cart, place);
CREATE TABLE board_manifest (
  manifest TEXT PRIMARY KEY, carrier TEXT NOT NULL, door TEXT NOT NULL, closed INTEGER NOT NULL,
  count INTEGER NOT NULL, weight_g INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE board_parcel (
  lpn TEXT NOT NULL, fo TEXT NOT NULL, no INTEGER NOT NULL, boxes INTEGER NOT NULL, label TEXT,
  tracking TEXT NOT NULL, weight_g INTEGER, ready INTEGER NOT NULL, problem TEXT NOT NULL, state TEXT NOT NULL,
  manifest TEXT, gone_ms INTEGER NOT NULL, PRIMARY KEY (lpn, fo)) STRICT, WITHOUT ROWID;
CREATE INDEX board_parcel_by_state ON board_parcel (state, manifest);
CREATE INDEX board_parcel_by_fo ON board_parcel (fo);
CREATE TABLE board_alias (
  code TEXT PRIMARY KEY, sku TEXT NOT NULL, state TEXT NOT NULL, by TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE board_count (
  location TEXT NOT NULL, sku TEXT NOT NULL, why TEXT NOT NULL, open INTEGER NOT NULL, qty INTEGER,
  PRIMARY KEY (location, sku)) STRICT, WITHOUT ROWID;
CREATE TABLE board_resolved (
  exception TEXT PRIMARY KEY, how TEXT NOT NULL, by TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
CARTON_SCHEMA = """
CREATE TABLE IF NOT EXISTS board_box (
  lpn TEXT PRIMARY KEY, fo TEXT NOT NULL, no INTEGER NOT NULL, type TEXT NOT NULL, suggested TEXT NOT NULL,
  why_other TEXT, units TEXT NOT NULL, closed INTEGER NOT NULL, weight_g INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS board_box_by_fo ON board_box (fo);
CREATE INDEX IF NOT EXISTS board_box_by_units ON board_box (units, type);
CREATE TABLE IF NOT EXISTS board_size (
  sku TEXT NOT NULL, fact_id TEXT NOT NULL, length_mm INTEGER NOT NULL, width_mm INTEGER NOT NULL,
  height_mm INTEGER NOT NULL, weight_g INTEGER, user TEXT NOT NULL, at_ms INTEGER NOT NULL, how TEXT NOT NULL,
  PRIMARY KEY (sku, fact_id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS board_size_approved (
  sku TEXT PRIMARY KEY, length_mm INTEGER NOT NULL, width_mm INTEGER NOT NULL, height_mm INTEGER NOT NULL,
  by TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS board_carton (
  code TEXT PRIMARY KEY, available INTEGER NOT NULL, why TEXT NOT NULL, fact_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
"""What packing teaches about cartons and sizes: boxes as they were packed, measurements, cartons that ran out."""
BOARD_TABLES = (
    "board_fo",
    "board_code",
    "board_wave",
    "board_cart",
    "board_wave_fo",
    "board_manifest",
    "board_parcel",
    "board_alias",
    "board_count",
    "board_resolved",
    "board_box",
    "board_size",
    "board_size_approved",
    "board_carton",
)
"""Derived from the facts alone; `rebuild` empties them and folds again, byte for byte the same."""

SPOOL_INDEXES = """
CREATE INDEX IF NOT EXISTS spool_of_fo ON spool (fo) WHERE fo IS NOT NULL;
CREATE INDEX IF NOT EXISTS spool_refused ON spool (job) WHERE state = 'queued' AND why <> '';
"""
OTHER_FACT_INDEX = "CREATE INDEX IF NOT EXISTS other_fact_of_fo ON other_fact (fo);"
OTHER_FACT = """
CREATE TABLE other_fact (
  fo TEXT NOT NULL, fact_id TEXT NOT NULL, cur INTEGER NOT NULL, station TEXT NOT NULL, after TEXT NOT NULL,
  line BLOB NOT NULL, PRIMARY KEY (fo, fact_id)) STRICT, WITHOUT ROWID;
"""
"""Facts of other stations. `cur`: when they came in at the hub; `after`: the newest of ours that was there before."""

LOCAL_SCHEMA = """
CREATE TABLE scan_line (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, wall_ms INTEGER NOT NULL, mono_ms INTEGER NOT NULL,
  text TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT, cue TEXT, gesture TEXT) STRICT;
CREATE TABLE spool (
  job INTEGER PRIMARY KEY, what TEXT NOT NULL, fo TEXT, carton TEXT, copy INTEGER NOT NULL, ref TEXT NOT NULL,
  printer TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, told INTEGER NOT NULL, why TEXT NOT NULL,
  made_ms INTEGER NOT NULL, lost TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX spool_open ON spool (printer, state, job) WHERE state IN ('queued', 'sending', 'unsure', 'failed');
CREATE INDEX spool_untold ON spool (told, state) WHERE told = 0;
CREATE TABLE number_range (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, gen TEXT NOT NULL, prefix TEXT NOT NULL, digits INTEGER NOT NULL,
  next INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE claim (fo TEXT PRIMARY KEY, fence TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alarm (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE pin_lock (
  user TEXT PRIMARY KEY, wrong INTEGER NOT NULL, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  one INTEGER PRIMARY KEY CHECK (one = 1), user TEXT, fo TEXT, work TEXT, locked INTEGER NOT NULL) STRICT;
"""

CARTON_PLAN = """
CREATE TABLE carton_plan (
  fo TEXT PRIMARY KEY, input_hash TEXT NOT NULL, engine TEXT NOT NULL, effort INTEGER NOT NULL, plan TEXT NOT NULL,
  made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE box_plan (lpn TEXT PRIMARY KEY, fo TEXT NOT NULL, plan TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX box_plan_of_fo ON box_plan (fo);
"""
MIRROR_SCHEMA = (
    """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE copy (
  kind TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL, old INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
CREATE TABLE code (
  code TEXT NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL, fo TEXT NOT NULL, quantity INTEGER NOT NULL,
  source TEXT NOT NULL, PRIMARY KEY (code, kind, ref, fo)) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_source ON code (source);
CREATE TABLE fo (
  fo TEXT PRIMARY KEY, order_no TEXT NOT NULL, state TEXT NOT NULL, method TEXT NOT NULL, priority INTEGER NOT NULL,
  ship_by TEXT NOT NULL, carrier TEXT NOT NULL, wave TEXT, lines INTEGER NOT NULL, units INTEGER NOT NULL,
  holder TEXT) STRICT, WITHOUT ROWID;
CREATE INDEX fo_by_holder ON fo (holder) WHERE holder IS NOT NULL;
CREATE INDEX fo_next ON fo (state, priority DESC, ship_by, units);
CREATE TABLE fo_line (
  fo TEXT NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (fo, line))
  STRICT, WITHOUT ROWID;
CREATE INDEX fo_line_by_sku ON fo_line (sku, fo);
CREATE TABLE other_parcel (
  lpn TEXT NOT NULL, fo TEXT NOT NULL, no INTEGER NOT NULL, boxes INTEGER NOT NULL, label TEXT,
  tracking TEXT NOT NULL, weight_g INTEGER, ready INTEGER NOT NULL, problem TEXT NOT NULL, state TEXT NOT NULL,
  manifest TEXT, gone_ms INTEGER NOT NULL, PRIMARY KEY (lpn, fo)) STRICT, WITHOUT ROWID;
CREATE INDEX other_parcel_by_state ON other_parcel (state, manifest);
CREATE INDEX other_parcel_by_fo ON other_parcel (fo);
"""
    + OTHER_FACT
    + OTHER_FACT_INDEX
    + CARTON_PLAN
)


def open_journal(path: Path) -> sqlite3.Connection:
    """The one connection that writes `journal.db`; made when it is missing. Raises sqlite3.DatabaseError."""
    db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES_MAX}")
    db.execute("PRAGMA foreign_keys=ON")
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:
        _make(db, JOURNAL_SCHEMA + BOARD_SCHEMA + CARTON_SCHEMA + LOCAL_SCHEMA + SPOOL_INDEXES, VERSION)
    return db


def open_mirror(path: Path) -> sqlite3.Connection:
    """The one connection that writes `mirror.db`; made when it is missing. Raises sqlite3.DatabaseError."""
    db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("PRAGMA secure_delete=ON")
    db.execute("PRAGMA foreign_keys=ON")
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:
        _make(db, MIRROR_SCHEMA, MIRROR_VERSION)
    elif db.execute("PRAGMA user_version").fetchone()[0] < MIRROR_VERSION:
        from packstation.store import growing

        growing.grow(db, growing.MIRROR)
        db.execute(f"PRAGMA user_version={MIRROR_VERSION}")
    return db


def sound(db: sqlite3.Connection) -> bool:
    """Whether every page of the database can be read and makes sense; takes a while for a large one."""
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that can neither write nor checkpoint (sync B3)."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0, isolation_level=None,
                         check_same_thread=False)  # fmt: skip
    db.execute("PRAGMA query_only=ON")
    return db


def grown(db: sqlite3.Connection) -> bool:
    """Give a journal of an older release the tables that are new; True when the board has to be folded again."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= VERSION:
        return False
    from packstation.store import growing

    growing.grow(db, growing.JOURNAL)
    return True


def _make(db: sqlite3.Connection, schema: str, version: int) -> None:
    # One transaction: a kill in the middle leaves an empty file, which is made again.
    db.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version={version}; COMMIT;")
