"""Scales by their bytes, on a pty with everything real on our side, and a scale that lies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation.devices.scale import (
    Reading,
    Scale,
    ScaleState,
    Settling,
    fairbanks,
    grams,
    hid,
    nci,
    scale_address,
    sics,
    toledo,
)
from packstation.devices.scale.port import hid_device
from packstation.workflows.prompt import Say
from tests.devices.scale_emulator import ScaleEmulator
from tests.devices.scanner_bench import until

PARSERS = {"nci": nci.parse, "8217": toledo.parse, "sics": sics.parse, "fairbanks": fairbanks.parse, "hid": hid.parse}

# protocol, bytes, (value, unit, flags) or None when nothing may be read from them yet
ANSWERS: list[tuple[str, bytes, tuple[str | None, str, str] | None]] = [
    ("nci", b"\n012.34LB\r\n00\r\x03", ("12.34", "lb", "stable")),
    ("nci", b"\n 1234g \r\n00\r\x03", ("1234", "g", "stable")),
    ("nci", b"\n000.00LB\r\n20\r\x03", ("0.00", "lb", "stable zero")),
    ("nci", b"\n012.34LB\r\nS00\r\x03", ("12.34", "lb", "stable")),
    ("nci", b"\n012.34lb\r\n10\r\x03", ("12.34", "lb", "motion")),
    ("nci", b"\n10\r\x03", (None, "g", "motion")),
    ("nci", b"\nS10\r\x03", (None, "g", "motion")),
    ("nci", b"\n^^^^^^LB\r\n02\r\x03", (None, "g", "over")),
    ("nci", b"\n01\r\x03", (None, "g", "under")),
    ("nci", b"\n02LB 03.5OZ\r\n00\r\x03", ("35.5", "oz", "stable")),
    ("nci", b"\n-00.20KG\r\n01\r\x03", ("-0.20", "kg", "stable under")),
    ("nci", b"\n012.34LB\r\n40\r\x03", ("12.34", "lb", "stable fault")),
    ("nci", b"\n?\r\x03", (None, "g", "syntax")),
    ("nci", b"012.34LB\r\n00\r\x03", (None, "g", "garbage")),
    ("nci", b"\n012.3\n012.34LB\r\n00\r\x03", (None, "g", "garbage")),
    ("nci", b"\n\xb012.34LB\r\n00\r\x03", (None, "g", "garbage")),
    ("nci", b"\n012.34LB\r\n0", None),
    ("8217", b"\x0201.250\r", ("1.250", "lb", "stable")),
    ("8217", b"\x0201.250N\r", ("1.250", "lb", "stable net")),
    ("8217", b"\x02?A\r", (None, "g", "motion")),
    ("8217", b"\x02?B\r", (None, "g", "over")),
    ("8217", b"\x02?D\r", (None, "g", "under")),
    ("8217", b"\x02?H\r", (None, "g", "rezero")),
    ("8217", b"\x02?\x0d\r", (None, "g", "motion under rezero")),
    ("8217", b"\x02?P\r", (None, "g", "zero")),
    ("8217", b"\x02E\rhello", (None, "g", "garbage")),
    ("8217", b"\x0201.25", None),
    ("sics", b"S S      100.00 g\r\n", ("100.00", "g", "stable")),
    ("sics", b"S D      100.00 g\r\n", ("100.00", "g", "motion")),
    ("sics", b"S S       -0.20 g\r\n", ("-0.20", "g", "stable")),
    ("sics", b"S S     1.2345 kg\r\n", ("1.2345", "kg", "stable")),
    ("sics", b"S I\r\n", (None, "g", "busy")),
    ("sics", b"S +\r\n", (None, "g", "over")),
    ("sics", b"S -\r\n", (None, "g", "under")),
    ("sics", b"ES\r\n", (None, "g", "syntax")),
    ("sics", b"Z A\r\n", (None, "g", "busy")),
    ("sics", b"     100.00 g\r\n", (None, "g", "garbage")),
    ("sics", b"S S      100.0", None),
    ("fairbanks", b"  12.4 lb GR  \r\n\x04", ("12.4", "lb", "stable")),
    ("fairbanks", b"  12.4 lb gr  \r\n\x04", ("12.4", "lb", "motion")),
    ("fairbanks", b"  12.4 lb NT  \r\n\x04", ("12.4", "lb", "stable net")),
    ("fairbanks", b"\x04", (None, "g", "over")),
    ("fairbanks", b"  12.4 lb", None),
    ("hid", bytes.fromhex("03040BFF3419"), ("645.2", "oz", "stable")),
    ("hid", bytes.fromhex("03030BFF3419"), ("645.2", "oz", "motion")),
    ("hid", bytes.fromhex("030202000000"), ("0", "g", "stable zero")),
    ("hid", bytes.fromhex("030402000F01"), ("271", "g", "stable")),
    ("hid", bytes.fromhex("030500000000"), (None, "g", "under")),
    ("hid", bytes.fromhex("030600000000"), (None, "g", "over")),
    ("hid", bytes.fromhex("030100000000"), (None, "g", "fault")),
    ("hid", bytes.fromhex("030700000000"), (None, "g", "calibrate")),
    ("hid", bytes.fromhex("030800000000"), (None, "g", "rezero")),
    ("hid", bytes.fromhex("030477000F01"), (None, "g", "garbage")),
    ("hid", bytes.fromhex("0304"), (None, "g", "garbage")),
    ("hid", bytes.fromhex("010000000000"), None),
]


@pytest.mark.parametrize(("protocol", "raw", "said"), ANSWERS)
def test_each_answer_of_each_protocol_is_read_as_its_manual_says(
    protocol: str, raw: bytes, said: tuple[str | None, str, str] | None
) -> None:
    """The table of devices.md section 5."""
    readings, rest = PARSERS[protocol](raw)
    if said is None:
        assert readings == ()
        assert rest == (b"" if protocol == "hid" else raw)
        return
    value, unit, flags = said
    expected = Reading(None if value is None else Decimal(value), unit, frozenset(flags.split()), readings[0].raw)
    assert readings[0] == expected


def test_an_inverted_clone_is_read_right_with_its_setting_and_contradicts_itself_without() -> None:
    """D5.7: motion and zero bits inverted; at rest with a load it sends motion and zero."""
    at_rest = b"\n012.34LB\r\n30\r\x03"
    assert nci.parse(at_rest, inverted=True)[0][0].flags == {"stable"}
    assert nci.parse(at_rest)[0][0].flags == {"motion", "zero"}
    in_motion = b"\n012.34LB\r\n20\r\x03"
    settling = Settling()
    assert [settling.seen(nci.parse(in_motion)[0][0], now) for now in range(0, 3000, 200)] == [None] * 15


@pytest.mark.parametrize("protocol", ["nci", "8217", "sics", "fairbanks"])
def test_answers_cut_anywhere_read_the_same_as_whole_ones(protocol: str) -> None:
    """A serial line cuts where it likes."""
    stream = b"".join(raw for name, raw, said in ANSWERS if name == protocol and said and "garbage" not in said[2])
    whole, rest = PARSERS[protocol](stream)
    assert rest == b""
    for cut in range(len(stream)):
        first, kept = PARSERS[protocol](stream[:cut])
        second, rest = PARSERS[protocol](kept + stream[cut:])
        assert (first + second, rest) == (whole, b"")


@given(st.binary(max_size=600), st.sampled_from(sorted(PARSERS)))
def test_no_bytes_raise_or_pile_up(noise: bytes, protocol: str) -> None:
    """A scale in the wrong mode, or a scanner plugged into the scale's port."""
    readings, rest = PARSERS[protocol](noise)
    assert len(rest) <= 256
    for answer in readings:
        assert answer.value is None or isinstance(answer.weight_g, int)


