"""A scanner at a real port: unplugged, flooded, full, contended (devices.md section 1)."""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from packstation.devices.scanner import Habits, Scanner, ScannerAddress, health, scanner_address
from packstation.scan import ScanConfig, parse
from packstation.workflows.prompt import Cue
from tests.devices.scanner_bench import Hand, Plug, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")


@pytest.fixture
def plug(tmp_path: Path) -> Plug:
    return Plug(tmp_path / "usb-Zebra_DS2208_1234-if00")


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def scanner(plug: Plug, hand: Hand) -> Iterator[Scanner]:
    started = hand.scanner(str(plug.path), name="bench scanner")
    until(lambda: hand.words == ["open"])
    yield started
    started.stop()
    assert hand.words[-1] == "stopped"


@pytest.mark.usefixtures("scanner")
def test_a_scan_arrives_with_its_circumstances(plug: Plug, hand: Hand) -> None:
    """D1.6, D1.10, FL2.1"""
    before_ms = int(time.monotonic() * 1_000)
    plug.send(b"]d2010400638133393110L77\x1d21S9\r\n")
    until(lambda: hand.lines)

    (line,) = hand.lines
    assert line.text == "]d2010400638133393110L77\x1d21S9"
    assert line.raw == line.text.encode()
    assert (line.device, line.gs_seen, line.fault, line.batch, line.flood) == (
        "bench scanner",
        True,
        None,
        False,
        False,
    )
    assert line.ended_by in ("CR", "CRLF")
    assert before_ms <= line.mono_ms <= int(time.monotonic() * 1_000)
    assert abs(line.wall_ms - time.time() * 1_000) < 5_000
    assert parse(line.text).readings[0].serial == "S9"


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_codes_in_pieces_arrive_whole(plug: Plug, hand: Hand, pieces: int) -> None:
    """D1.3"""
    codes = ["4006381333931", "T-0099", "]C101040063813339311010L77\x1d21S9"]
    for code in codes:
        plug.send(code.encode() + b"\r", pieces=pieces)
    until(lambda: len(hand.lines) == 3)

    assert hand.texts == codes


def test_a_hundred_scans_in_one_breath_all_arrive(plug: Plug, hand: Hand) -> None:
    """FL2.3; no flood either: it is over before two seconds are."""
    scanner = hand.scanner(str(plug.path), mono_s=Clock())
    until(lambda: hand.words == ["open"])
    codes = [f"T-{number:04d}" for number in range(100)]
    plug.send("".join(f"{code}\r" for code in codes).encode())
    until(lambda: len(hand.lines) == 100)

    assert hand.texts == codes
    assert hand.words == ["open"]
    scanner.stop()


@pytest.mark.usefixtures("scanner")
def test_every_byte_value_survives(plug: Plug, hand: Hand) -> None:
    """D18.1: the port is transparent, and control characters end as faults, not as keys."""
    values = [code for code in range(256) if code not in (0x02, 0x0A, 0x0D)]
    plug.send(b"".join(bytes([0x41, code, 0x42, 0x0D]) for code in values))
    until(lambda: len(hand.lines) == len(values))

    assert [line.raw for line in hand.lines] == [bytes([0x41, code, 0x42]) for code in values]
    for code, line in zip(values, hand.lines, strict=True):
        odd = (code < 0x20 and code not in (0x1D, 0x1E, 0x04)) or code == 0x7F or 0x80 <= code < 0xA0
        assert (parse(line.text, raw=line.raw).fault is not None) == odd, hex(code)


@pytest.mark.usefixtures("scanner")
def test_noise_is_survived_and_the_next_code_is_read(plug: Plug, hand: Hand) -> None:
    """Issue 2: a serial port full of noise."""
    chance = random.Random(3)
    plug.send(chance.randbytes(20_000))
    time.sleep(0.6)  # longer than a frame may stay open
    plug.send(b"\x03\r\rT-0099\r")
    until(lambda: hand.texts[-1:] == ["T-0099"])

    for line in hand.lines:
        parse(line.text, raw=line.raw)


