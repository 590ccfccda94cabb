"""`packstation doctor`: what is wrong is named and ends with exit 1, and looking changes nothing."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.commands.bench import Bench as Devices
from packstation.commands.doctor import folder as where
from packstation.commands.doctor.databases import WAL_BYTES_MAX, wal_reset_bug
from packstation.commands.doctor.hub import _clock
from packstation.devices.scanner import Habits
from packstation.devices.scanner.memory import changed_habits, keep_habits, last_habits
from packstation.screens.floor import ScannerLine
from packstation.store import Place, read_place, write_place
from sync.hub.tables.database import Database
from tests.devices.printer_sink import PrinterSink, status
from tests.shop import bench as shop_bench
from tests.sync.hub.shop import Shop
from tests.sync.hub_process import HubProcess


def told(capsys: pytest.CaptureFixture[str], folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["doctor", "--data", str(folder), "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def states(document: dict[str, Any], check: str) -> list[tuple[str, str]]:
    return [(found["state"], found["text"]) for found in document["checks"] if found["check"] == check]


@pytest.fixture
def station(tmp_path: Path) -> Path:
    shop_bench(tmp_path / "st-07").store.close()
    return tmp_path / "st-07"


class Inputs:
    """What a bench's devices report to; `take` gets every scanner line."""

    waiting = 0

    def __init__(self, take: Callable[[ScannerLine], object]) -> None:
        self._take = take

    def post_line(self, line: ScannerLine) -> bool:
        self._take(line)
        return True

    def post_weight(self, weight_g: int, how: str = "scale") -> bool:
        return True

    def post_event(self, deed: Callable[[], object]) -> bool:
        deed()
        return True


def test_a_bench_in_order_ends_with_0_and_names_what_it_looked_at(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """commands.md: devices, SQLite and the WAL-reset bug, fonts, hub, clock, disk, chain."""
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in station.iterdir()}
    code, document = told(capsys, station)
    assert (code, document["ok"], document["station"]) == (0, True, "st-07")
    assert {found["check"] for found in document["checks"]} >= {
        "devices", "sqlite", "journal", "folder", "disk", "fonts", "sound", "printer", "hub", "scanner habits",
    }  # fmt: skip
    assert document["journal"] == {"facts": 1, "chain": "ok", "pending": 1}
    assert document["sqlite"]["version"] == sqlite3.sqlite_version
    assert document["disk"]["free_bytes"] > 0
    assert isinstance(document["devices"], list)
    databases = {name: seen for name, seen in before.items() if name.endswith(".db")}
    now = {name: ((station / name).stat().st_mtime_ns, (station / name).stat().st_size) for name in databases}
    assert now == databases


def test_people_read_one_line_a_check(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data", str(station)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok ", "note ", "WRONG ")) for line in lines)
    assert any("1 facts, chain holds" in line for line in lines)


def test_it_looks_at_a_station_that_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """J10: it needs no lock, and writes nothing."""
    made = shop_bench(tmp_path / "st-07")
    assert told(capsys, tmp_path / "st-07")[0] == 0
    made.scan("FO-4471-1", "FO-4471-1")
    code, document = told(capsys, tmp_path / "st-07")
    assert (code, document["journal"]["facts"]) == (0, 2)
    made.store.close()


def test_a_machine_without_a_station_still_shows_its_devices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(capsys, tmp_path / "nowhere")
    assert (code, document["station"]) == (0, None)
    assert states(document, "station")[0][0] == "note"
    assert not (tmp_path / "nowhere").exists()