@pytest.mark.parametrize(
    ("value", "unit", "weight_g"),
    [
        ("1", "lb", 454),
        ("1", "oz", 28),
        ("0.5", "g", 0),
        ("1.5", "g", 2),
        ("2.5", "g", 2),
        ("1.2345", "kg", 1234),
        ("1.2355", "kg", 1236),
        ("-0.20", "kg", -200),
        ("500", "mg", 0),
        ("645.2", "oz", 18291),
    ],
)
def test_units_become_whole_grams_half_to_even(value: str, unit: str, weight_g: int) -> None:
    """D5.4."""
    assert grams(Decimal(value), unit) == weight_g


def test_an_unknown_unit_says_what_was_expected() -> None:
    with pytest.raises(ValueError, match="expected one of g, kg, lb, mg, oz, got 'stone'"):
        grams(Decimal(1), "stone")


def _stable(value: str) -> Reading:
    return Reading(Decimal(value), "g", frozenset({"stable"}), b"")


def test_a_weight_needs_the_flag_two_equal_readings_and_half_a_second() -> None:
    """D5.2, FL5.9."""
    settling = Settling()
    assert settling.seen(_stable("1912"), 0) is None
    assert settling.seen(_stable("1912"), 200) is None
    assert settling.seen(_stable("1912"), 499) is None
    assert settling.seen(_stable("1912"), 500) == 1912
    assert settling.seen(_stable("1912"), 700) is None, "one load is let out once"


