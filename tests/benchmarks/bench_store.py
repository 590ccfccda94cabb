"""The station's store: a scan's commit beside a bare flush and bare SQL, look-ups, rebuild (PF5.1 to PF5.3, PF5.5).

    each round, in random order:   store.record()      the same rows by sqlite3      16 KB and fdatasync

All three write into the same folder; both databases hold the same history.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from packstation.store import ScanLine, Store
from packstation.store.schema import open_journal
from sync import facts as f
from sync.protocol import Deed
from tests.benchmarks import shop
from tests.benchmarks.floors.fdatasync import Flush
from tests.benchmarks.measure import Metric, absolute, against_floor, round_robin

REPEATS = 5
PACES = ((0.003, 200), (0.025, 60))
LOOKUPS_PER_SAMPLE = 50
SIZES = {"quick": (2_000, 10_000), "full": (100_000, 1_000_000)}
UNITS_PER_ORDER = 40


def run(quick: bool) -> list[Metric]:
    """Every figure of the store."""
    skus, facts = SIZES["quick" if quick else "full"]
    with TemporaryDirectory(prefix="packstation-bench-", dir=shop.prepared(skus, facts).parent) as folder:
        ours = shop.copied(shop.prepared(skus, facts), Path(folder) / "ours")
        made = _commits(ours, Path(folder), quick)
        made += _lookups(ours, shop.prepared(1_000, 0), skus, quick)
    return made + _rebuilds(skus, facts)


def _commits(folder: Path, beside: Path, quick: bool) -> list[Metric]:
    bare_file = beside / "bare.db"
    shutil.copy(folder / "journal.db", bare_file)
    os.sync()  # what was copied must not be written back while flushes are timed
    store, flush, bare = shop.opened(folder), Flush(beside), Bare(bare_file)
    packer = Packer(store)
    sides: dict[str, Callable[[], float]] = {"ours": packer.once, "sql": bare.once, "flush": flush.once}
    made = []
    for pace_s, rounds in PACES:
        repeats, count = (2, 30) if quick else (REPEATS, rounds)
        found = [round_robin(sides, rounds=count, warm_up=20, seed=seed, pause_s=pace_s) for seed in range(repeats)]
        one = {name: [repeat[name] for repeat in found] for name in sides}
        paced = f"one each {pace_s * 1000:g} ms"
        main = pace_s == PACES[0][0]
        for permille, key in ((500, "p50"), (990, "p99")):
            if permille == 500 or main:
                made.append(
                    against_floor(
                        "PF5.1", f"record() of one scan, {paced}", one["ours"], one["flush"], unit="ms",
                        against="fdatasync of 16 KB", permille=permille, key=key if main else f"{key} slow",
                    )
                )  # fmt: skip
        made.append(
            against_floor(
                "PF5.2", f"record() of one scan, {paced}", one["ours"], one["sql"], unit="ms",
                against="the same rows by sqlite3", key="" if main else "slow",
            )
        )  # fmt: skip
    for part in (bare, flush, store):
        part.close()
    return made


class Packer:
    """Records one scanned unit a call, in orders of an ordinary length."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._goods = shop.articles(500)
        self._chance = random.Random(3)
        self._turn = 0

    def once(self) -> float:
        """Milliseconds of one `record()`."""
        order, unit = divmod(self._turn, UNITS_PER_ORDER)
        fo, lpn = f"FO-{900_000 + order}-1", f"C-{shop.STATION}-9{order:07d}"
        if unit == 0:
            self._record(fo, None, f.OrderOpened(via="order", partial=False))
            self._record(fo, None, f.CartonOpened(carton=1, lpn=lpn, type="M2", suggested="M2"))
        article = self._goods[self._turn % len(self._goods)]
        packed = f.ItemPacked(line=unit + 1, sku=article.sku, qty=1, carton=lpn, how="scan", code=article.code)
        self._turn += 1
        return self._record(fo, article.code, packed)

    def _record(self, fo: str, text: str | None, fact: f.Fact) -> float:
        stamp = shop.stamp(10_000_000 + self._turn, self._chance)
        line = ScanLine("scanner", stamp.wall_ms, stamp.mono_ms, text, "accepted", cue="T1") if text else None
        begin = time.perf_counter_ns()
        self._store.record(line, [Deed(fo, fact)], stamp)
        return (time.perf_counter_ns() - begin) / 1e6