@pytest.mark.usefixtures("scanner")
def test_unplugged_in_the_middle_of_a_code_and_plugged_in_again(plug: Plug, hand: Hand) -> None:
    """D1.4, D1.5: scanning again within 2.5 s, and never half a code."""
    took_s = []
    for unplugging in range(3):
        plug.send(b"T-0001\r40063813")
        until(lambda: hand.texts.count("T-0001") == unplugging + 1)  # noqa: B023  called at once
        plug.unplug()
        until(lambda: hand.words[-1] == "absent")
        time.sleep(0.4 * unplugging)
        plugged_in = time.monotonic()
        plug.plug_in()
        until(lambda: hand.words[-1] == "open")
        plug.send(b"T-0002\r")
        until(lambda: hand.texts.count("T-0002") == unplugging + 1)  # noqa: B023  called at once
        took_s.append(time.monotonic() - plugged_in)

    assert min(took_s) < 2.5
    assert hand.texts == ["T-0001", "T-0002"] * 3


def test_a_scanner_that_comes_later_is_found(tmp_path: Path, hand: Hand) -> None:
    path = tmp_path / "usb-Honeywell"
    scanner = hand.scanner(str(path))
    until(lambda: hand.words == ["absent"])
    assert "not plugged in" in scanner.state.text

    plug = Plug(path)
    until(lambda: hand.words[-1] == "open")
    plug.send(b"T-0099\r")
    until(lambda: hand.texts == ["T-0099"])
    scanner.stop()


def test_a_port_has_one_owner(plug: Plug, hand: Hand, scanner: Scanner) -> None:
    """D1.2: the second opener is refused, says which port, and takes over when it is free."""
    other = Hand()
    second = other.scanner(str(plug.path))
    until(lambda: other.words == ["busy"])
    plug.send(b"T-0001\r" * 20)
    until(lambda: len(hand.lines) == 20)

    assert second.state.text == f"{plug.path}: another program holds this port. Close it there."
    assert other.lines == []

    scanner.stop()
    until(lambda: other.words[-1] == "open")
    plug.send(b"T-0002\r")
    until(lambda: other.texts == ["T-0002"])
    second.stop()


def test_a_full_queue_rests_the_port_and_loses_nothing(plug: Plug, hand: Hand) -> None:
    """D1.7, FL2.15"""
    understood: list[str] = []
    scanner = hand.scanner(
        str(plug.path), waiting=lambda: len(hand.lines) - len(understood), waiting_max=10, name="bench"
    )
    until(lambda: hand.words == ["open"])
    codes = [f"T-{number:04d}" for number in range(300)]
    sender = threading.Thread(target=plug.send, args=("".join(f"{code}\r" for code in codes).encode(),))
    sender.start()
    until(lambda: hand.words[-1] == "full")
    time.sleep(0.1)

    assert len(hand.lines) == 10
    assert scanner.state.text == "bench: 10 scans wait. It is read again when there is room."

    while len(understood) < 300:
        until(lambda: len(hand.lines) > len(understood))
        assert len(hand.lines) - len(understood) <= 10
        understood.append(hand.lines[len(understood)].text)
    sender.join()

    assert understood == codes
    assert hand.words[-1] == "open"
    scanner.stop()