@pytest.mark.parametrize("flag", ["motion", "under", "over", "fault", "net", "zero", "rezero", "calibrate"])
def test_one_flag_between_equal_readings_starts_over(flag: str) -> None:
    """D5.2: under, over, motion, fault are states, never weights."""
    settling = Settling()
    assert settling.seen(_stable("1912"), 0) is None
    assert settling.seen(Reading(Decimal("1912"), "g", frozenset({"stable", flag}), b""), 200) is None
    assert settling.seen(_stable("1912"), 600) is None
    assert settling.seen(_stable("1912"), 1000) is None
    assert settling.seen(_stable("1912"), 1100) == 1912


def test_what_lay_there_before_a_long_silence_does_not_count() -> None:
    """D5.3: 2 s."""
    settling = Settling()
    assert settling.seen(_stable("1912"), 0) is None
    assert settling.seen(_stable("1912"), 2001) is None
    assert settling.seen(_stable("1912"), 2501) == 1912


def test_an_empty_scale_is_never_a_weight() -> None:
    settling = Settling()
    assert [settling.seen(_stable("1"), now) for now in range(0, 2000, 100)] == [None] * 20


@pytest.mark.parametrize(
    ("url", "ask", "line"),
    [
        ("/dev/ttyUSB0#nci", b"W\r", {"baudrate": 9600, "bytesize": 7, "parity": "E", "stopbits": 1}),
        ("/dev/ttyUSB0#nci,8N1,4800", b"W\r", {"baudrate": 4800, "bytesize": 8, "parity": "N", "stopbits": 1}),
        ("usb:0EB8:F000#8217,kg", b"W", {"baudrate": 9600, "bytesize": 7, "parity": "E", "stopbits": 1}),
        ("socket://10.0.0.9:4001#sics", b"SI\r\n", {"baudrate": 9600, "bytesize": 8, "parity": "N", "stopbits": 1}),
        ("/dev/ttyUSB0#fairbanks", b"\r", {"baudrate": 9600, "bytesize": 8, "parity": "N", "stopbits": 1}),
    ],
)
def test_line_settings_follow_the_protocol(url: str, ask: bytes, line: dict[str, object]) -> None:
    """D5.1: a pty refuses 7E1, so the settings are tested by value."""
    address = scale_address(url)
    assert (address.ask, address.line) == (ask, line)


@pytest.mark.parametrize(
    "url", ["/dev/ttyUSB0", "#nci", "/dev/ttyUSB0#ncii", "/dev/ttyUSB0#nci,9N1", "", "x#sics,7", "x#8217"]
)
def test_an_address_that_fits_nothing_says_what_was_expected(url: str) -> None:
    with pytest.raises(ValueError, match=r"scale .*: expected .*, got "):
        scale_address(url)


