"""`packstation backup` and `restore`: whole copies beside a running station; put back, nothing is lost."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.store import Store, read_place
from packstation.store.ends import StationEnds
from sync.client import Client
from sync.client.exchange import Exchanged
from sync.hub.intake.local import LocalWire
from tests.shop import ANN, BLUE_MUG, TestClock, open_bench
from tests.shop import bench as shop_bench

CATALOG = """sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags
BLUE-MUG,MUG BLUE 350,2000000000015,100,90,80,350,1295,
"""
LOCATIONS = "location,zone,sequence,aisle,bay,x_mm,y_mm\nA-04-2,A,42,4,2,1,2\n"
STOCK = "site,location,sku,quantity,lot,expiry\nWH-1,A-04-2,BLUE-MUG,40,,\n"
CARTONS = """code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,\
empty_weight_g,max_weight_g,cost_minor,kind
M2,Box M2,310,220,140,316,226,146,100,20000,50,box
"""
USERS = "user,name,role,badge,pin\nANN,Ann,packer,B.ANNAAAAAAAAAAAAAAAAAAAAAAA,\n"
ORDERS = """order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,\
sku,quantity,price_minor,currency,note
4471,web,2026-03-02T09:00:00Z,2026-03-02T16:00:00Z,standard,Jo,Calle 1,,Madrid,,28013,ES,,,BLUE-MUG,5,1295,EUR,
"""


def ran(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def hub(folder: Path) -> Path:
    """A hub with one order of five mugs, in a folder of its own."""
    data = folder / "hub"
    assert main(["init", "--data", str(data), "--site", "WH-1", "--station", "hub-1"]) == 0
    for kind, text in (("catalog", CATALOG), ("locations", LOCATIONS), ("stock", STOCK), ("cartons", CARTONS),
                       ("users", USERS), ("orders", ORDERS)):  # fmt: skip
        path = folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert main(["import", kind, str(path), "--data", str(data)]) == 0
    return data


def exchange(station: Path, hub_folder: Path) -> Exchanged:
    """One round trip of the station's own client with the hub's own code."""
    store = Store(read_place(station))
    wire = LocalWire(hub_folder / "hub.db", "WH-1", "st-07")
    try:
        return Client(StationEnds(store, now_ms=lambda: 1_772_460_000_000), wire).exchange()
    finally:
        wire.close()
        store.close()


_minutes = itertools.count()


def scanned(station: Path, *codes: str) -> None:
    """The station is started, works, and is stopped; a minute passes between two starts."""
    made = open_bench(station, TestClock(wall=1_772_460_000_000 + next(_minutes) * 60_000))
    try:
        made.scan(*codes)
    finally:
        made.store.close()


def station(folder: Path, hub_folder: Path) -> Path:
    """A station that holds the hub's order and has packed two of its mugs, told to the hub."""
    data = folder / "st-07"
    assert main(["init", "--data", str(data), "--site", "WH-1", "--station", "st-07"]) == 0
    assert exchange(data, hub_folder).error == ""
    scanned(data, ANN, fo_of(hub_folder), fo_of(hub_folder), "M2", BLUE_MUG, BLUE_MUG)
    assert exchange(data, hub_folder).pending == 0
    return data


def fo_of(hub_folder: Path) -> str:
    return str(rows(hub_folder / "hub.db", "SELECT fo FROM fo")[0][0])


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def mugs_at_hub(hub_folder: Path) -> int:
    sql = "SELECT count(DISTINCT fact_id) FROM fact WHERE kind = 'ItemPacked' AND outcome = 'applied'"
    return int(rows(hub_folder / "hub.db", sql)[0][0])


def test_a_station_put_back_to_this_morning_loses_nothing_the_hub_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """J1, C10: the disk died after the backup; the new one goes on under a new generation, nothing counts twice."""
    there = hub(tmp_path)
    data = station(tmp_path, there)
    assert ran(capsys, "backup", tmp_path / "usb", "--data", data)[0] == 0
    scanned(data, BLUE_MUG)
    assert exchange(data, there).pending == 0
    assert mugs_at_hub(there) == 3
    shutil.rmtree(data)  # the disk is gone

    code, out, err = ran(capsys, "restore", tmp_path / "usb", "--data", data, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["station"], told["saved"], told["set_aside"]) == ("st-07", 0, None)
    gens = rows(data / "journal.db", "SELECT gen FROM gen ORDER BY no")
    assert len(gens) == 2
    assert gens[-1][0] == told["gen"]

    done = exchange(data, there)
    assert (done.error, done.pending) == ("", 0)
    assert mugs_at_hub(there) == 3
    again = open_bench(data)
    job = again.store.job(fo_of(there))
    assert job is not None
    assert job.units[0] == 3, "what the lost disk packed comes back from the hub (N7)"
    assert again.station.user is None, "nobody is signed in at a station that was put back"
    again.store.close()
    scanned(data, ANN, fo_of(there), fo_of(there), BLUE_MUG, BLUE_MUG)
    assert exchange(data, there).pending == 0
    assert mugs_at_hub(there) == 5, "it goes on where the order stands"
    assert ran(capsys, "hub", "check", "--data", there) == (0, "All laws hold.\n", "")


