"""Printers: a TCP sink with every fault, an `lp` program, and a folder that is killed half-way."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packstation.devices import printer
from packstation.devices.host_status import HostStatus, host_status
from packstation.devices.printer import (
    FolderPrinter,
    NotReady,
    NotSent,
    PrinterProfile,
    Sent,
    Unsure,
    document_name,
    printer_at,
)
from packstation.devices.printer_profile import profile_of
from tests.devices.printer_sink import READY, PrinterSink, status

LABEL = b"^XA^FO20,20^FDFO-4471^FS^XZ\n" * 40


A_SECOND = printer.STATUS_S_MAX


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrinterSink]:
    # A busy machine answers late, and that is no silence.
    monkeypatch.setattr(printer, "STATUS_S_MAX", 30.0)
    sink = PrinterSink()
    yield sink
    sink.close()


def _hand_over(url: str, content: bytes = LABEL, profile: PrinterProfile | None = None) -> object:
    line = printer_at(url, profile).reach()
    if isinstance(line, NotReady):
        return line
    try:
        return line.hand_over(content, "label-FO-4471-1")
    finally:
        line.close()


def test_a_ready_printer_gets_every_byte(sink: PrinterSink) -> None:
    """D6.3."""
    assert _hand_over(sink.url) == Sent(len(LABEL))
    assert sink.waits_for(1) == [LABEL]
    assert sink.asked == 1


def test_a_pdf_printer_is_not_asked(sink: PrinterSink) -> None:
    """D6.3: printers marked as ZPL are asked."""
    content = b"%PDF-1.4 " + bytes(300_000)
    assert _hand_over(sink.url, content, PrinterProfile(language="pdf")) == Sent(len(content))
    assert sink.waits_for(1) == [content]
    assert sink.asked == 0


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("paper_out", "paper out"),
        ("paused", "paused"),
        ("buffer_full", "buffer full"),
        ("cold", "too cold"),
        ("hot", "too hot"),
        ("head_up", "head up"),
        ("ribbon_out", "ribbon out"),
    ],
)
def test_a_printer_in_trouble_says_which_and_gets_nothing(sink: PrinterSink, field: str, why: str) -> None:
    """D6.3, FL5.16."""
    sink.hs = status(**{field: "1"})
    assert _hand_over(sink.url, profile=PrinterProfile(answers_hs=True)) == NotReady(why)
    sink.waits_until_idle()
    assert sink.taken == []


def test_a_status_is_read_field_by_field() -> None:
    """D6.3: strings 1 and 2; a label waiting to be peeled is no trouble."""
    assert host_status(READY) == HostStatus(())
    answer = status(paper_out="1", head_up="1", formats="003", labels_left="00000012", label_waiting="1")
    assert host_status(answer) == HostStatus(("head up", "paper out"), 3, 12, True)
    assert host_status(READY[:60]) is None
    assert host_status(b"\x02a\x03\x02b\x03\x02c\x03") is None


@given(st.binary(max_size=300))
def test_no_answer_to_a_status_raises(answer: bytes) -> None:
    host_status(answer)
    host_status(b"\x02" + answer + b"\x03" + READY)


def test_silence_means_not_ready_and_takes_one_second(sink: PrinterSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """D6.3: without media or ribbon, and with an open head, Zebra printers send nothing at all."""
    monkeypatch.setattr(printer, "STATUS_S_MAX", A_SECOND)
    sink.hs = None
    began = time.monotonic()
    outcome = _hand_over(sink.url, profile=PrinterProfile(answers_hs=True))
    assert isinstance(outcome, NotReady)
    assert outcome.why.startswith("does not say it is ready")
    assert time.monotonic() - began >= A_SECOND == 1.0
    assert sink.taken == []


def test_half_a_status_means_not_ready(sink: PrinterSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "STATUS_S_MAX", 0.2)
    sink.hs = READY[:50]
    assert isinstance(_hand_over(sink.url, profile=PrinterProfile(answers_hs=True)), NotReady)


def test_a_printer_that_has_answered_before_must_answer_again(
    sink: PrinterSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6.3: one that never answered is believed."""
    known = printer_at(sink.url, PrinterProfile())
    for answer, patience_s, ready in ((None, 0.1, True), (READY, 30.0, True), (None, 0.1, False)):
        monkeypatch.setattr(printer, "STATUS_S_MAX", patience_s)
        monkeypatch.setattr(printer, "SILENT_S_MAX", patience_s)
        sink.hs = answer
        line = known.reach()
        assert isinstance(line, NotReady) is not ready
        if not isinstance(line, NotReady):
            line.close()