def test_a_usb_scale_is_found_by_its_usage_page_or_its_numbers(tmp_path: Path) -> None:
    for name, hid_id, page in (
        ("hidraw0", "0003:0000046D:0000C31C", b"\x05\x01"),
        ("hidraw1", "0003:00000922:00008003", b"\x05\x8d"),
    ):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device" / "uevent").write_text(f"HID_ID={hid_id}\n")
        (tmp_path / name / "device" / "report_descriptor").write_bytes(page + b"\x09\x20")
    assert hid_device("", tmp_path) == "/dev/hidraw1"
    assert hid_device("0922:8003", tmp_path) == "/dev/hidraw1"
    assert hid_device("046d:c31c", tmp_path) == "/dev/hidraw0"
    with pytest.raises(OSError, match="found none"):
        hid_device("1234:5678", tmp_path)


# --- on a real pty ---------------------------------------------------------------------------------------------


class Bench:
    """A scale, its emulator, and what the station was told."""

    def __init__(self, folder: Path, protocol: str, *options: str) -> None:
        self.emulator = ScaleEmulator(folder / f"scale-{protocol}", protocol)
        self.weights: list[int] = []
        self.states: list[ScaleState] = []
        self.changed = threading.Condition()
        unit = ("lb",) if protocol == "8217" else ()
        address = scale_address(f"{self.emulator.path}#" + ",".join((protocol, "8N1", *unit, *options)))
        self.scale = Scale(address, on_weight=self._weight, on_state=self._state)
        self.scale.start()

    def _weight(self, weight_g: int) -> None:
        with self.changed:
            self.weights.append(weight_g)
            self.changed.notify_all()

    def _state(self, state: ScaleState) -> None:
        with self.changed:
            self.states.append(state)
            self.changed.notify_all()

    def until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, seconds), (self.weights, self.states[-5:])

    def shows(self, word: str, seconds: float = 30.0) -> None:
        self.until(lambda: self.scale.state.word == word, seconds)

    def close(self) -> None:
        self.scale.stop()
        self.emulator.close()


