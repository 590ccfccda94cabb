"""The demo as somebody runs it who has never seen the project; and the shop it makes, with its hub switched off."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from packstation.commands.demo.play import Day, PacedClock, Told
from packstation.commands.demo.player import Act, Player, badges, users
from packstation.commands.demo.shop import Shop
from packstation.commands.errors import Refused
from packstation.commands.exchange import client_of, exchange
from packstation.station import Outcome, walking
from packstation.store import FolderLock, NotAStation, Place, read_place, write_place
from sync.client import SyncThread
from tests.shop import ANN
from tests.workflows.test_several_boxes import floor


def demo(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "packstation", "demo", *words], capture_output=True, text=True, timeout=280
    )


def test_a_demo_day_ships_every_order_and_the_hub_knows(tmp_path: Path) -> None:
    """Issue 2.2, commands.md: exit 0 only if every order shipped or is named, and hub check is empty."""
    done = demo("--headless", "--out", str(tmp_path), "--orders", "14", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["orders_shipped"] == told["orders"] == 14
    assert told["facts_written"] == told["facts_acked"] > 200
    assert told["laws_broken"] == 0
    assert told["refusals"].get("wrong_item", 0) + told["refusals"].get("other_order", 0) > 0
    assert told["scans_over_serial"] > 100
    kinds = Counter(re.sub(r"-.*", "", p.name) for p in tmp_path.glob("st-*/documents/*") if p.is_file())
    assert kinds["label"] == kinds["slip"] == 14
    assert kinds["manifest"] > 0
    assert kinds["pick"] > 0
    check = subprocess.run(
        [sys.executable, "-m", "packstation", "hub", "check", "--data", str(tmp_path / "hub"), "--json"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert check.returncode == 0, check.stdout


def test_every_label_of_the_demo_is_read_back_from_its_page(tmp_path: Path) -> None:
    """Issue 2.10: rendered with pypdfium2, decoded with zxing-cpp; tracking, SSCC and the parcel's mark."""
    import pypdfium2
    import zxingcpp

    done = demo("--headless", "--out", str(tmp_path), "--orders", "4", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    labels = sorted(tmp_path.glob("st-*/documents/label-*.pdf"))
    assert len(labels) == 4
    for path in labels:
        page = pypdfium2.PdfDocument(path)[0]
        picture = page.render(scale=203 / 72, grayscale=True).to_pil().convert("L")
        read = {symbol.text for symbol in zxingcpp.read_barcodes(picture)}
        assert any(text.startswith("PK") for text in read), read
        assert any(text.startswith(("00", "(00)")) for text in read), read
        assert any(text.startswith("P1;") for text in read), read


def test_bad_words_end_in_one_line() -> None:
    """commands.md: usage errors are exit 2 and one line on stderr."""
    done = demo("--headless", "--orders", "0")
    assert done.returncode == 2
    assert re.fullmatch(r"packstation demo: --orders: expected 1 to 222, got 0\.\n", done.stderr)


@pytest.mark.parametrize("inside", ["", "st-01"])
def test_a_second_demo_leaves_the_folder_of_the_first_alone(tmp_path: Path, inside: str) -> None:
    """commands.md: one line naming where, expected, got and what to do; nothing of a running station is deleted."""
    shop = Shop(tmp_path, orders=1, say=lambda text: None)
    kept = tmp_path / inside / "journal.db"
    kept.parent.mkdir(exist_ok=True)
    kept.touch()
    lock = FolderLock(tmp_path / inside, "journal.lock" if inside else "demo.lock")
    lock.take()
    with pytest.raises(
        Refused, match=r"--out: expected a folder that nobody uses, got .*process \d+.*End it, or name"
    ):
        shop.__enter__()
    lock.release()
    assert kept.exists()
    assert not (tmp_path / "demo.json").exists()


def test_a_folder_of_stations_names_them(tmp_path: Path) -> None:
    """commands.md: a demo's folder is no station; the error says which folders in it are."""
    write_place(Place(tmp_path / "st-01", "WH-1", "st-01"))
    with pytest.raises(NotAStation, match=r"expected station.json, got none. Stations lie in it: --data .*st-01$"):
        read_place(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="the hub is stopped by a POSIX signal here")
def test_with_the_hub_stopped_the_bench_packs_on_and_every_fact_arrives_once(tmp_path: Path) -> None:
    """Issue 2.6, P2, P3: from sign-in to printed label on what the station holds; real processes, real sockets."""
    said: list[str] = []
    with Shop(tmp_path, orders=12, say=said.append) as shop:
        clock = PacedClock()
        made = shop.station("WH-1", clock)
        exchange(made.store, None)
        made.start_printing()
        supervisor = users("supervisor")[0]
        made.station.badge(supervisor)
        waves, deeds = walking.plan_waves(made.store)
        made.station.record(deeds)
        for wave in waves:
            made.station.record(walking.release_deeds(made.store, wave.wave, supervisor))
        made.station.key("*SIGNOUT")
        shop.stop_hub()
        client = client_of(made.store, None)
        assert client is not None
        outcomes: list[str] = []
        thread = SyncThread(client, told=lambda done: outcomes.append(done.error))
        thread.start()
        told = Told(orders=12)
        day = Day(made, clock, None, told, seed=1)
        day.work(users("packer")[0], "*PICK")
        day.work(users("packer")[1], "*PACK")
        deadline = time.monotonic() + 60
        while any(row.state in ("queued", "sending") for row in made.store.spool.open()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        made.station.tick()
        packed = made.store.db.execute("SELECT count(*) FROM board_fo WHERE ready > 0").fetchone()[0]
        assert packed > 0
        assert len(list(tmp_path.glob("st-01/documents/label-*.pdf"))) == packed
        pending = made.store.journal.pending()
        assert pending > 50
        assert all(outcomes), "the hub was gone, and somebody reached it"
        shop.start_hub()
        thread.wake()
        deadline = time.monotonic() + 90
        while made.store.journal.pending():
            assert time.monotonic() < deadline, outcomes[-3:]
            time.sleep(0.1)
        thread.stop()
        shop.stop_hub()
        written = [entry.fact_id for entry in made.store.journal.all()]
    export = subprocess.run(
        [
            sys.executable,
            "-m",
            "packstation",
            "export",
            "facts",
            "--format",
            "jsonl",
            "--data",
            str(tmp_path / "hub"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert export.returncode == 0, export.stderr
    arrived = Counter(json.loads(line)["fact_id"] for line in export.stdout.splitlines())
    assert arrived == Counter(written)
    assert badges()


@pytest.mark.parametrize("lines", [{"BLUE-MUG": 1, "LAMP": 1}, {"LAMP": 1}, {"OIL": 1, "GLUE": 1}])
def test_the_player_finds_its_way_round_what_may_not_share_a_box(tmp_path: Path, lines: dict[str, int]) -> None:
    """CT3.8, CT3.9: whatever came into the first box, the demo's packer knows the next right gesture."""
    bench = floor(tmp_path, lines)
    player = Player(bench.station, "ann", {"ann": ANN})
    for _ in range(30):
        job = bench.station.desk.job
        if job is None:
            break
        act = player.right()
        assert act is not None
        if act.kind == "weigh":
            bench.key(f"={act.text}")
        elif act.kind == "key":
            bench.key(act.text)
        else:
            bench.scan(act.text)
    boxes = bench.store.order("FO-4490-1").boxes
    assert sum(content.qty for box in boxes for content in box.contents) == sum(lines.values())
    assert all(box.ready for box in boxes if box.contents)


def test_a_wrong_gesture_is_wrong_for_what_the_station_asks(tmp_path: Path) -> None:
    """A newcomer's X shows the mistakes of the floor, not an unknown code each time."""
    bench = floor(tmp_path, {"BLUE-MUG": 2})
    player = Player(bench.station, "ann", {"ann": ANN})

    def done(act: Act) -> Outcome:
        if act.kind == "scan":
            return bench.scan(act.text)
        return bench.key(f"={act.text}" if act.kind == "weigh" else act.text)

    told: dict[str, str] = {}
    for _ in range(30):
        state = bench.station.state
        if bench.station.desk.job is None:
            break
        if state not in told:
            outcome = done(player.wrong())
            told[state] = f"{outcome.outcome}: {outcome.message}"
            bench.key("f3" if outcome.outcome == "asked" else "*OK")
        act = player.right()
        assert act is not None
        done(act)
    assert bench.station.desk.job is None
    assert told["CARTON"] == "asked: L3 instead of S1. Why? 1–5"
    assert told["ORDER"].startswith("refused: WRONG ITEM. Expected: MUG BLUE 350. Got: GLUE HARD.")
    assert bench.scan(player.wrong().text).message.startswith("No open order here needs GLUE HARD.")
