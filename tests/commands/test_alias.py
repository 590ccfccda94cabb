"""`packstation alias`: a proposed code is decided later, without a hub too, and the hub learns of it (FL2.12)."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from packstation.__main__ import main
from tests.commands.hub_shop import files, filled

USERS = """user,name,role,badge,pin
ANN,Ann,packer,B.JQTX3SNZHS324S4G7L4ABCMTNI,053961
EVA,Eva,supervisor,B.DJ6NKCUQ3Z7AWSO6NK633YJWUM,716616
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """SUPPLIER-77 was not known while #4471 was packed, and Ann said it is the blue mug."""
    data = filled(tmp_path)
    given = files(tmp_path / "files")
    (given / "users.csv").write_text(USERS)
    for kind in ("users", "orders"):
        main(["import", kind, str(given / f"{kind}.csv"), "--data", str(data)])
    lines = tmp_path / "shift.txt"
    lines.write_text("@badge ANN\n4471\n4471\nwait:500\nSUPPLIER-77\nwait:500\nkey:f12\ntype:*ALIAS\n*ALIAS\nkey:1\n")
    assert main(["replay", str(lines), "--data", str(data)]) == 0
    return data


PIN = "716616"


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What stands on standard input when a command asks for the PIN."""

    def type_in(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    type_in(f"{PIN}\n" * 9)
    return type_in


def asked(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, dict[str, object]]:
    capsys.readouterr()
    code = main(["alias", *words, "--data", str(data), "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else {}


def barcodes(data: Path) -> list[tuple[str, str]]:
    hub = sqlite3.connect(data / "hub.db")
    try:
        return hub.execute("SELECT code, sku FROM barcode WHERE code = 'SUPPLIER-77'").fetchall()
    finally:
        hub.close()


def test_a_proposed_code_is_listed_with_its_age_and_approved(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """FL2.12, FL9.3: from then on it is a barcode of the item, at the hub too."""
    code, told = asked(capsys, shop, "list")
    (row,) = told["aliases"]  # type: ignore[misc]
    assert (code, row["code"], row["sku"], row["by"]) == (0, "SUPPLIER-77", "BLUE-MUG", "ANN")
    assert row["since_ms"] > 1_600_000_000_000
    assert barcodes(shop) == []
    code, told = asked(capsys, shop, "approve", "SUPPLIER-77", "--by", "EVA")
    assert (code, told) == (0, {"code": "SUPPLIER-77", "sku": "BLUE-MUG", "state": "approved", "by": "EVA"})
    assert barcodes(shop) == [("SUPPLIER-77", "BLUE-MUG")]
    assert asked(capsys, shop, "list") == (0, {"aliases": []})
    assert asked(capsys, shop, "approve", "SUPPLIER-77", "--by", "EVA")[0] == 1


def test_a_rejected_code_stays_unknown(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, shop, "reject", "SUPPLIER-77")[1]["state"] == "rejected"
    assert asked(capsys, shop, "list") == (0, {"aliases": []})
    assert barcodes(shop) == []


def test_only_a_supervisor_decides(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["alias", "approve", "SUPPLIER-77", "--by", "ANN", "--data", str(shop)]) == 1
    assert "--by ANN: expected a user who may decide about codes, got a packer." in capsys.readouterr().err


def test_nobody_decides_without_the_pin(
    shop: Path, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """FL1.3: wrong ones count towards the lock of the bench, and nothing is recorded."""
    capsys.readouterr()
    for text, reason in (
        ("", "PIN of EVA: expected it on the terminal or as a line of standard input, got nothing."),
        *[("000000\n", "PIN of EVA: expected the right one, got a wrong one. Nothing recorded.")] * 5,
        (f"{PIN}\n", "--by EVA: too many wrong PINs; wait 1 min."),
    ):
        typed(text)
        assert main(["alias", "approve", "SUPPLIER-77", "--by", "EVA", "--data", str(shop)]) == 1
        assert reason in capsys.readouterr().err
    assert barcodes(shop) == []
