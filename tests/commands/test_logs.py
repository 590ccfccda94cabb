"""What the long-running commands leave in their logs: what happened, by ids, and nothing of a buyer (D12, X16)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests import shop
from tests.commands.hub_shop import ROOT
from tests.devices.printer_sink import PrinterSink
from tests.sync.hub_process import HubProcess

BUYER = ("Nuñez", "Nu\\u00f1ez", "Calle", "Madrid", "28013", shop.ANN, "AAAAAAAA", "Ann")


def log_lines(path: Path) -> list[dict[str, Any]]:
    """Every line is an object with the four fields; no buyer, no badge in any."""
    text = path.read_text(encoding="ascii")
    assert not [word for word in BUYER if word in text]
    told = [json.loads(line) for line in text.splitlines()]
    for line in told:
        assert tuple(line)[:4] == ("at", "level", "log", "event"), line
    return told


def test_a_station_logs_its_devices_and_prints_by_ids(tmp_path: Path) -> None:
    """A parcel is packed with a dead printer and no scanner; both are in the log, the buyer is not."""
    made = shop.bench(tmp_path, signed_in=None)
    made.store.close()
    printer = PrinterSink()
    printer.switch_off()
    words = ["run", "--plain", "--data", str(tmp_path), "--printer", printer.url, "--scanner", str(tmp_path / "tty")]
    station = subprocess.Popen(
        [sys.executable, "-m", "packstation", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip
    assert station.stdin is not None
    assert station.stdout is not None
    try:
        for text, answer in (
            (shop.ANN, "Welcome Ann"),
            ("FO-4472-1", "Scan again to pack"),
            ("FO-4472-1", "0 of 1"),
            (shop.BLUE_MUG, "1 of 1"),
            (shop.PLATE, "Type the grams"),
            ("970", "Label prints"),
        ):
            station.stdin.write(f"{text}\n")
            station.stdin.flush()
            while answer not in (line := station.stdout.readline()):
                assert line, f"the station ended before it said {answer!r}"
            time.sleep(0.4)  # sooner after a question it would be held (FL2.4)
        log = tmp_path / "station.log"
        end = time.monotonic() + 20
        while time.monotonic() < end and not ('"waiting"' in log.read_text() if log.exists() else False):
            time.sleep(0.1)
        station.stdin.write("*EXIT\n")
        station.stdin.close()
        assert station.wait(20) == 0
    finally:
        station.kill()
        printer.close()
    told = log_lines(log)
    assert (told[0]["event"], told[0]["station"], told[-1]["event"]) == ("started", "st-07", "ended")
    assert {"scanner": "absent"} in [{line["event"]: line.get("state")} for line in told]
    waits = [line for line in told if line.get("state") == "waiting"]
    assert [(line["what"], line["fo"], line["level"]) for line in waits][:1] == [("label", "FO-4472-1", "warning")]
    assert len(waits) == len({line["job"] for line in waits}), "a printer that stays dead is one line a document"


def test_a_hub_logs_to_a_file_of_its_own(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path)
    with httpx.Client(timeout=10, trust_env=False) as client:
        assert client.get(f"{hub.url}/v1/nothing").status_code in (401, 404)
    assert hub.stop() == (0, "hub: stopped.\n")
    assert [line["event"] for line in log_lines(tmp_path / "hub.log")] == ["started", "ended"]