class Clock:
    """A time that stands still between steps."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


@pytest.mark.parametrize(("lines_a_second", "seconds", "flood"), [(20, 5, False), (29, 4, False), (40, 4, True)])
def test_too_many_lines_for_too_long_are_a_flood(
    plug: Plug, hand: Hand, lines_a_second: int, seconds: int, flood: bool
) -> None:
    """D1.8, FL2.15: reported once; 20 lines a second for 5 s is normal work."""
    clock = Clock()
    scanner = hand.scanner(str(plug.path), mono_s=clock)
    until(lambda: hand.words == ["open"])
    for number in range(lines_a_second * seconds):
        plug.send(f"T-{number:04d}\r".encode())
        until(lambda: len(hand.lines) == number + 1)  # noqa: B023  called at once
        clock.s += 1 / lines_a_second

    assert hand.words.count("flood") == int(flood)
    assert any(line.flood for line in hand.lines) == flood
    assert not any(line.flood for line in hand.lines[: 2 * lines_a_second])

    clock.s += 5
    plug.send(b"T-9999\r")
    until(lambda: hand.texts[-1] == "T-9999")
    assert hand.lines[-1].flood is False
    assert hand.words[-1] == "open"
    scanner.stop()


def test_a_memory_scanner_may_send_all_at_once(plug: Plug, hand: Hand) -> None:
    """FL2.8"""
    clock = Clock()
    scanner = hand.scanner(f"{plug.path}#batch", mono_s=clock)
    until(lambda: hand.words == ["open"])
    for number in range(200):
        plug.send(b"T-0001\r")
        until(lambda: len(hand.lines) == number + 1)  # noqa: B023  called at once
        clock.s += 0.02

    assert {(line.batch, line.flood) for line in hand.lines} == {(True, False)}
    scanner.stop()


@pytest.mark.usefixtures("scanner")
def test_a_scanner_without_line_ends_is_named(plug: Plug, hand: Hand) -> None:
    """Issue 5: a scanner in the wrong mode."""
    plug.send(b"4006381333931")
    until(lambda: hand.words[-1] == "no_end")

    assert hand.states[-1].text == "bench scanner: sends no line end. Scan the set-up sheet."


def test_a_pause_ends_a_line_where_that_is_set(plug: Plug, hand: Hand) -> None:
    scanner = hand.scanner(f"{plug.path}#idle=40")
    until(lambda: hand.words == ["open"])
    plug.send(b"4006381333931")
    until(lambda: hand.texts == ["4006381333931"])

    assert hand.lines[0].ended_by == "idle"
    scanner.stop()


def test_a_frame_without_its_end_is_reported(plug: Plug, hand: Hand, scanner: Scanner) -> None:
    plug.send(b"\x02T-0099")
    until(lambda: hand.lines)

    assert parse(hand.texts[0]).fault == "cut: expected ETX within 500 ms, got none"
    assert scanner.state.word == "open"


def test_the_hand_hears_what_became_of_the_scan(plug: Plug, hand: Hand) -> None:
    """D2.1, D2.2"""
    scanner = hand.scanner(f"{plug.path}#feedback=honeywell")
    until(lambda: hand.words == ["open"])

    for cue, expected in ((Cue.TICK, "1B372C"), (Cue.WRONG, "1B382C1B382C"), (Cue.ASK, "1B372C1B372C")):
        scanner.feedback(cue)
        assert plug.bytes_back(len(expected) // 2) == bytes.fromhex(expected)
    scanner.feedback(Cue.NET)
    plug.send(b"T-0099\r")
    until(lambda: hand.texts == ["T-0099"])
    scanner.stop()


def test_a_scanner_that_waits_for_its_host_never_waits_in_vain(plug: Plug, hand: Hand) -> None:
    """D2.4: a scan without a tone (held, *OK, one pull twice) is answered too, or it reads nothing for 10 s. The
    answer is no good tone, and comes only where nothing else came."""
    clock = Clock()
    scanner = hand.scanner(f"{plug.path}#feedback=honeywell", mono_s=clock)
    until(lambda: hand.words == ["open"])
    plug.send(b"*OK\r")
    until(lambda: hand.texts == ["*OK"])
    clock.s += 1.1
    assert plug.bytes_back(6) == bytes.fromhex("1B372C1B372C")

    plug.send(b"T-0099\r")
    until(lambda: len(hand.lines) == 2)
    scanner.feedback(Cue.WRONG)
    assert plug.bytes_back(6) == bytes.fromhex("1B382C1B382C")
    clock.s += 1.1
    plug.send(b"T-0100\r")
    until(lambda: len(hand.lines) == 3)
    scanner.feedback(Cue.TICK)
    assert plug.bytes_back(3) == bytes.fromhex("1B372C")
    scanner.stop()


def test_a_scanner_that_takes_no_bytes_delays_nobody(plug: Plug, hand: Hand) -> None:
    """D2.2"""
    scanner = hand.scanner(f"{plug.path}#feedback=zebra-ssi")
    until(lambda: hand.words == ["open"])
    while scanner.write(b"x" * 4_096):
        pass

    start = time.perf_counter()
    for _ in range(200):
        scanner.feedback(Cue.TICK)
    took_s = time.perf_counter() - start  # one blocking write alone takes 0.2 s
    plug.send(b"T-0099\r")
    until(lambda: hand.texts == ["T-0099"])

    assert took_s < 20
    scanner.stop()


def test_feedback_to_a_lost_scanner_is_no_error(plug: Plug, hand: Hand) -> None:
    scanner = hand.scanner(f"{plug.path}#feedback=bel")
    until(lambda: hand.words == ["open"])
    plug.unplug()
    scanner.feedback(Cue.STOP)
    until(lambda: hand.words[-1] == "absent")
    scanner.feedback(Cue.TICK)

    assert scanner.write(b"\x07") is False
    scanner.stop()


def test_a_scanner_on_the_network(hand: Hand) -> None:
    """D1.1: a serial server, which restarts in between."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        scanner = hand.scanner(f"socket://127.0.0.1:{port}#feedback=bel")
        connection, _ = server.accept()
        until(lambda: hand.words == ["open"])
        connection.sendall(b"]d2010400638133393110L77\x1d21S9\r\n40063")
        until(lambda: hand.lines)
        scanner.feedback(Cue.DONE)
        assert connection.recv(10) == b"\x07"
        connection.close()
        until(lambda: hand.words[-1] == "absent")
        connection, _ = server.accept()
        until(lambda: hand.words[-1] == "open")
        connection.sendall(b"T-0099\r\n")
        until(lambda: len(hand.lines) == 2)
        connection.close()
        scanner.stop()

    assert hand.texts == ["]d2010400638133393110L77\x1d21S9", "T-0099"]


