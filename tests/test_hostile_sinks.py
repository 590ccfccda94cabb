"""The hostile corpus at the sinks of the command line: CSV, file and job names, the sign-in page (D12, X17, X18).

ZPL, PDF, terminal and logs are fed in documents/test_zpl.py, documents/test_hostile_paper.py, test_hostile_orders.py
and sync/test_logs.py.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from packstation.commands.imports import _harmless
from packstation.devices.printer import FolderPrinter, Sent, document_name
from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job, _handed_over
from tests.hostile import Hostile, corpus, one_by_one

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("hostile", one_by_one())
def test_a_cell_is_one_cell_and_no_formula(hostile: Hostile) -> None:
    """CSV: every field quoted, nothing that a spreadsheet runs; read back it is the text, but for our mark."""
    told = io.StringIO()
    out = csv.writer(told, quoting=csv.QUOTE_ALL, lineterminator="\n")
    out.writerow([_harmless(text, on_terminal=False) for text in ("before", hostile.text, "after")])
    csv.field_size_limit(1_000_000)
    ((before, cell, after),) = csv.reader(io.StringIO(told.getvalue(), newline=""))
    assert (before, after) == ("before", "after")
    assert not cell.startswith(FORMULAS)
    assert cell.removeprefix("'") == hostile.text.removeprefix("'")


@pytest.mark.parametrize("hostile", one_by_one())
def test_a_file_or_job_name_is_made_of_id_signs(hostile: Hostile) -> None:
    name = document_name(hostile.text)
    assert 1 <= len(name) <= 100
    assert all(character.isascii() and (character.isalnum() or character in "._-") for character in name)
    assert not name.startswith((".", "-"))


def test_documents_of_hostile_ids_stay_in_their_folder(tmp_path: Path) -> None:
    """Every fifth text as the id of a document: written, in this folder, each in a file of its own."""
    printer = FolderPrinter(f"dir:{tmp_path / 'documents'}", PrinterProfile(language="pdf"))
    assert printer.reach() is printer
    texts = [hostile.text for hostile in corpus()[::5]]
    for n, text in enumerate(texts):
        assert isinstance(_handed_over(printer, Job(str(n), "p", "label", text), b"%PDF"), Sent)
    written = list(tmp_path.rglob("*.pdf"))
    assert {path.parent for path in written} == {tmp_path / "documents"}
    assert len(written) == len(texts)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents"]


def test_the_sign_in_page_shows_words_alone(tmp_path: Path) -> None:
    """HTML: each text as the reason and as a station's name; no element, attribute or script of theirs."""
    pytest.importorskip("textual_serve", reason="not installed: pip install packstation[browser]")
    from html.parser import HTMLParser

    import jinja2

    from packstation.assets import asset

    template = jinja2.Environment(loader=jinja2.FileSystemLoader(str(asset("serve"))), autoescape=True).get_template(
        "login.html"
    )

    class Seen(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: list[tuple[str, tuple[str, ...]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append((tag, tuple(name for name, _ in attrs)))

    def seen(text: str) -> list[tuple[str, tuple[str, ...]]]:
        parser = Seen()
        parser.feed(template.render(stations=[text, "st-08"], chosen="st-08", why=text))
        return parser.tags

    wanted = seen("Badge not known here.")
    for hostile in corpus():
        if len(hostile.text) < 20_000 and hostile.text:
            assert [tag for tag in seen(hostile.text) if tag[0] != "details"] == [
                tag for tag in wanted if tag[0] != "details"
            ], hostile.n