def test_a_journal_whose_chain_is_broken_is_named(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """J5: every fact, not the last thousand."""
    with closing(sqlite3.connect(station / "journal.db", isolation_level=None)) as db:
        db.execute("DROP TRIGGER fact_is_final")
        db.execute("UPDATE fact SET line = CAST(replace(CAST(line AS TEXT), 'badge', 'gadge') AS BLOB)")
    code, document = told(capsys, station)
    assert code == 1
    ((state, text),) = states(document, "journal")
    assert state == "wrong"
    assert text.startswith("st-07: expected the chain of ")
    assert document["journal"]["chain"] == text


@pytest.mark.parametrize("name", ["journal.db", "mirror.db"])
def test_a_damaged_file_is_a_finding_and_no_traceback(
    name: str, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (station / name).write_bytes(b"not a database" * 100)
    code, document = told(capsys, station)
    assert code == 1
    assert next(found["check"] for found in document["checks"] if found["state"] == "wrong") in (name, "journal")
    assert states(document, "fonts")[0][0] == "ok", "the other checks go on"


def test_a_wal_that_grew_is_told(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """B22: over 64 MB a reader holds a transaction open."""
    made = shop_bench(station.parent / "other")
    with open(station.parent / "other" / "mirror.db-wal", "r+b") as wal:
        wal.truncate(WAL_BYTES_MAX + 1)
    code, document = told(capsys, station.parent / "other")
    assert (code, [state for state, _ in states(document, "wal")]) == (1, ["wrong"])
    made.store.close()


@pytest.mark.parametrize(
    ("version", "affected"),
    [((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 6), True),
     ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 0), False), ((3, 6, 23), False)],
)  # fmt: skip
def test_which_sqlite_has_the_wal_reset_bug(version: tuple[int, ...], affected: bool) -> None:
    """B1."""
    assert wal_reset_bug(version) is affected


MOUNTS = """/dev/vda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/pack /srv/pack nfs4 rw 0 0
//nas/shop /mnt/the\\040shop cifs rw 0 0
/dev/vdb1 /srv/pack/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/pack", "nfs4"), ("/srv/pack/st-07", "nfs4"), ("/mnt/the shop/st-07", "cifs"), ("/srv/packer", "ext4"),
     ("/srv/pack/local/st-07", "ext4"), ("/home/ann", "ext4")],
)  # fmt: skip
def test_a_network_folder_is_known_by_its_mount(folder: str, kind: str) -> None:
    """B23."""
    assert where.filesystem(Path(folder), MOUNTS) == kind
    assert (kind in where.NETWORK) is (kind != "ext4")


@pytest.mark.parametrize("parent", ["OneDrive", "OneDrive - Demo Goods", "Dropbox", "Dropbox (Demo)", "Nextcloud"])
def test_a_synced_folder_is_refused(parent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """B23."""
    folder = tmp_path / parent / "st-07"
    shop_bench(folder).store.close()
    code, document = told(capsys, folder)
    assert code == 1
    assert states(document, "folder") == [
        ("wrong", f"{folder}: expected a folder of this machine alone, got one that {parent} copies")
    ]


def test_a_folder_that_only_sounds_like_one_is_fine(tmp_path: Path) -> None:
    (tmp_path / "Boxes" / "megaphones").mkdir(parents=True)
    assert where.synced_by(tmp_path / "Boxes" / "megaphones") is None
    (tmp_path / ".stfolder").mkdir()
    assert where.synced_by(tmp_path / "Boxes" / "megaphones") == "stfolder"


def test_a_station_file_others_can_read_is_wrong(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It holds the token."""
    (station / "station.json").chmod(0o644)
    code, document = told(capsys, station)
    assert (code, states(document, "station")[1][0]) == (1, "wrong")


def test_a_printer_says_what_it_lacks(
    station: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6.3: `~HS` over a real socket."""
    monkeypatch.setattr("packstation.devices.printer.STATUS_S_MAX", 30.0)
    sink = PrinterSink()
    try:
        code, document = told(capsys, station, "--printer", sink.url)
        assert (code, states(document, "printer")) == (0, [("ok", f"{sink.url} is ready")])
        sink.hs = status(paper_out="1", head_up="1")
        code, document = told(capsys, station, "--printer", sink.url, "--printer", f"dir:{station / 'paper'}")
        assert code == 1
        assert states(document, "printer") == [
            ("wrong", f"{sink.url}: head up, paper out"),
            ("ok", f"dir:{station / 'paper'} is made with the first document"),
        ]
        assert sink.printed == [], "looking prints nothing"
    finally:
        sink.close()
    code, document = told(capsys, station, "--printer", sink.url)
    assert (code, states(document, "printer")) == (1, [("wrong", f"{sink.url}: refuses the connection")])


def test_a_look_at_a_folder_makes_nothing(station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its help says that it changes nothing; a mistyped path is found before the first document is lost in it."""
    missing = tmp_path / "nowhere" / "x"
    code, document = told(capsys, station, "--printer", f"dir:{missing}")
    words = f"dir:{missing}: expected the folder {missing.parent}, got none: make it first"
    assert (code, states(document, "printer")) == (1, [("wrong", words)])
    assert not missing.parent.exists()
    code, document = told(capsys, station, "--printer", f"dir:{tmp_path / 'paper'}")
    assert (code, states(document, "printer")[0][0], (tmp_path / "paper").exists()) == (0, "ok", False)


def test_a_printer_that_never_says_a_word_is_not_called_ready(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D6.3: labels are tried all the same, but nobody looks whether they came; `#nohs` says that it never answers."""
    sink = PrinterSink()
    sink.hs = None
    try:
        code, document = told(capsys, station, "--printer", sink.url)
        assert (code, states(document, "printer")[0][0]) == (1, "wrong")
        assert states(document, "printer")[0][1].startswith(f"{sink.url}: did not answer ~HS: look for paper")
        code, document = told(capsys, station, "--printer", f"{sink.url}#nohs")
        assert (code, states(document, "printer")) == (0, [("ok", f"{sink.url} is ready")])
    finally:
        sink.close()


def test_a_feedback_profile_that_nobody_knows_is_refused(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D2.2: and the shop's own table is asked too."""
    asked = ["doctor", "--data", str(station), "--scanner", "loop://#feedback=klingon"]
    assert main(asked) == 2
    assert "expected one of bel, " in capsys.readouterr().err
    (station / "feedback.json").write_text('{"profiles": {"klingon": {"good": "AA", "bad": "BB"}}}')
    main(asked)
    assert "loop:// opens" in capsys.readouterr().out


def test_office_paper_on_a_printer_for_labels_is_refused(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D8.5: it would be found out by the first slip, at the bench."""
    assert main(["doctor", "--data", str(station), "--printer", "tcp://127.0.0.1:9101#letter"]) == 2
    assert "expected slip4x6 or no paper after # of a ZPL printer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "url", "words"),
    [("--scanner", "usb:FFFF:FFFE", "expected it to be plugged in, got none like it"),
     ("--scale", "/dev/no-such-scale#nci", "expected a device there, got none"),
     ("--printer", "lp:NO-SUCH-QUEUE", "lp:NO-SUCH-QUEUE: expected")],
)  # fmt: skip
def test_a_device_that_is_not_there_is_named(
    option: str, url: str, words: str, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(capsys, station, option, url)
    assert code == 1
    ((state, text),) = states(document, option.removeprefix("--"))
    assert state == "wrong"
    assert words in text


@pytest.mark.parametrize("option", ["--scanner", "--scale"])
def test_a_text_file_is_no_device(option: str, station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D1.1: it is opened as the station opens it."""
    notes = station / "notes.txt"
    notes.write_text("buy tape\n", "utf-8")
    code, document = told(capsys, station, option, f"{notes}#nci" if option == "--scale" else str(notes))
    ((state, text),) = states(document, option.removeprefix("--"))
    assert (code, state, notes.read_text("utf-8")) == (1, "wrong", "buy tape\n")
    assert text.startswith(f"{notes}: expected to open it, got: ")


def test_a_port_that_another_program_holds_is_told(
    tmp_path: Path, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D1.2."""
    from packstation.devices.scanner import open_port
    from packstation.devices.scanner.address import scanner_address
    from tests.devices.scanner_bench import Plug

    plug = Plug(tmp_path / "scanner")
    assert told(capsys, station, "--scanner", str(plug.path))[0] == 0
    other = open_port(scanner_address(str(plug.path)))
    try:
        for option, url in (("--scanner", str(plug.path)), ("--scale", f"{plug.path}#nci,8N1")):
            code, document = told(capsys, station, option, url)
            held = ("wrong", f"{plug.path}: another program holds it; close it there")
            assert (code, states(document, option.removeprefix("--"))) == (1, [held])
    finally:
        other.close()
        plug.unplug()


def test_the_scale_is_asked_once(tmp_path: Path, station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D5.2: one that says nothing, or nothing that is understood, is no scale."""
    from tests.devices.scale_emulator import ScaleEmulator

    scale = ScaleEmulator(tmp_path / "scale", "nci")
    url = f"{scale.path}#nci,8N1"
    try:
        scale.load("1.250")
        code, document = told(capsys, station, "--scale", url)
        assert (code, states(document, "scale"), scale.asked) == (0, [("ok", f"{scale.path}: Steady.")], 1)
        scale.lie = "silent"
        code, document = told(capsys, station, "--scale", url)
        silent = f"{scale.path}: expected an answer of the scale within 1.5 s, got nothing"
        assert (code, states(document, "scale")) == (1, [("wrong", silent)])
        code, document = told(capsys, station, "--scale", f"{scale.path}#nci")
        assert code == 1
        assert "refuses 9600,7E1; try #nci,8N1" in states(document, "scale")[0][1]
    finally:
        scale.close()


@pytest.mark.parametrize("option", ["--scanner", "--scale", "--printer"])
def test_an_address_nobody_understands_is_a_usage_error(
    option: str, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--data", str(station), option, "nonsense"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"packstation doctor: {option}: ")


def test_a_scanner_that_speaks_otherwise_is_told_until_it_is_used_to(
    station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D1.10, X13: the devices of a bench remember, doctor compares."""
    name = "usb:0C2E:0B61"
    keep_habits(station, name, Habits("CR", "", True, True))
    assert changed_habits(station) == ()
    keep_habits(station, name, Habits("TAB", "", False, True))
    code, document = told(capsys, station)
    assert code == 1
    assert [text for _, text in states(document, "scanner habits")] == [
        f"{name}: lines ended with CR, now with TAB.",
        f"{name}: it did send AIM identifiers, now it does not. Scan the set-up sheet.",
    ]
    keep_habits(station, name, Habits())
    assert last_habits(station, name) == Habits("TAB", "", False, True), "a silent day teaches nothing"
    keep_habits(station, name, Habits("TAB", "", False, True))
    assert told(capsys, station)[0] == 0
    for garbage in ("", "[]", '{"a": 1}', '{"a": {"now": {"terminator": 3}}}', "\x00"):
        (station / "scanners.json").write_text(garbage)
        assert changed_habits(station) == ()


def test_a_bench_remembers_how_its_scanner_spoke(tmp_path: Path) -> None:
    """D1.10, through the bench's own devices and a loop port."""
    from packstation.commands.assembly import open_station

    write_place(Place(tmp_path, "WH-1", "st-07"))
    made = open_station(read_place(tmp_path))
    devices = Devices(made, scanner_urls=("loop://",))
    lines: list[str] = []

    devices.start(Inputs(lambda line: lines.append(line.text)))
    try:
        scanner = devices._scanners["loop://"]
        deadline = time.monotonic() + 60
        while not scanner.state.ready and time.monotonic() < deadline:
            time.sleep(0.01)
        scanner.write(b"]C0T-118\r")
        while not lines and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        devices.stop()
        made.close()
    kept = last_habits(tmp_path, "loop://")
    assert kept is not None
    assert (kept.terminator, kept.aim) == ("CR", True)


# --- the hub -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    folder = tmp_path_factory.mktemp("hub")
    database = Database(f"sqlite:///{folder}/hub.db")
    Shop(database, folder)
    database.close()
    made = HubProcess(folder)
    yield made
    made.kill()


def test_a_hub_is_reached_and_its_clock_compared(
    hub: HubProcess, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = told(capsys, station, "--hub", hub.url)
    assert code == 0
    assert document["hub"] == {"url": hub.url, "reachable": True}
    assert abs(document["clock_offset_ms"]) < 1_000


def test_a_token_the_hub_does_not_know_is_wrong_and_never_shown(
    hub: HubProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """X10."""
    secret = "5ecre7" * 10
    write_place(Place(tmp_path, "NYC", "st-07", hub.url, secret))
    code, document = told(capsys, tmp_path)
    assert code == 1
    assert [state for state, _ in states(document, "token")] == ["wrong"]
    assert secret not in json.dumps(document)


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://127.0.0.1:9", "cannot be reached"), ("http://hub.example", "expected https")],
)
def test_a_hub_that_cannot_be_reached_is_wrong(
    url: str, words: str, station: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """X5 for the second."""
    code, document = told(capsys, station, "--hub", url)
    assert code == 1
    ((state, text),) = states(document, "hub")
    assert state == "wrong"
    assert words in text


@pytest.mark.parametrize(
    ("offset_ms", "state", "words"),
    [(0, "ok", "0.0 s"), (119_000, "ok", "behind"), (-119_000, "ok", "ahead of"), (47 * 60_000, "wrong", "2820.0 s")],
)
def test_a_clock_more_than_two_minutes_off_is_wrong(offset_ms: int, state: str, words: str) -> None:
    """C14."""
    found = _clock(offset_ms, 10)
    assert (found.state, words in found.text) == (state, True)


# --- every printer, every scanner --------------------------------------------------------------------------------


def test_every_printer_of_the_bench_is_asked_by_its_name(
    station: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D6.6: of printers.json and of the site's setting; the folder's own entry counts before the site's."""
    made = shop_bench(tmp_path / "st-08")
    made.change(
        ("setting", "printers", {"value": {"pr-site": "tcp://127.0.0.1:1#nohs", "pr-dir": "tcp://127.0.0.1:1"}})
    )
    made.store.close()
    (tmp_path / "st-08" / "printers.json").write_text(json.dumps({"pr-dir": f"dir:{tmp_path / 'out'}"}))
    code, document = told(capsys, tmp_path / "st-08")
    assert code == 1
    assert {(row["name"], row["state"]) for row in document["printers"]} == {("pr-site", "wrong"), ("pr-dir", "ok")}
    assert any(text.startswith("pr-site tcp://127.0.0.1:1: ") for _, text in states(document, "printer"))
    (station / "printers.json").write_text('{"pr-zd1": "zd420"}')
    code, document = told(capsys, station)
    assert (code, "wrong", "pr-zd1: printer 'zd420': expected tcp://host:9100, lp:QUEUE or dir:PATH.") == (
        1, *states(document, "printer")[-1],
    )  # fmt: skip
    (station / "printers.json").write_text("[")
    code, document = told(capsys, station)
    assert code == 1
    assert "expected a JSON object of printers" in states(document, "printer")[0][1]


def test_two_scanners_at_one_bench_are_read_and_the_one_that_scanned_is_answered(tmp_path: Path) -> None:
    """D1.1, D2.1, D2.2: each keeps its own ways, and its own hand hears the answer."""
    from packstation.commands.assembly import open_station
    from packstation.workflows.prompt import Cue
    from tests.devices.scanner_bench import Plug

    write_place(Place(tmp_path / "data", "WH-1", "st-07"))
    made = open_station(read_place(tmp_path / "data"))
    hand, stand = Plug(tmp_path / "hand"), Plug(tmp_path / "stand")
    urls = (f"{hand.path}#feedback=bel", f"{stand.path}#feedback=bel,gs=|")
    devices = Devices(made, scanner_urls=urls)
    devices.check()
    with pytest.raises(Exception, match=r"expected one of bel, .*, got 'klingon'"):
        Devices(made, scanner_urls=("loop://#feedback=klingon",)).check()
    (tmp_path / "data" / "feedback.json").write_text('{"profiles": {"klingon": {"good": "AA", "bad": "BB"}}}')
    Devices(made, scanner_urls=("loop://#feedback=klingon",)).check()
    with pytest.raises(Exception, match="expected each scanner once, got it twice"):
        Devices(made, scanner_urls=(urls[0], str(hand.path))).check()

    def until(true: Any) -> None:
        deadline = time.monotonic() + 60
        while not true() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert true()

    devices.start(Inputs(lambda line: made.station.line(line.text, device=line.device, mono_ms=line.mono_ms)))
    try:
        until(lambda: all(scanner.state.ready for scanner in devices._scanners.values()))
        assert [(health.kind, health.fault) for health in devices.health()][:2] == [("scanner", ""), ("scanner", "")]
        assert made.station.devices["scanner"] == f"{hand.path} +1"
        for plug in (stand, hand):
            plug.send(b"]C0T-118\r")
            until(lambda plug=plug: made.station.scanned_by == str(plug.path))
            devices._feedback(Cue.TICK)
            assert plug.bytes_back(1) == b"\x07"
        hand.unplug()
        until(lambda: made.station.devices["scanner"] == f"No scanner: {hand.path}")
    finally:
        devices.stop()
        made.close()
    assert {last_habits(tmp_path / "data", url) is not None for url in urls} == {True}