def test_a_printer_that_never_answers_is_waited_for_a_whole_second_only_once(
    sink: PrinterSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PF1.7: its labels would each come a second late; one that begins to answer is heard all the same."""
    monkeypatch.setattr(printer, "STATUS_S_MAX", A_SECOND)
    sink.hs = None
    known = printer_at(sink.url, PrinterProfile())
    spent_s = []
    for _ in range(6):
        began = time.monotonic()
        line = known.reach()
        assert not isinstance(line, NotReady)
        spent_s.append(time.monotonic() - began)
        line.close()
    assert spent_s[0] >= A_SECOND
    assert min(spent_s[1:]) < A_SECOND
    monkeypatch.setattr(printer, "SILENT_S_MAX", 30.0)
    sink.hs = status(paper_out="1")
    assert known.reach() == NotReady("paper out")


def test_an_answer_that_comes_late_is_heard_while_the_label_leaves(
    sink: PrinterSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6.3: a printer on a bad Wi-Fi that was silent once is not deaf for ever; from then on its silence counts."""
    monkeypatch.setattr(printer, "STATUS_S_MAX", 0.0)
    monkeypatch.setattr(printer, "FAREWELL_S_MAX", 30.0)
    known = printer_at(sink.url, PrinterProfile())
    line = known.reach()
    assert not isinstance(line, NotReady)
    assert line.hand_over(LABEL, "label-FO-4471-1") == Sent(len(LABEL))
    line.close()
    sink.hs = None
    assert isinstance(known.reach(), NotReady)


def test_a_printer_that_is_off_is_not_ready(sink: PrinterSink) -> None:
    sink.switch_off()
    assert _hand_over(sink.url) == NotReady("refuses the connection")


@pytest.mark.parametrize("cut_at", [1, 7, len(LABEL) - 1])
def test_a_cut_after_the_first_byte_leaves_us_unsure(sink: PrinterSink, cut_at: int) -> None:
    """D6.2."""
    sink.cut_at = cut_at
    assert isinstance(_hand_over(sink.url), Unsure)


def test_a_printer_that_stops_taking_bytes_leaves_us_unsure(
    sink: PrinterSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D6.2: a printer that accepts and never prints."""
    monkeypatch.setattr(printer, "STALL_S_MAX", 0.5)
    sink.stalled = True
    outcome = _hand_over(sink.url, bytes(20_000_000))
    assert isinstance(outcome, Unsure)
    assert "stopped taking bytes after" in outcome.why


@pytest.mark.parametrize(
    "url",
    [
        "tcp://",
        "tcp://host:0",
        "tcp://host:99999",
        "tcp://a b:9100",
        "lp:",
        "lp:-d",
        "lp:a b",
        "lp:a;b",
        "dir:",
        "usb:1",
        "",
    ],
)
def test_an_address_that_is_none_says_what_was_expected(url: str) -> None:
    with pytest.raises(ValueError, match=r"printer .*: expected "):
        printer_at(url)


# --- lp ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named lp, first in the path, that writes down its arguments and what it reads."""
    program = tmp_path / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys, time\n"
        f"here = pathlib.Path({str(tmp_path)!r})\n"
        "(here / 'arguments').write_text('\\n'.join(sys.argv[1:]))\n"
        "(here / 'content').write_bytes(sys.stdin.buffer.read())\n"
        "time.sleep(float((here / 'sleep').read_text()) if (here / 'sleep').exists() else 0)\n"
        "if (here / 'refuse').exists():\n"
        "    sys.exit('lp: The printer or class does not exist.')\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize(("language", "option"), [("zpl", "raw"), ("pdf", "print-scaling=none")])
def test_a_queue_gets_the_bytes_on_stdin_and_ids_as_arguments(lp: Path, language: str, option: str) -> None:
    """D6.4: no shell, no scaling."""
    assert _hand_over("lp:ZD420_PS1", profile=PrinterProfile(language=language)) == Sent(len(LABEL))  # type: ignore[arg-type]
    assert (lp / "content").read_bytes() == LABEL
    assert (lp / "arguments").read_text().split("\n") == ["-d", "ZD420_PS1", "-t", "label-FO-4471-1", "-o", option]


def test_a_queue_that_refuses_took_nothing(lp: Path) -> None:
    (lp / "refuse").touch()
    assert _hand_over("lp:ZD420") == NotSent("lp refused: lp: The printer or class does not exist.")


def test_a_queue_that_hangs_leaves_us_unsure(lp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "LP_S_MAX", 1.0)
    (lp / "sleep").write_text("20")
    assert isinstance(_hand_over("lp:ZD420"), Unsure)


def test_a_machine_without_lp_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _hand_over("lp:ZD420") == NotSent("lp is not installed here")


def _cups() -> str:
    """Why no queue of a real CUPS can be made here, or ""."""
    if not all(shutil.which(program) for program in ("lp", "lpadmin", "lpstat")):
        return "CUPS is not installed: lp, lpadmin and lpstat are expected on the path"
    told = subprocess.run(["lpstat", "-r"], capture_output=True, text=True, timeout=10, check=False)
    return "" if "is running" in told.stdout else "the scheduler of CUPS does not run: start cupsd"


@pytest.mark.parametrize("language", ["zpl", "pdf"])
def test_a_real_queue_hands_on_every_byte(language: str) -> None:
    """D6.4: our lp: path through CUPS itself and a raw queue, to a socket that plays the printer."""
    if _cups():
        pytest.skip(_cups())
    queue = f"packstation-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        device = f"socket://127.0.0.1:{server.getsockname()[1]}"
        made = subprocess.run(
            ["lpadmin", "-p", queue, "-E", "-v", device, "-m", "raw"], capture_output=True, timeout=20, check=False
        )
        if made.returncode:
            pytest.skip(f"no right to make a queue: {made.stderr.decode().strip()[:100]}")
        try:
            profile = PrinterProfile(language=language)  # type: ignore[arg-type]  # one of the two
            assert _hand_over(f"lp:{queue}", profile=profile) == Sent(len(LABEL))
            connection, _ = server.accept()
            with connection:
                connection.settimeout(20)
                assert b"".join(iter(lambda: connection.recv(65_536), b"")) == LABEL
        finally:
            subprocess.run(["lpadmin", "-x", queue], capture_output=True, timeout=20, check=False)


# --- a folder ----------------------------------------------------------------------------------------------------


def test_a_folder_gets_a_whole_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    """D6.5."""
    folder = tmp_path / "documents"
    assert _hand_over(f"dir:{folder}") == Sent(len(LABEL), str(folder / "label-FO-4471-1.zpl"))
    written = folder / "label-FO-4471-1.zpl"
    assert written.read_bytes() == LABEL
    assert written.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in folder.iterdir()) == [".packstation-documents", "label-FO-4471-1.zpl"]


def test_a_folder_that_cannot_be_written_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file")
    assert isinstance(_hand_over(f"dir:{tmp_path / 'documents'}"), NotReady)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("label-FO-4471-1", "label-FO-4471-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "document"),
        ("", "document"),
        ("-rf", "rf"),
        ("a\x00b\x1b[2J^XZ", "a-b--2J-XZ"),
        ("CON", "xCON"),
        ("nul.pdf", "xnul.pdf"),
        ("María's label/1", "Mar-a-s-label-1"),
        ("x" * 300, "x" * 100),
    ],
)
def test_file_names_are_made_of_ids_and_nothing_else(text: str, name: str) -> None:
    """Section 12, D6.5."""
    assert document_name(text) == name