def test_a_loop_needs_no_device(hand: Hand) -> None:
    """loop://: what is written comes back as a scan."""
    scanner = hand.scanner("loop://#feedback=bel")
    until(lambda: hand.words == ["open"])
    scanner.feedback(Cue.TICK)
    scanner.write(b"T-0099\r")
    until(lambda: hand.texts == ["T-0099"])
    scanner.stop()


def test_stopping_waits_for_no_time_out(plug: Plug, hand: Hand) -> None:
    """D1.6"""
    fastest_s = 1.0
    for _ in range(5):
        scanner = hand.scanner(str(plug.path))
        until(lambda: hand.words[-1:] == ["open"])
        start = time.monotonic()
        scanner.stop()
        fastest_s = min(fastest_s, time.monotonic() - start)
        assert hand.words[-1] == "stopped"

    assert fastest_s < 0.05


def test_what_a_device_does_is_remembered_and_compared(plug: Plug, hand: Hand, scanner: Scanner) -> None:
    """D1.10"""
    plug.send(b"]C1010400638133393110L77\x1d21S9\r\n")
    until(lambda: hand.lines)
    plug.send(b"]E04006381333931\r\n")
    until(lambda: len(hand.lines) == 2)
    habits = scanner.habits

    assert habits == Habits("CRLF", "", aim=True, gs_seen=True)
    assert health(None, habits) == ()
    assert health(habits, Habits(aim=False)) == ()
    assert health(habits, habits) == ()
    assert health(habits, Habits("LF", "A;", aim=False), "usb:0C2E:0B61") == (
        "usb:0C2E:0B61: lines ended with CRLF, now with LF.",
        "usb:0C2E:0B61: expected the prefix 'none', got 'A;'.",
        "usb:0C2E:0B61: it did send AIM identifiers, now it does not. Scan the set-up sheet.",
    )


