"""Printers as a packer meets them: named, told when they take nothing, replaced by a scan; on TCP sinks (FL5.16)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from packstation.commands.assembly import Assembled, open_station
from packstation.devices.printer import printer_address
from packstation.devices.printer_profile import PrinterProfile
from packstation.station.printers import papers_of, printers_of
from packstation.store import Place, read_place
from packstation.workflows.desk import Print
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.texts import ENGLISH
from tests.devices.printer_sink import PrinterSink, status
from tests.shop import ANN, BLUE_MUG, PLATE, TestClock, order, put, shop


@pytest.fixture
def sink() -> Iterator[PrinterSink]:
    made = PrinterSink()
    yield made
    made.close()


def opened(folder: Path, **printers: str) -> Assembled:
    bench_at(folder)
    made = open_station(read_place(folder), clock=TestClock(), printer=printers.get("printer"))
    put(made.store, shop())
    made.station.line(ANN, device="scanner")
    return made


def bench_at(folder: Path) -> None:
    from packstation.store import write_place

    if not (folder / "station.json").exists():
        write_place(Place(folder, "WH-1", "st-07"))


def packed(made: Assembled) -> None:
    clock = made.station.clock
    assert isinstance(clock, TestClock)
    for text in ("FO-4472-1", "FO-4472-1", BLUE_MUG, PLATE):
        clock.pass_ms(400)
        made.station.line(text, device="scanner", mono_ms=clock.mono)
    made.station.weight(950)
    assert made.station.state == "SEAL"
    made.start_printing()
    made.notify()


def ticked(made: Assembled, condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, (made.station.message, made.store.spool.of_fo("FO-4472-1"))
        made.station.tick()
        time.sleep(0.02)


def states(made: Assembled) -> dict[str, str]:
    return {row.what: row.state for row in made.store.spool.of_fo("FO-4472-1")}


def panel(made: Assembled) -> tuple[str, ...]:
    shown = made.station.prompt().panel
    return shown.lines if shown is not None else ()


def test_the_packer_sees_which_printer_each_document_goes_to(tmp_path: Path, sink: PrinterSink) -> None:
    """FL5.13, D6.7: the label to the Zebra, the slip to the folder, and how far each is."""
    made = opened(tmp_path, printer=sink.url)
    try:
        packed(made)
        where = sink.url.removeprefix("tcp://")
        ticked(made, lambda: f"Label → {where}: sent" in panel(made))
        ticked(made, lambda: "Packing slip → documents: sent" in panel(made))
        assert "No label came out? F11 prints it again." in panel(made), "a printer may take every byte in vain"
        assert len(sink.printed) == 1
    finally:
        made.close()


def test_a_name_that_no_font_prints_is_told_when_its_label_comes_out(tmp_path: Path, sink: PrinterSink) -> None:
    """D10.1: a warning on screen that names document and field, in the spool's record too; never the buyer's text."""
    made = opened(tmp_path, printer=sink.url)
    name = "\u09b0\u09b9\u09bf\u09ae"
    address = {"name": name, "lines": ["1 Main St"], "postcode": "28013", "city": "Madrid", "country": "ES"}
    put(made.store, [order("FO-4472-1", {"BLUE-MUG": 1, "PLATE": 1}, rev=2, to=address)])
    try:
        packed(made)
        ticked(made, lambda: states(made) == {"label": "sent", "slip": "sent"})
        ticked(made, lambda: "not printed as written" in (made.station.message.text if made.station.message else ""))
        assert made.station.message is not None
        assert made.station.message.text in {
            f"{what}: not printed as written: the receiver's name. Write it by hand."
            for what in ("Label", "Packing slip")
        }
        where = sink.url.removeprefix("tcp://")
        ticked(made, lambda: f"Label → {where}: sent, write by hand: the receiver's name" in panel(made))
        assert {row.lost for row in made.store.spool.of_fo("FO-4472-1")} == {"to.name no glyph"}
    finally:
        made.close()


@pytest.mark.parametrize(
    ("answer", "why"), [(status(paper_out="1"), "paper out"), (None, "does not say it is ready")]
)
def test_a_printer_that_accepts_and_never_prints_is_told_and_goes_on_by_itself(
    tmp_path: Path, sink: PrinterSink, answer: bytes | None, why: str
) -> None:
    """FL5.16, D6.3: said once by name with E4; the parcel stays packed; when there is paper, it prints once."""
    made = opened(tmp_path, printer=f"{sink.url}#hs")
    sink.hs = answer
    name = sink.url.removeprefix("tcp://")
    try:
        packed(made)
        ticked(made, lambda: made.station.message is not None and made.station.message.cue is Cue.STOP)
        assert made.station.message is not None
        assert made.station.message.text.startswith(f"{name}: {why}")
        assert made.station.status().printer.startswith("No printer: ")
        assert sink.printed == []
        sink.hs = status()
        made.retry()
        ticked(made, lambda: states(made).get("label") == "sent")
        ticked(made, lambda: made.station.message is not None and made.station.message.cue is Cue.TICK)
        assert made.station.message.text == f"{name} prints again."
        assert not made.station.status().printer.startswith("No ")
        kinds = [entry.kind for entry in made.store.journal.of_fo("FO-4472-1")]
        assert (kinds.count("PrintFailed"), len(sink.printed)) == (1, 1)
    finally:
        made.close()


def test_a_printer_without_paper_stops_the_self_test_until_f4_or_f12(tmp_path: Path, sink: PrinterSink) -> None:
    """FL1.7, FL5.16: the words follow the printer, and the keys they name do what they say."""
    made = opened(tmp_path, printer=f"{sink.url}#hs")
    sink.hs = status(paper_out="1")
    station = made.station

    def says(words: str) -> bool:
        return station.message is not None and station.message.cue is Cue.STOP and words in station.message.text

    try:
        station.key("*SELFTEST")
        made.start_printing()
        made.notify()
        ticked(made, lambda: says("paper out"))
        sink.hs = status(head_up="1")
        ticked(made, lambda: says("head up"))
        station.key("f12")
        assert station.message is not None
        assert (station.message.sticky, station.state) == ("", "SELFTEST")
        sink.hs = status()
        assert station.key("f4").message == "1 document tried again."
        ticked(made, lambda: len(sink.printed) == 1)
        made.station.tick()
        assert station.state == "SELFTEST"
    finally:
        made.close()


def test_another_printer_takes_what_waits_by_its_barcode_and_what_comes_after(
    tmp_path: Path, sink: PrinterSink
) -> None:
    """FL5.16: its label is printed once, there; slips stay with the printer for pages."""
    (tmp_path / "printers.json").write_text(json.dumps({"pr-zd2": sink.url, "pr-zd1": "tcp://127.0.0.1:9"}), "utf-8")
    made = opened(tmp_path, printer="pr-zd1")
    try:
        packed(made)
        ticked(made, lambda: made.station.message is not None and made.station.message.cue is Cue.STOP)
        unknown = made.station.line("pr-zd9", device="scanner", mono_ms=9_000_000)
        assert (
            unknown.message
            == "pr-zd9 is no printer of this station. Known: pr-zd2, pr-zd1. Nothing recorded. Scan one of them."
        )
        made.station.key("f12")
        moved = made.station.line("pr-zd2", device="scanner", mono_ms=9_100_000)
        assert (moved.cue, moved.message) == (Cue.TICK, "1 document goes to pr-zd2.")
        ticked(made, lambda: states(made) == {"label": "sent", "slip": "sent"})
        assert len(sink.printed) == 1
        assert made.station.status().printer == "pr-zd2"
        assert made.station.printers is not None
        assert (made.station.printers.label, made.station.printers.paper) == ("pr-zd2", "documents")
    finally:
        made.close()


def test_a_printer_that_dies_in_the_middle_prints_nothing_twice_unasked(tmp_path: Path, sink: PrinterSink) -> None:
    """D6.2: some bytes left us, so a person looks; neither F4 nor a new start sends it again."""
    sink.cut_at = 200
    made = opened(tmp_path, printer=sink.url)
    try:
        packed(made)
        ticked(made, lambda: states(made).get("label") == "unsure")
        ticked(
            made, lambda: made.station.message is not None and "may be printed. Look." in made.station.message.text
        )
        assert any("look" in line for line in panel(made))
        sink.cut_at = None
        made.station.key("f4")
        time.sleep(0.3)
        assert states(made)["label"] == "unsure"
    finally:
        made.close()
    again = open_station(read_place(tmp_path), clock=TestClock(), printer=sink.url)
    try:
        again.start_printing()
        time.sleep(0.3)
        assert (states(again)["label"], len(sink.printed)) == ("unsure", 0)
    finally:
        again.close()


def test_a_printer_that_gets_paper_and_dies_in_the_label_is_one_stop(tmp_path: Path, sink: PrinterSink) -> None:
    """D6.2, FL3.3: no "prints again" with a tick goes before the stop; behind another stop it waits its turn."""
    made = opened(tmp_path, printer=f"{sink.url}#hs")
    sink.hs = status(paper_out="1")
    heard: list[Cue | None] = []
    try:
        packed(made)
        ticked(made, lambda: made.station.status().printer_why == "paper out")
        sink.hs, sink.cut_at = status(), 200
        made.retry()
        deadline = time.monotonic() + 60
        while states(made).get("label") != "unsure" or not heard:
            assert time.monotonic() < deadline
            told = made.station.tick()
            heard += [told.cue] if told is not None else []
        assert heard == [Cue.STOP]
        assert made.station.message is not None
        assert "may be printed. Look." in made.station.message.text
        ticked(made, lambda: made.station.status().printer_why == "")

        made.station._stop(Say("stop_cancelled", {"order": "#4472", "n": 2, "time": "14:02"}), frozenset({"*OK"}))
        made.station._owed_stops.append(made.store.spool.of_fo("FO-4472-1")[0].job)
        made.station.tick()
        assert "may be printed" not in made.station.message.text
        made.station.key("f12")
        made.station.tick()
        assert "may be printed. Look." in made.station.message.text
    finally:
        made.close()


def test_a_label_that_may_be_printed_is_scanned_at_once(tmp_path: Path, sink: PrinterSink) -> None:
    """FL5.16, D6.2: "Look. Scan it": the scan answers the stop, nothing has to be acknowledged first."""
    sink.cut_at = 200
    made = opened(tmp_path, printer=sink.url)
    try:
        packed(made)
        ticked(
            made, lambda: made.station.message is not None and "may be printed. Look." in made.station.message.text
        )
        assert made.station.message is not None
        assert made.station.message.text.startswith("127.0.0.1:")
        (box,) = made.store.order("FO-4472-1").boxes
        assert box.label is not None
        scanned = made.station.line(box.label.tracking, device="scanner", mono_ms=9_000_000)
        assert scanned.facts == ("LabelScanned",)
        assert states(made)["label"] == "confirmed"
    finally:
        made.close()


def test_a_held_order_gets_its_card_from_the_printer_of_labels(tmp_path: Path, sink: PrinterSink) -> None:
    """FL5.28, D8.6: as one picture where the printer reads ZPL alone; at its dpi, on its stock."""
    made = opened(tmp_path, printer=f"{sink.url}#300,a6")
    clock = made.station.clock
    assert isinstance(clock, TestClock)
    try:
        for text in ("FO-4472-1", "FO-4472-1", BLUE_MUG):
            clock.pass_ms(400)
            made.station.line(text, device="scanner", mono_ms=clock.mono)
        made.station.key("f9")
        made.station.key("1")
        made.start_printing()
        made.notify()
        ticked(made, lambda: states(made).get("tote_card") == "sent")
        (card,) = sink.waits_for(1)
        assert card.startswith(b"^XA")
        assert b"^PW1240" in card
        assert b"^GFA" in card
    finally:
        made.close()


def test_a_page_never_goes_to_a_printer_for_labels(tmp_path: Path, sink: PrinterSink) -> None:
    """PDF bytes on a Zebra come out as signs: with one ZPL printer, slips go to the folder."""
    printers = printers_of(Place(tmp_path, "WH-1", "st-07"), tmp_path / "documents", printer="tcp://zd:9100#300,a6")
    assert (printers.label, printers.paper) == ("tcp://zd:9100", "documents")
    assert printers.known["tcp://zd:9100"][1] == PrinterProfile(dpi=300, stock="a6")
    both = printers_of(
        Place(tmp_path, "WH-1", "st-07"), tmp_path / "documents", printer="tcp://zd:9100", paper="lp:office#letter"
    )
    assert (both.paper, both.known["lp:office"][1].paper) == ("lp:office", "letter")


def test_pages_on_a_printer_for_labels_are_refused_at_the_start(tmp_path: Path) -> None:
    """D8.5: only slips as pictures come out of a ZPL printer; lists and customs pages go to the folder."""
    place = Place(tmp_path, "WH-1", "st-07")
    with pytest.raises(ValueError, match=r"--paper tcp://zd:9101: expected a printer of pages, or #slip4x6"):
        printers_of(place, tmp_path, printer="tcp://zd:9100", paper="tcp://zd:9101")
    told = printers_of(place, tmp_path, printer="tcp://zd:9100", paper="tcp://zd:9101#slip4x6")
    slip, pick_list = Print("slip", "FO-4472-1"), Print("pick_list", "FO-4472-1")
    assert (told.of(slip), told.of(pick_list)) == ("tcp://zd:9101", "documents")
    assert "documents" in told.known


def test_a_slip_that_cannot_be_printed_says_why_at_the_bench(tmp_path: Path) -> None:
    made = opened(tmp_path)
    try:
        wanted = Print("slip", "FO-4472-1", carton="C-st-07-0001-000001")
        made.store.spool.add([wanted], lambda wanted: "lp:office", 0)
        job = made.store.spool.next("lp:office")
        assert job is not None
        made.store.spool.failed(job.job, "the slip does not fit")
        order = made.store.job("FO-4472-1")
        assert order is not None
        assert papers_of(made.store, order, ENGLISH) == ("Packing slip → office: not printed: the slip does not fit",)
    finally:
        made.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tcp://zd:9100#600", "expected zpl, pdf, 203"),
        ("ftp://zd", "expected tcp://host:9100, lp:QUEUE or dir:PATH"),
        ("lp:-o", "expected lp:QUEUE of letters"),
        ("tcp://zd:9100#letter", "expected slip4x6 or no paper after # of a ZPL printer"),
    ],
)
def test_an_address_nobody_understands_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        printer_address(text)


def test_a_list_of_printers_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "printers.json").write_text("[1]", "utf-8")
    with pytest.raises(ValueError, match=r"printers\.json: expected an object"):
        printers_of(Place(tmp_path, "WH-1", "st-07"), tmp_path / "documents")


def test_what_draws_labels_is_warm_before_the_first_of_them() -> None:
    """PF1.7: loaded with the fonts, in each language that is printed at this station, before somebody waits."""
    program = (
        "import sys\n"
        "from packstation.devices.printer_profile import PrinterProfile\n"
        "from packstation.station.printing import warm\n"
        "warm({'zebra': ('', PrinterProfile()), 'office': ('', PrinterProfile(language='pdf'))})\n"
        "print({'packstation.documents.zpl.sheet', 'packstation.documents.label', 'packstation.documents.slip',"
        " 'zxingcpp', 'reportlab.pdfgen'}"
        " - set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "set()\n"
