"""The printers of a station by name, and which of them gets which document (devices.md D6.6, D6.7, FL5.16)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec import Struct

from packstation.devices.printer import printer_address
from packstation.devices.printer_profile import PrinterProfile
from packstation.store import Place, Store
from packstation.store.spool import SpoolRow
from packstation.workflows.desk import Job, Print
from packstation.workflows.device_words import print_why
from packstation.workflows.paper_words import print_lost
from packstation.workflows.prompt import Say
from packstation.workflows.texts import Table, words

LABELS = ("label", "lpn", "tote_card", "test")
"""What a label printer prints; everything else is a page of paper."""
FILE = "printers.json"


class Printers(Struct):
    """The printers of a station by name, {name: (URL, profile)}; `label` and `paper`: which gets what unless a packer
    scans another."""

    known: dict[str, tuple[str, PrinterProfile]]
    label: str
    paper: str

    def of(self, wanted: Print) -> str:
        """The printer of a document."""
        here = self.known[self.label][1]
        if wanted.what in LABELS or (not here.takes_paper and here.takes(wanted.what)):
            return self.label
        return self.paper if self.known[self.paper][1].takes(wanted.what) else "documents"

    def takes(self, name: str, what: str) -> bool:
        return name in self.known and (what in LABELS or self.known[name][1].takes(what))

    def use(self, name: str) -> bool:
        """Labels go there from now on, pages too where one printer did both; False when nobody knows it."""
        if name not in self.known:
            return False
        if self.known[name][1].takes_paper and self.paper == self.label:
            self.paper = name
        self.label = name
        return True


def shown(name: str) -> str:
    """A printer's name as people say it.

    >>> shown("tcp://zd420:9100"), shown("lp:office"), shown("pr-zd1")
    ('zd420:9100', 'office', 'pr-zd1')
    """
    return name.partition("://")[2] or name.removeprefix("lp:").removeprefix("dir:")


def printers_of(
    place: Place, documents: Path, *, printer: str | None = None, paper: str | None = None, site: Any = None
) -> Printers:
    """What a station can print on: `printer` and `paper` as addresses or names of the list of printers.

    The list is the site's setting "printers" and the folder's own printers.json, {"pr-zd1": "tcp://zd420:9100#300"}:
    its names are the barcodes on the printers. Raises ValueError for an address that nobody understands.
    """
    known = {name: printer_address(text) for name, text in listed_printers(place, site).items()}
    folder = (f"dir:{documents}", PrinterProfile(language="pdf"))

    def named(text: str | None) -> str | None:
        if text is None or text in known:
            return text
        url, profile = printer_address(text)
        name = "documents" if url.startswith("dir:") else url
        known[name] = (url, profile)
        return name

    label = named(printer)
    pages = named(paper)
    if pages is not None and not known[pages][1].takes("slip"):
        raise ValueError(
            f"--paper {paper}: expected a printer of pages, or #slip4x6 for slips on ZPL, got one for labels alone."
        )
    if label is None or not known[pages or label][1].takes_paper:
        known.setdefault("documents", folder)
    label = label or "documents"
    return Printers(known, label, pages or (label if known[label][1].takes_paper else "documents"))


def listed_printers(place: Place, site: Any) -> dict[str, str]:
    """{name: address} of the site's setting and of the folder's own file, which says more. Raises ValueError."""
    return _listed(site, "setting printers") | _own(place)


def _own(place: Place) -> dict[str, str]:
    path = place.folder / FILE
    if not path.exists():
        return {}
    try:
        return _listed(json.loads(path.read_text("utf-8")), str(path))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected a JSON object of printers, got {error}.") from None


def _listed(table: Any, where: str) -> dict[str, str]:
    if table is None:
        return {}
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise ValueError(
            f'{where}: expected an object such as {{"pr-zd1": "tcp://zd420:9100"}}, got {str(table)[:60]}.'
        )
    return {str(name): text for name, text in table.items()}


def papers_of(store: Store, job: Job, table: Table) -> tuple[str, ...]:
    """The documents of the order's newest box, each with its printer and how far it is."""
    rows = [row for row in store.spool.of_fo(job.doc.fo) if row.state != "void" and row.carton]
    newest = [row for row in rows if row.carton == rows[-1].carton]
    # A printer may take every byte and print nothing: its packer waits for a label that never comes.
    swallowed = any(row.what == "label" and row.state == "sent" for row in newest)
    return (*_told(newest, table), *([words(Say("panel_no_label"), table)] if swallowed else []))


def _told(rows: list[SpoolRow], table: Table) -> tuple[str, ...]:
    return tuple(
        words(
            Say(
                "panel_paper",
                {
                    "what": words(Say(f"paper_{row.what}"), table),
                    "printer": shown(row.printer) or "-",
                    "state": words(_state_of(row), table),
                },
            ),
            table,
        )
        for row in rows
    )


def _state_of(row: SpoolRow) -> Say:
    """How far a document is; what was not printed says why; on paper, also what must be written on it by hand."""
    if row.state == "failed" and row.why:
        return Say("print_is_failed_why", {"why": print_why(row.why)})
    state = Say(f"print_is_{row.state}")
    if row.lost and row.state in ("sent", "confirmed"):
        return Say("print_is_lost", {"state": state, "fields": print_lost(row.lost)})
    return state
