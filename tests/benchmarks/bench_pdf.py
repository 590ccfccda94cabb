"""Labels and slips beside a PDF written by hand, other libraries and platypus (PF4.1 to PF4.3, PF4.5 to PF4.7).

    each round, in random order:   house_labels(50)      the same marks by hand      fpdf2, weasyprint

Every label is a new one: its codes are encoded and read back within the measured time. PF4.4 is in bench_scan.py.
Set PDF_PEERS to an interpreter that has fpdf2 and weasyprint.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packstation.documents import label, slip, zpl
from packstation.documents.parcel_mark import parcel_mark
from packstation.documents.shipment import Party, Shipment, ShipmentLine
from packstation.documents.sscc import sscc
from tests.benchmarks.floors import platypus_slip, raw_pdf
from tests.benchmarks.measure import Metric, Unavailable, absolute, against_floor, against_peer, round_robin

REPEATS, ROUNDS, BATCH = 5, 20, 50
PEER_BATCH = 30
HERE = Path(__file__).parent

_numbers = itertools.count(1)
_SENDER = Party("Blue Barn Goods GmbH", ("Lagerstraße 12", "Tor 4"), "20457", "Hamburg", "", "Germany")
_LINES = tuple(ShipmentLine(f"SKU-{n:04d}", f"Stoneware mug number {n}, hand-glazed", 3, 3) for n in range(20))


def run(quick: bool) -> list[Metric]:
    """Every figure of paper."""
    repeats, rounds = (2, 4) if quick else (REPEATS, ROUNDS)
    made = [_bulk(repeats, rounds)]
    made += _without_rl_accel(repeats, rounds)
    made += [_single(repeats, rounds), _slip(repeats, rounds), _zpl(repeats, rounds), _same_bytes()]
    try:
        made += _peers(2 if quick else 3)
    except Unavailable as why:
        print(f"   peers skipped: {why}", file=sys.stderr)
    return made


def _parcels(count: int) -> list[Shipment]:
    """Parcels that no earlier round has seen, so that nothing kept by content helps."""
    return [_parcel(next(_numbers)) for _ in range(count)]


def _parcel(n: int) -> Shipment:
    return Shipment(
        order=f"FO-{n}-1",
        parcel=1,
        of=2,
        service="EXPRESS 24",
        carrier="DHL",
        sender=_SENDER,
        receiver=Party(f"Jane Miller {n}", (f"{n} Long Winding Road",), "94107", "San Francisco", "CA", "US"),
        weight_g=1912,
        tracking=f"JJD0003900{n:08d}",
        sscc=sscc(3, "4012345", n),
        lines=_LINES,
    )


def _timed(work: Callable[[Any], object], batch: int, prepare: Callable[[int], Any] = _parcels) -> float:
    """Milliseconds for one piece."""
    given = prepare(batch)
    started = time.perf_counter()
    work(given)
    return (time.perf_counter() - started) * 1000 / batch


def _rounds(sides: dict[str, Callable[[], float]], repeats: int, rounds: int) -> dict[str, list[list[float]]]:
    found = [round_robin(sides, rounds=rounds, warm_up=3, seed=seed) for seed in range(repeats)]
    return {name: [repeat[name] for repeat in found] for name in sides}


def _bulk_rounds(repeats: int, rounds: int) -> dict[str, list[list[float]]]:
    sides = {"ours": lambda: _timed(label.house_labels, BATCH), "floor": lambda: _timed(raw_pdf.labels, BATCH)}
    return _rounds(sides, repeats, rounds)


def _bulk(repeats: int, rounds: int) -> Metric:
    found = _bulk_rounds(repeats, rounds)
    note = "with rl_accel" if importlib.util.find_spec("_rl_accel") else "without rl_accel"
    name = f"labels in one file, {BATCH} a file"
    return against_floor("PF4.1", name, found["ours"], found["floor"], unit="ms", against="by hand", note=note)


def _without_rl_accel(repeats: int, rounds: int) -> list[Metric]:
    """The same in a process where the extra `speed` is not there."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_pdf", str(repeats), str(rounds)]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, timeout=600, check=True)
    found = json.loads(done.stdout)
    name = f"labels in one file, {BATCH} a file, without rl_accel"
    return [against_floor("PF4.2", name, found["ours"], found["floor"], unit="ms", against="by hand")]


def _single(repeats: int, rounds: int) -> Metric:
    with TemporaryDirectory(prefix="packstation-bench-") as folder:
        path = Path(folder) / "label.pdf"

        def ours(parcels: list[Shipment]) -> None:
            for parcel in parcels:
                raw_pdf.durable(label.house_label(parcel).content, path)

        def floor(parcels: list[Shipment]) -> None:
            for parcel in parcels:
                raw_pdf.durable(raw_pdf.labels([parcel]), path)

        sides = {"ours": lambda: _timed(ours, 10), "floor": lambda: _timed(floor, 10)}
        found = _rounds(sides, repeats, rounds)
    return against_floor(
        "PF4.3", "one label in a durable file", found["ours"], found["floor"], unit="ms", against="by hand and fsync"
    )