def test_facts_the_backup_lacks_are_saved_from_the_journal_that_lay_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """P1, P3: a restore over a living station keeps even what it had not told the hub yet; nothing is deleted."""
    there = hub(tmp_path)
    data = station(tmp_path, there)
    assert ran(capsys, "backup", tmp_path / "usb", "--data", data)[0] == 0
    scanned(data, BLUE_MUG)  # never told to the hub
    before = rows(data / "journal.db", "SELECT count(*) FROM fact")[0][0]

    code, out, _ = ran(capsys, "restore", tmp_path / "usb", "--data", data, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["saved"] == before - told["facts"] > 0
    aside = data / told["set_aside"]
    assert rows(aside / "journal.db", "SELECT count(*) FROM fact")[0][0] == before
    assert not (data / ".restoring").exists()

    done = exchange(data, there)
    assert (done.error, done.pending) == ("", 0)
    assert mugs_at_hub(there) == 3
    assert ran(capsys, "rebuild", "--data", data)[0] == 0, "the board is what the facts say"
    assert ran(capsys, "verify", "--data", data)[0] == 0
    assert ran(capsys, "hub", "check", "--data", there)[0] == 0
    assert exchange(data, there).pushed == 0


def test_a_hub_put_back_is_filled_up_again_by_its_bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """C15, P9: a restored hub has a new epoch, and the bench sends what the hub lost."""
    there = hub(tmp_path)
    data = station(tmp_path, there)
    assert ran(capsys, "backup", tmp_path / "usb", "--data", there)[0] == 0
    epoch = rows(there / "hub.db", "SELECT value FROM hub WHERE key = 'epoch'")[0][0]
    scanned(data, BLUE_MUG, BLUE_MUG)
    exchange(data, there)
    assert mugs_at_hub(there) == 4
    code, out, _ = ran(capsys, "restore", tmp_path / "usb", "--data", there, "--json")
    assert code == 0
    assert json.loads(out)["hub_epoch"] != epoch
    assert mugs_at_hub(there) == 2
    done = exchange(data, there)
    assert (done.error, done.pending) == ("", 0)
    assert mugs_at_hub(there) == 4
    assert ran(capsys, "hub", "check", "--data", there)[0] == 0


def test_a_hub_without_a_station_is_backed_up_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = hub(tmp_path)
    for name in ("station.json", "journal.db", "mirror.db"):
        (there / name).unlink()
    code, out, _ = ran(capsys, "backup", tmp_path / "usb", "--data", there)
    assert code == 0
    assert out.startswith("a hub: 1 files")
    assert ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "new")[0] == 0
    assert rows(tmp_path / "new" / "hub.db", "SELECT count(*) FROM fo") == [(1,)]
    assert ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "new")[0] == 1


def test_a_backup_beside_a_working_station_is_one_moment_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """J10, B1: the station goes on packing while it is copied; each copy is whole and its chain holds."""
    made = shop_bench(tmp_path / "st-07")
    made.scan("FO-4475-1", "FO-4475-1", "M2")
    scanned, stop = threading.Event(), threading.Event()

    def copy() -> None:
        for n in range(4):
            results.append(main(["backup", str(tmp_path / f"usb-{n}"), "--data", str(tmp_path / "st-07")]))
            scanned.clear()
            scanned.wait(60)  # so that the next copy has more to hold
        stop.set()

    results: list[int] = []
    copying = threading.Thread(target=copy)
    copying.start()
    while not stop.is_set():
        made.scan(BLUE_MUG)
        made.key("*UNDO")
        scanned.set()
    copying.join()
    assert results == [0, 0, 0, 0]
    counts = []
    for n in range(4):
        code, out, _ = ran(capsys, "restore", tmp_path / f"usb-{n}", "--data", tmp_path / f"back-{n}", "--json")
        assert code == 0
        counts.append(json.loads(out)["facts"])
        back = open_bench(tmp_path / f"back-{n}")
        assert back.store.news == []
        before, after = back.store.rebuild()
        assert before == after, "facts and board are of the same moment (J6)"
        back.store.close()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0] > 0
    made.store.close()