@pytest.fixture
def bench_of(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def build(protocol: str, *options: str) -> Bench:
        benches.append(Bench(tmp_path, protocol, *options))
        return benches[-1]

    yield build
    for bench in benches:
        bench.close()


@pytest.mark.parametrize("protocol", ["nci", "8217", "sics", "fairbanks"])
def test_a_box_is_weighed_over_a_serial_line(bench_of: Callable[..., Bench], protocol: str) -> None:
    """FL5.9, D5.2-D5.4: moving is shown and not taken; then one weight, once."""
    bench = bench_of(protocol)
    bench.shows("idle")
    bench.emulator.load("2.345", motion=True)
    bench.scale.want()
    bench.shows("moving")
    assert bench.weights == []
    put_down = time.monotonic()
    bench.emulator.load("4.215")
    bench.until(lambda: bench.weights == [1912])
    assert time.monotonic() - put_down >= 0.5
    time.sleep(0.7)
    assert bench.weights == [1912], "one load is told once"
    bench.emulator.load("0.000")
    bench.shows("empty")
    bench.emulator.load("2.205")
    bench.until(lambda: bench.weights == [1912, 1000])


@pytest.mark.parametrize("protocol", ["nci", "8217", "sics", "fairbanks"])
def test_over_and_under_are_shown_and_never_weights(bench_of: Callable[..., Bench], protocol: str) -> None:
    bench = bench_of(protocol)
    bench.emulator.load("9.999", over=True)
    bench.scale.want()
    bench.shows("over")
    bench.emulator.load("0.100", under=True)
    # Fairbanks says the same for both.
    bench.shows("over" if protocol == "fairbanks" else "under")
    assert bench.weights == []


def test_nothing_is_asked_while_no_weight_is_wanted(bench_of: Callable[..., Bench]) -> None:
    """D5.3."""
    bench = bench_of("sics")
    bench.shows("idle")
    time.sleep(0.7)
    assert bench.emulator.asked == 0
    bench.emulator.load("100.00", "g")
    began = time.monotonic()
    bench.scale.want()
    bench.until(lambda: bench.weights == [100])
    bench.scale.rest()
    bench.shows("idle")
    asked = bench.emulator.asked
    assert asked <= (time.monotonic() - began) / 0.2 + 2, "every 0.2 s, not faster"
    time.sleep(0.6)
    assert bench.emulator.asked == asked


def test_the_same_box_is_weighed_again_when_a_weight_is_wanted_again(bench_of: Callable[..., Bench]) -> None:
    bench = bench_of("sics")
    bench.emulator.load("100.00", "g")
    bench.scale.want()
    bench.until(lambda: bench.weights == [100])
    bench.scale.want()
    bench.until(lambda: bench.weights == [100, 100])


@pytest.mark.parametrize("lie", ["garbage", "half", "restless"])
def test_a_scale_that_lies_gives_no_weight(bench_of: Callable[..., Bench], lie: str) -> None:
    benches = [bench_of(protocol) for protocol in ("nci", "8217", "sics", "fairbanks")]
    for bench in benches:
        bench.emulator.load("4.215")
        bench.emulator.lie = lie
        bench.scale.want()
    for bench in benches:
        until(lambda bench=bench: bench.emulator.asked >= 5)
        assert bench.weights == []
        bench.emulator.lie = "none"
    for bench in benches:
        bench.until(lambda bench=bench: bench.weights == [1912])


def test_a_line_that_loses_bytes_gives_no_wrong_weight(bench_of: Callable[..., Bench]) -> None:
    """Two equal readings in a row: the same digit is not lost twice."""
    benches = [bench_of(protocol) for protocol in ("nci", "8217", "sics", "fairbanks")]
    for bench in benches:
        bench.emulator.load("4.215")
        bench.emulator.lie = "forgets_bytes"
        bench.scale.want()
    for bench in benches:
        until(lambda bench=bench: bench.emulator.asked >= 12)
        assert set(bench.weights) <= {1912}


def test_an_inverted_motion_bit_gives_no_weight_until_it_is_set(bench_of: Callable[..., Bench]) -> None:
    """D5.7."""
    bench = bench_of("nci")
    bench.emulator.lie = "motion_inverted"
    bench.emulator.load("4.215")
    bench.scale.want()
    bench.shows("contradiction")
    bench.emulator.load("4.215", motion=True)
    time.sleep(1.0)
    assert bench.scale.state.word == "contradiction"
    assert bench.weights == []


def test_an_inverted_scale_weighs_with_its_setting(bench_of: Callable[..., Bench]) -> None:
    """D5.7: setting nci_inverted."""
    bench = bench_of("nci", "inverted")
    bench.emulator.lie = "motion_inverted"
    bench.emulator.load("4.215")
    bench.scale.want()
    bench.until(lambda: bench.weights == [1912])


def test_a_silent_scale_lets_people_type_and_an_answering_one_does_not(bench_of: Callable[..., Bench]) -> None:
    """D5.3, D5.6, FL5.12."""
    bench = bench_of("sics")
    bench.emulator.lie = "silent"
    bench.scale.want()
    bench.shows("silent")
    assert not bench.scale.state.answers
    bench.emulator.lie = "none"
    bench.emulator.load("250.00", "g")
    bench.until(lambda: bench.weights == [250])
    assert bench.scale.state.answers


def test_a_pulled_plug_is_told_and_the_scale_is_found_again(bench_of: Callable[..., Bench]) -> None:
    """D1.4, D1.5: found by itself, and nothing read before counts. How soon is measured with the scanner."""
    bench = bench_of("sics")
    bench.emulator.load("100.00", "g")
    bench.scale.want()
    bench.until(lambda: bench.weights == [100])
    bench.emulator.unplug()
    bench.shows("absent")
    assert not bench.scale.state.answers
    bench.emulator.load("300.00", "g")
    bench.emulator.plug_in()
    bench.until(lambda: bench.scale.state.answers)
    bench.until(lambda: bench.weights == [100, 300])


def test_a_pulled_plug_is_noticed_while_no_weight_is_wanted(bench_of: Callable[..., Bench]) -> None:
    bench = bench_of("sics")
    bench.shows("idle")
    bench.emulator.unplug()
    bench.shows("absent")


def test_two_programs_on_one_scale_are_told_apart(bench_of: Callable[..., Bench]) -> None:
    """D1.2."""
    bench = bench_of("sics")
    bench.shows("idle")
    second = Scale(scale_address(f"{bench.emulator.path}#sics"), on_weight=bench.weights.append)
    second.start()
    until(lambda: "another program" in second.state.text)
    second.stop()
    assert second.state == ScaleState("absent", Say("scale_no", {"why": Say("scale_held")}))
    assert second.state.text == "No scale: another program holds the port."


def test_the_test_view_sees_raw_bytes_and_flags(bench_of: Callable[..., Bench]) -> None:
    """D5.7."""
    bench = bench_of("sics")
    bench.emulator.load("100.00", "g", motion=True)
    bench.scale.want()
    bench.shows("moving")
    assert bench.scale.state == ScaleState(
        "moving", Say("scale_moving"), 100, b"S D     100.00 g\r\n", frozenset({"motion"})
    )


@pytest.mark.parametrize("protocol", ["nci", "8217", "sics"])
def test_the_supervisor_can_zero_the_scale(bench_of: Callable[..., Bench], protocol: str) -> None:
    """D5.5."""
    bench = bench_of(protocol)
    bench.shows("idle")
    assert bench.scale.zero()
    until(lambda: bench.emulator.zeroed)
    assert bench.emulator.zeroed == 1


@pytest.mark.parametrize(
    ("protocol", "lie", "code"),
    [
        ("nci", "none", ""),
        ("8217", "none", ""),
        ("sics", "none", ""),
        ("fairbanks", "none", ""),
        ("nci", "stuck", "not_zeroed"),
        ("8217", "silent", "silent"),
    ],
)
def test_a_zeroed_scale_has_to_say_so(bench_of: Callable[..., Bench], protocol: str, lie: str, code: str) -> None:
    """FL1.7: a command that was sent is no scale that works; nothing of it is a weight."""
    bench = bench_of(protocol)
    bench.shows("idle")
    bench.emulator.lie = lie
    bench.emulator.load("0.000" if protocol == "fairbanks" and lie == "none" else "1.250")
    told: list[str] = []
    bench.scale.prove_zero(told.append)
    until(lambda: told)
    assert (told, bench.weights) == ([code], [])


def test_a_scale_that_is_not_there_is_not_zeroed(tmp_path: Path) -> None:
    told: list[str] = []
    scale = Scale(scale_address(f"{tmp_path / 'none'}#nci"), on_weight=lambda weight_g: None)
    scale.start()
    scale.prove_zero(told.append)
    until(lambda: told)
    scale.stop()
    assert told == ["absent"]


def test_a_scale_without_a_zero_command_says_so(bench_of: Callable[..., Bench]) -> None:
    assert bench_of("fairbanks").scale.zero() is False


def test_a_usb_scale_reports_without_being_asked(tmp_path: Path) -> None:
    """A FIFO stands for /dev/hidraw0: one write is one report, and its end is a pulled plug."""
    import os

    fifo = tmp_path / "hidraw0"
    os.mkfifo(fifo)
    weights: list[int] = []
    scale = Scale(scale_address(f"hid:{fifo}"), on_weight=weights.append)
    keeper = os.open(fifo, os.O_RDWR)
    scale.start()
    scale.want()
    deadline = time.monotonic() + 30
    while not weights and time.monotonic() < deadline:
        os.write(keeper, bytes.fromhex("03040BFF3419"))
        time.sleep(0.1)
    assert weights == [18291]
    scale.stop()
    os.close(keeper)