class Bare:
    """The rows that `record()` writes for a scan, made before and written by plain SQL."""

    def __init__(self, path: Path) -> None:
        self._db = open_journal(path)
        self._turn = 0
        self._gen = self._db.execute("SELECT gen FROM gen ORDER BY no DESC LIMIT 1").fetchone()[0]
        self._seq = self._db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0]
        width = len(self._db.execute("PRAGMA table_info(board_fo)").fetchall())
        self._board = "INSERT OR REPLACE INTO board_fo VALUES (" + ",".join("?" * width) + ")"  # a constant width
        self._line = bytes(range(256))
        self._hash = bytes(32)

    def once(self) -> float:
        """Milliseconds of one transaction of three rows."""
        db, turn = self._db, self._turn
        self._turn += 1
        seq, fo = self._seq + self._turn, f"FO-{900_000 + turn // UNITS_PER_ORDER}-1"
        gesture = f"{turn:030x}"
        row = (fo, "packing", None, 0, turn, 1, 0, 0, 0, None, None, None, None, "101", None, 0, 0, 0, turn)
        begin = time.perf_counter_ns()
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "INSERT INTO scan_line (device, wall_ms, mono_ms, text, outcome, why, cue, gesture)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ("scanner", turn, turn, "2000000000008", "accepted", None, "T1", gesture),
        )
        db.execute(
            "INSERT INTO fact (gen, seq, fact_id, kind, fo, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._gen, seq, gesture + "00", "ItemPacked", fo, self._line, self._hash),
        )
        db.execute(self._board, row)
        db.execute("COMMIT")
        return (time.perf_counter_ns() - begin) / 1e6

    def close(self) -> None:
        self._db.close()


def _lookups(large: Path, small: Path, skus: int, quick: bool) -> list[Metric]:
    rounds, repeats = (20, 2) if quick else (100, REPEATS)
    with TemporaryDirectory(prefix="packstation-bench-") as folder:
        stores = {"large": shop.opened(large), "small": shop.opened(shop.copied(small, Path(folder)))}
        bare = sqlite3.connect(
            f"{(large / 'mirror.db').as_uri()}?mode=ro", uri=True, timeout=5.0, isolation_level=None
        )
        codes = [article.code for article in shop.articles(max(skus, shop.LONGER_LINES))]
        few = [article.code for article in shop.articles(1_000)]

        def by_select(code: str) -> None:
            bare.execute("SELECT code, kind, ref, fo, quantity FROM code WHERE code = ?", (code,)).fetchall()

        chance = random.Random(5)
        sides: dict[str, Callable[[], float]] = {
            "large": lambda: _each_us(lambda code: stores["large"].mirror.find([code]), chance, codes),
            "small": lambda: _each_us(lambda code: stores["small"].mirror.find([code]), chance, few),
            "select": lambda: _each_us(by_select, chance, codes),
        }
        found = [round_robin(sides, rounds=rounds, warm_up=5, seed=seed) for seed in range(repeats)]
        one = {name: [repeat[name] for repeat in found] for name in sides}
        bare.close()
        for store in stores.values():
            store.close()
    words = f"barcode look-up among {skus:,} articles"
    return [
        against_floor(
            "PF5.3", words, one["large"], one["select"], unit="us", against="prepared select", key="select"
        ),
        against_floor("PF5.3", words, one["large"], one["small"], unit="us", against="among 1,000", key="growth"),
    ]


def _each_us(find: Callable[[str], object], chance: random.Random, codes: Sequence[str]) -> float:
    wanted = chance.choices(codes, k=LOOKUPS_PER_SAMPLE)
    begin = time.perf_counter_ns()
    for code in wanted:
        find(code)
    return (time.perf_counter_ns() - begin) / 1e3 / LOOKUPS_PER_SAMPLE


def _rebuilds(skus: int, facts: int) -> list[Metric]:
    """`rebuild` in a fresh process, as the command runs it: seconds and the process's largest memory."""
    few, many = facts // 10, facts
    short_s, short_mb = _rebuilt(shop.prepared(1_000, few))
    long_s, long_mb = _rebuilt(shop.prepared(skus, many))
    return [
        absolute("PF5.5", f"rebuild of {few:,} facts", [short_s], unit="s", key="seconds"),
        absolute("PF5.5", f"rebuild of {many:,} facts / of {few:,}", [long_s / short_s], unit="times", key="linear",
                 note=f"{long_s:.1f} s"),
        absolute("PF5.5", f"largest memory of a rebuild of {few:,} facts", [short_mb], unit="MB", key="memory",
                 note=f"of {many:,}: {long_mb:.0f} MB"),
    ]  # fmt: skip


def _rebuilt(prepared: Path) -> tuple[float, float]:
    with TemporaryDirectory(prefix="packstation-bench-") as folder:
        shop.copied(prepared, Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bench_store", folder],
            capture_output=True, text=True, timeout=600, check=True,
        )  # fmt: skip
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


if __name__ == "__main__":
    opened = shop.opened(Path(sys.argv[1]))
    started = time.perf_counter()
    before, after = opened.rebuild()
    assert before == after, "the board was not what its facts say"
    spent = time.perf_counter() - started
    # Not ru_maxrss: a process inherits that of whoever started it, and the benchmark has the whole journal in memory.
    status = Path("/proc/self/status").read_text("ascii")
    print(spent, next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM")) / 1024)