def test_paper_that_waited_then_does_not_print_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D6.2: it may have come out since the backup; a person looks."""
    made = shop_bench(tmp_path / "st-07")
    made.scan("FO-4471-1", "FO-4471-1", BLUE_MUG, BLUE_MUG)
    made.key("=800")
    waiting = [row.what for row in made.store.spool.open()]
    assert waiting, "the box is labelled and its papers wait"
    assert ran(capsys, "backup", tmp_path / "usb", "--data", tmp_path / "st-07")[0] == 0
    made.store.close()
    assert ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "new")[0] == 0
    back = open_bench(tmp_path / "new")
    assert {row.state for row in back.store.spool.open()} == {"unsure"}
    back.store.close()


def test_a_newer_backup_replaces_the_older_one_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shop_bench(tmp_path / "st-07")
    usb = tmp_path / "usb"
    assert ran(capsys, "backup", usb, "--data", tmp_path / "st-07")[0] == 0
    first = json.loads((usb / "backup.json").read_text())["facts"]
    made.scan("FO-4471-1", "FO-4471-1")
    assert ran(capsys, "backup", usb, "--data", tmp_path / "st-07")[0] == 0
    assert json.loads((usb / "backup.json").read_text())["facts"] > first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["st-07", "usb"]
    made.store.close()

    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"cat")
    code, _, err = ran(capsys, "backup", tmp_path / "photos", "--data", tmp_path / "st-07")
    assert (code, "got other files" in err) == (1, True)
    assert main(["init", "--data", str(tmp_path / "st-08"), "--site", "WH-1", "--station", "st-08"]) == 0
    code, _, err = ran(capsys, "backup", usb, "--data", tmp_path / "st-08")
    assert (code, "expected a backup of st-08 at WH-1, got one of st-07 at WH-1" in err) == (1, True)


def test_a_backup_is_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """X8: it holds the station's token and addresses."""
    shop_bench(tmp_path / "st-07").store.close()
    assert ran(capsys, "backup", tmp_path / "usb", "--data", tmp_path / "st-07")[0] == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "usb").iterdir()}
    assert modes.pop("backup.json") is not None
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "usb").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("damage", ["journal.db", "mirror.db", "station.json"])
def test_a_damaged_backup_is_refused_before_anything_moves(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop_bench(tmp_path / "st-07").store.close()
    assert ran(capsys, "backup", tmp_path / "usb", "--data", tmp_path / "st-07")[0] == 0
    content = bytearray((tmp_path / "usb" / damage).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "usb" / damage).write_bytes(content)
    before = {path.name: path.read_bytes() for path in (tmp_path / "st-07").iterdir() if path.is_file()}
    code, out, err = ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "st-07")
    assert (code, out) == (1, "")
    assert f"{damage}: expected the file the backup wrote, got another file." in err
    assert {path.name: path.read_bytes() for path in (tmp_path / "st-07").iterdir() if path.is_file()} == before


def test_a_restore_goes_to_an_empty_place_or_the_same_station(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shop_bench(tmp_path / "st-07")
    assert ran(capsys, "backup", tmp_path / "usb", "--data", tmp_path / "st-07")[0] == 0
    code, _, err = ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "st-07")
    assert code == 1, "the station runs here (J10)"
    assert "process" in err
    made.store.close()
    assert main(["init", "--data", str(tmp_path / "st-08"), "--site", "WH-1", "--station", "st-08"]) == 0
    code, _, err = ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "st-08")
    assert (code, "expected an empty place or that of st-07 at WH-1, got st-08 at WH-1" in err) == (1, True)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"cat")
    code, _, err = ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "photos")
    assert (code, "got other files" in err) == (1, True)
    assert ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "st-07")[0] == 0


def test_what_is_no_backup_and_no_station_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = ran(capsys, "restore", tmp_path, "--data", tmp_path / "st-07")
    assert (code, "expected a backup with backup.json, got none" in err) == (2, True)
    code, _, err = ran(capsys, "backup", tmp_path / "usb", "--data", tmp_path / "nowhere")
    assert (code, "expected journal.db or hub.db, got neither" in err) == (2, True)
    shop_bench(tmp_path / "st-07").store.close()
    code, _, err = ran(capsys, "backup", tmp_path / "st-07" / "inside", "--data", tmp_path / "st-07")
    assert (code, "outside the data directory" in err) == (2, True)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "backup.json").write_text(
        json.dumps({"format": 1, "site": "WH-1", "station": "st-07", "facts": 0, "made_at": "x",
                    "files": {"../../evil.db": {"blake2b": ""}}})
    )  # fmt: skip
    code, _, err = ran(capsys, "restore", tmp_path / "usb", "--data", tmp_path / "new")
    assert (code, "expected only databases and station.json" in err) == (2, True)