def _slip(repeats: int, rounds: int) -> Metric:
    sides = {
        "ours": lambda: _timed(lambda parcels: [slip.packing_slip(parcel) for parcel in parcels], 5),
        "peer": lambda: _timed(lambda parcels: [platypus_slip.slip(parcel) for parcel in parcels], 5),
    }
    found = _rounds(sides, repeats, rounds)
    return against_peer(
        "PF4.5", "packing slip of 20 lines", found["ours"], found["peer"], unit="ms", against="reportlab platypus"
    )


def _zpl(repeats: int, rounds: int) -> Metric:
    sides = {
        "zpl": lambda: _timed(lambda parcels: [zpl.house_label(parcel) for parcel in parcels], 20),
        "pdf": lambda: _timed(lambda parcels: [label.house_label(parcel) for parcel in parcels], 20),
    }
    found = _rounds(sides, repeats, rounds)
    return against_floor("PF4.6", "ZPL label", found["zpl"], found["pdf"], unit="ms", against="the same label as PDF")


def _same_bytes() -> Metric:
    parcels = _parcels(20)
    same = [
        label.house_label(parcel).content == label.house_label(parcel).content
        and slip.packing_slip(parcel).content == slip.packing_slip(parcel).content
        for parcel in parcels
    ]
    assert all(same), "the same input gave other bytes"
    return absolute("PF4.7", "documents that differ on a second run", [float(same.count(False))], unit="documents")


def _peers(repeats: int) -> list[Metric]:
    python = os.environ.get("PDF_PEERS")
    if not python:
        raise Unavailable("set PDF_PEERS to an interpreter that has fpdf2 and weasyprint")
    made = []
    for name in ("fpdf2", "weasyprint"):
        ours: list[list[float]] = []
        theirs: list[list[float]] = []
        version = ""
        for _ in range(repeats):
            ours.append([_timed(label.house_labels, PEER_BATCH) for _ in range(5)])
            told = _peer(python, name, [_marks(parcel) for parcel in _parcels(PEER_BATCH)])
            theirs.append(told["ms"])
            version = told["version"]
        made.append(
            against_peer(
                "PF4.1", f"labels in one file, {PEER_BATCH} a file", ours, theirs, unit="ms",
                against=f"{name} {version}", key=name,
            )
        )  # fmt: skip
    return made


def _peer(python: str, name: str, labels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    command = [python, str(HERE / "peer_pdf.py"), name]
    done = subprocess.run(command, input=json.dumps(labels), capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise Unavailable(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _marks(parcel: Shipment) -> dict[str, Any]:
    """Texts, rules and codes of a label in dots, y down: the peer encodes and draws them, and reads nothing back."""
    rules = [[24, 144, 764, 2], [24, 470, 764, 88], [24, 721, 764, 2], [24, 897, 764, 2]]
    codes = [
        ["code128", parcel.tracking, 139, 755, 3, 108],
        ["gs1_128", f"00{parcel.sscc}", 94, 910, 4, 256],
        ["datamatrix", parcel_mark(parcel), 670, 585, 5, 5],
    ]
    texts = [
        [120, 40 + 24 * n, 8, word] for n, word in enumerate(("Blue Barn Goods GmbH", "Lagerstraße 12", "Hamburg"))
    ]
    to = parcel.receiver
    texts += [[120, 190 + 54 * n, 17, word] for n, word in enumerate((to.name, *to.lines, to.city, to.country))]
    texts += [[24, 40, 7, "FROM"], [24, 180, 9, "TO"], [24, 590, 7, "ORDER"], [120, 600, 14, parcel.order]]
    texts += [[24, 740, 7, "TRACKING DHL"], [257, 885, 9, parcel.tracking], [257, 1190, 9, f"(00){parcel.sscc}"]]
    texts += [[24, 635, 6, "WEIGHT"], [120, 640, 9, "1.912 kg"], [24, 665, 6, "CARRIER"], [120, 670, 9, "DHL"]]
    return {"texts": texts, "rules": rules, "codes": codes}


def _alone() -> None:
    """`python -m tests.benchmarks.bench_pdf REPEATS ROUNDS`: the bulk figures as JSON, without rl_accel."""
    print(json.dumps(_bulk_rounds(int(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    # Before reportlab is imported anywhere: it takes what it finds, and goes on without.
    assert "reportlab" not in sys.modules
    sys.modules["_rl_accel"] = None  # type: ignore[assignment]
    sys.modules["rl_accel"] = None  # type: ignore[assignment]
    _alone()
