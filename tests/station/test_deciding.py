"""Proposed codes and measured sizes, decided at the bench by badge and PIN (FL2.12, FL1.13, CT6.4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from packstation.station.language import table_of
from packstation.workflows.prompt import Cue
from sync import facts as f
from sync.protocol import Deed
from tests.shop import ANN, BEN, EVA, EVA_PIN, Bench, bench, item


def proposed(folder: Path, *codes: str) -> Bench:
    made = bench(folder)
    facts = [f.AliasProposed(code=code, sku="BLUE-MUG", symbology="]E0") for code in codes]
    made.station.record([Deed(None, fact) for fact in facts])
    return made


def approved(made: Bench, reason: str = "1") -> str:
    made.scan(EVA)
    made.key(f"={EVA_PIN}")
    return str(made.key(reason).message)


def decisions(made: Bench) -> list[f.Fact]:
    kinds = ("OverrideGiven", "AliasApproved", "AliasRejected", "SizeApproved")
    return [entry.fact for entry in made.store.journal.of_kinds(kinds)]


def test_a_supervisor_approves_a_code_at_the_bench(tmp_path: Path) -> None:
    """FL2.12: offline too; both names stand in the facts, and the code is an item from then on."""
    made = proposed(tmp_path, "SUPPLIER-77")
    assert not made.station.online
    made.key("*APPROVE")
    shown = made.station.prompt()
    assert (shown.state, shown.choices) == ("APPROVE", (("1", "SUPPLIER-77 = MUG BLUE 350? (Ann)"),))
    made.key("1", "1")
    assert made.station.prompt().instruction.startswith("Supervisor: scan badge")
    assert approved(made) == "SUPPLIER-77 is MUG BLUE 350 from now on. Approved by Eva."
    assert decisions(made) == [
        f.OverrideGiven(what="ov.alias", by="EVA", reason="checked"),
        f.AliasApproved(code="SUPPLIER-77", sku="BLUE-MUG", by="EVA"),
    ]
    assert made.key("*APPROVE").message == "Nothing waits to be approved."


def test_a_code_is_rejected_by_scans_alone(tmp_path: Path) -> None:
    """FL10.3: every step has a command barcode; only badge and PIN are more."""
    made = proposed(tmp_path, "SUPPLIER-77")
    made.scan("*APPROVE", "*1", "*2", EVA)
    made.key(f"={EVA_PIN}")
    assert made.scan("*1").message == "SUPPLIER-77 is not MUG BLUE 350. Approved by Eva."
    assert decisions(made)[-1] == f.AliasRejected(code="SUPPLIER-77", by="EVA")


def test_nobody_decides_without_the_right(tmp_path: Path) -> None:
    made = proposed(tmp_path, "SUPPLIER-77")
    made.key("*APPROVE", "1", "1")
    assert made.scan(BEN).message == "Ben may not approve a new code."
    made.scan(EVA)
    assert made.key("=000000").cue is Cue.STOP
    assert decisions(made) == []
    made.key("*BACK", "*BACK")
    assert made.station.state == "IDLE"
    made.key("*APPROVE")
    assert len(made.station.prompt().choices) == 1


def test_a_measured_size_becomes_the_catalog_s_or_not(tmp_path: Path) -> None:
    """CT6.4: three measurements that agree; rejecting them keeps what the catalog says."""
    for answer, size, said in (
        ("1", (122, 98, 92), "MUG BLUE 350 is 122×98×92 mm from now on. Approved by Eva."),
        ("2", (100, 90, 80), "MUG BLUE 350 stays 100×90×80 mm. Approved by Eva."),
    ):
        made = bench(tmp_path / answer)
        measured = f.SizeMeasured(sku="BLUE-MUG", size_mm=(122, 98, 92), weight_g=355, how="typed")
        for _ in range(3):
            made.station.record([Deed(None, measured)])
        made.key("*APPROVE")
        assert made.station.prompt().choices == (("1", "MUG BLUE 350: measured 122×98×92 mm, catalog 100×90×80"),)
        made.key("1", answer)
        assert approved(made) == said
        weight_g = 355 if answer == "1" else None
        assert decisions(made)[-1] == f.SizeApproved(sku="BLUE-MUG", size_mm=size, by="EVA", weight_g=weight_g)
        assert made.key("*APPROVE").message == "Nothing waits to be approved."


def test_many_proposals_turn_pages(tmp_path: Path) -> None:
    made = proposed(tmp_path, *(f"SUPPLIER-{n}" for n in range(11)))
    made.key("*APPROVE")
    assert len(made.station.prompt().choices) == 10
    made.key("0")
    assert [number for number, _ in made.station.prompt().choices] == ["1", "2", "0"]
    made.key("2", "1")
    approved(made)
    last = decisions(made)[-1]
    assert isinstance(last, f.AliasApproved)
    assert last.code in {"SUPPLIER-9", "SUPPLIER-10", "SUPPLIER-8"}


def test_deciding_waits_until_nothing_is_open(tmp_path: Path) -> None:
    made = proposed(tmp_path, "SUPPLIER-77")
    made.scan("FO-4471-1", "FO-4471-1")
    assert made.key("*APPROVE").message == "Approve only while nothing is open."
    assert made.station.state == "CARTON"


def test_a_lock_or_a_restart_forgets_the_question_and_keeps_the_proposal(tmp_path: Path) -> None:
    made = proposed(tmp_path, "SUPPLIER-77")
    made.key("*APPROVE", "1", "*LOCK")
    made.scan(ANN)
    assert made.station.state == "IDLE"
    made.key("*APPROVE")
    made.key("*SIGNOUT")
    made.scan(ANN)
    assert made.station.state == "IDLE"
    assert made.facts("") == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_it_is_asked_in_the_site_s_language(tmp_path: Path, language: str) -> None:
    made = proposed(tmp_path, "SUPPLIER-77")
    made.change(*item("TEA-2", "TEA", "40123455"))
    english = made.station.prompt().keys
    made.station.table = table_of(language)
    made.key("*APPROVE")
    assert made.station.prompt().title in ("Codes und Maße freigeben", "Aprobar códigos y medidas")
    assert {key.command for key in english} >= {"*APPROVE", "*SELFTEST"}