def test_a_device_tells_how_its_lines_are_read(tmp_path: Path) -> None:
    """D3.5, D4.5, D1.10"""
    site = ScanConfig(carton_types=frozenset({"M"}))
    url = f"{tmp_path}/absent#gs=|,prefix=A;"

    assert Scanner(url, print).config(site) == ScanConfig(
        carton_types=frozenset({"M"}), gs_substitute="|", gs_seen=False, prefix="A;"
    )
    assert Scanner(url, print, before=Habits("CR", gs_seen=True)).config(site).gs_seen is True
    assert Scanner(url, print).health() == (f"{tmp_path}/absent: not opened yet.",)


def test_a_changed_setting_is_seen_at_the_next_start(plug: Plug, hand: Hand) -> None:
    """D1.10"""
    scanner = hand.scanner(str(plug.path), name="bench", before=Habits("CRLF", aim=False, gs_seen=True))
    until(lambda: hand.words == ["open"])
    assert scanner.health() == ()
    plug.send(b"T-0099\n")
    until(lambda: hand.lines)

    assert scanner.health() == ("bench: lines ended with CRLF, now with LF.",)
    scanner.stop()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/dev/serial/by-id/usb-Zebra", ScannerAddress("/dev/serial/by-id/usb-Zebra")),
        ("usb:0C2E:0B61", ScannerAddress("usb:0C2E:0B61")),
        ("usb:05e0:1701:S12345#115200,8N1", ScannerAddress("usb:05e0:1701:S12345", 115_200)),
        ("socket://10.0.0.9:4001#7E1,19200", ScannerAddress("socket://10.0.0.9:4001", 19_200, "7E1")),
        ("COM3#batch,gs=|", ScannerAddress("COM3", batch=True, gs_substitute="|")),
        (
            "loop://#idle=40,feedback=bel,prefix=A;",
            ScannerAddress("loop://", idle_gap_ms=40, feedback="bel", prefix="A;"),
        ),
    ],
)
def test_addresses(url: str, expected: ScannerAddress) -> None:
    """D1.1"""
    assert scanner_address(url) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "got 'nothing'"),
        ("ttyUSB0", "got 'ttyUSB0'"),
        ("usb:xyz:1", "got 'usb:xyz:1'"),
        ("socket://host", "got 'socket://host'"),
        ("socket://host:99999", "got 'socket://host:99999'"),
        ("http://10.0.0.9:80", "got 'http://10.0.0.9:80'"),
        ("/dev/ttyACM0#9601x", "got '9601x'"),
        ("/dev/ttyACM0#12", "got '12'"),
        ("/dev/ttyACM0#idle=5000", "got 'idle=5000'"),
        ("/dev/ttyACM0#idle=٤٠", "got 'idle=٤٠'"),
        ("/dev/ttyACM0#gs=", "got 'gs='"),
    ],
)
def test_an_address_that_is_none_says_what_is_wrong(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        scanner_address(url)

    assert complaint in str(refused.value)


def test_an_address_that_moves_is_named() -> None:
    """D1.1"""
    assert "after re-plugging" in (scanner_address("/dev/ttyUSB0").warning or "")
    assert "after re-plugging" in (scanner_address("COM3").warning or "")
    assert scanner_address("usb:0C2E:0B61").warning is None
    assert scanner_address("/dev/serial/by-id/usb-Zebra").warning is None


def test_a_device_that_is_not_there_is_looked_up_again(hand: Hand) -> None:
    scanner = hand.scanner("usb:FFFF:FFFE:NONE")
    until(lambda: hand.words == ["absent"])
    scanner.stop()

    assert hand.states[0].text.startswith("usb:FFFF:FFFE:NONE: ")


def test_an_unknown_feedback_profile_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"expected one of bel, .*zebra-ssi, got 'klingon'"):
        Scanner("loop://#feedback=klingon", print)