@given(st.text(max_size=200))
def test_no_text_leaves_its_folder(text: str) -> None:
    name = document_name(text)
    assert 1 <= len(name) <= 100
    assert not name.startswith((".", "-"))
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def test_a_kill_while_writing_never_leaves_half_a_document(tmp_path: Path) -> None:
    """D6.5: what has the name of a document is whole."""
    folder = tmp_path / "documents"
    size = 8_000_000
    writer = (
        "from packstation.devices.printer import printer_at\n"
        f"line = printer_at('dir:{folder}').reach()\n"
        "for n in range(1000):\n"
        f"    line.hand_over(bytes({size}), f'label-{{n % 50}}')\n"
    )
    for delay_s in (0.02, 0.05, 0.09):
        process = subprocess.Popen([sys.executable, "-c", writer])
        deadline = time.monotonic() + 20
        while not list(folder.glob("label-*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = list(folder.glob("label-*"))
        assert found
        assert {path.stat().st_size for path in found} == {size}
        for path in found:
            path.unlink()


def test_documents_go_after_thirty_days_and_foreign_files_never(tmp_path: Path) -> None:
    """D6.5."""
    ours = FolderPrinter(f"dir:{tmp_path / 'documents'}", PrinterProfile())
    theirs = FolderPrinter(f"dir:{tmp_path / 'holiday'}", PrinterProfile())
    theirs.folder.mkdir()
    (theirs.folder / "photo.pdf").write_bytes(b"photo")
    for folder in (ours, theirs):
        line = folder.reach()
        assert not isinstance(line, NotReady)
        line.hand_over(LABEL, "label-1")
    (ours.folder / "notes.txt").write_text("mine")
    in_29_days, in_31_days = (int(time.time()) + days * 86_400 for days in (29, 31))
    assert (ours.tidy(in_29_days), theirs.tidy(in_31_days)) == (0, 0)
    assert ours.tidy(in_31_days) == 1
    assert sorted(path.name for path in ours.folder.iterdir()) == [".packstation-documents", "notes.txt"]


def test_words_that_contradict_each_other_are_refused() -> None:
    """D6.6: a slip of the pen is told at start-up, not by a label of the wrong size."""
    for words, told in (("zpl,pdf", "'zpl' and 'pdf'"), ("300,a6,203", "'300' and '203'")):
        with pytest.raises(ValueError, match=f"expected one of {told} after #, got both"):
            profile_of(f"tcp://zd420:9100#{words}")
    assert profile_of("tcp://zd420:9100#pdf,pdf,300")[1].dpi == 300
