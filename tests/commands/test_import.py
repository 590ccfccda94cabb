"""`packstation import` and `export`, from outside: summary, exit codes, one line for every trouble."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.hub_shop import filled, packstation, packstation_started, told
from tests.sync.hub.shop import ORDER_HEAD, order_row
from tests.sync.hub_process import HubProcess


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("shop"))


def test_orders_go_in_once_and_the_summary_is_as_promised(shop: Path) -> None:
    """commands.md: created, unchanged, updated, rejected with row, order, path and reason."""
    orders = str(shop.parent / "files" / "orders.csv")
    refused = {"row": 4, "order": "4473", "path": "row[4].sku"}
    for dry, expected in ((True, (2, 0)), (False, (2, 0)), (False, (0, 2))):
        done = packstation("import", "orders", orders, "--json", *(["--dry-run"] if dry else []), data=shop)
        summary = told(done)
        assert (summary["created"], summary["unchanged"], summary["updated"]) == (*expected, 0)
        assert [{name: one[name] for name in refused} for one in summary["rejected"]] == [refused]
        assert "expected an item of the catalog, got 'NOPE'" in summary["rejected"][0]["reason"]
        assert done.returncode == 0
        assert "row 4 4473" in done.stderr


def test_nothing_taken_is_exit_one_with_valid_json(shop: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(ORDER_HEAD + order_row("1", "NOPE"))
    done = packstation_started("import", "orders", str(bad), "--json", data=shop)
    assert done.returncode == 1
    assert told(done)["created"] == 0


@pytest.mark.parametrize(
    ("name", "content", "told_there"),
    [
        ("missing.csv", None, "expected a file, got nothing there"),
        ("empty.csv", b"", "expected the columns"),
        ("short.csv", b"order,sku\n1,2\n", "expected the column ordered_at"),
        ("utf16.csv", "order".encode("utf-16"), "got UTF-16"),
        ("noise.csv", bytes(range(256)) * 40, "expected utf-8, got byte 0x80"),
    ],
    ids=["missing", "empty", "short", "utf16", "noise"],
)
def test_a_file_that_is_none_is_exit_two_and_one_line(
    shop: Path, tmp_path: Path, name: str, content: bytes | None, told_there: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = packstation("import", "orders", str(path), "--json", data=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert told_there in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_format_is_a_usage_error(shop: Path) -> None:
    done = packstation("import", "orders", "x.csv", "--format", "fax", data=shop)
    assert (done.returncode, done.stdout) == (2, "")
    done = packstation("import", "rates", str(shop.parent / "files" / "orders.csv"), data=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected one of the heads" in done.stderr


def test_a_hub_file_that_is_none_is_left_alone(tmp_path: Path) -> None:
    """A damaged hub.db is said, not overwritten."""
    (tmp_path / "hub.db").write_bytes(b"not a database" * 100)
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDER_HEAD + order_row("1"))
    done = packstation("import", "orders", str(orders), data=tmp_path)
    assert done.returncode == 1
    assert "file is not a database" in done.stderr
    assert (tmp_path / "hub.db").read_bytes() == b"not a database" * 100


def test_exports_hold_rows_and_no_names(shop: Path) -> None:
    packstation("import", "orders", str(shop.parent / "files" / "orders.csv"), data=shop)
    as_csv = packstation("export", "orders", data=shop)
    assert as_csv.stdout.splitlines()[0].startswith('"order","channel","number"')
    assert "O'Brien" not in as_csv.stdout
    rows = [
        json.loads(line)
        for line in packstation("export", "stock", "--format", "jsonl", data=shop).stdout.splitlines()
    ]
    blue = next(row for row in rows if (row["site"], row["sku"]) == ("NYC", "BLUE-MUG"))
    assert (blue["on_hand"], blue["allocated"], blue["available"]) == (10, 2, 8)
    for what in ("facts", "parcels"):
        assert packstation("export", what, data=shop).returncode == 0


def test_a_cell_on_a_terminal_commands_it_nothing() -> None:
    """Devices section 12: an order field may hold what a terminal would obey; a file holds it as it came."""
    from packstation.commands.imports import _harmless

    title = "Ann\x1b]0;owned\x07\x9b2J\r\nB"
    assert _harmless(title, on_terminal=False) == title
    shown = _harmless(title, on_terminal=True)
    assert shown.isprintable()
    assert _harmless("\x1b=1+1", on_terminal=True) == "'=1+1"
    assert len(_harmless("x" * 5_000, on_terminal=True)) == 5_000


def test_a_cell_that_begins_like_a_formula_is_made_harmless() -> None:
    """X17: spreadsheets run what begins with = + - @."""
    from packstation.commands.imports import _harmless

    assert [_harmless(text, on_terminal=False) for text in ("=1+1", "+4", "-4", "@a", "\tx", "plain")] == [
        *("'=1+1", "'+4", "'-4", "'@a", "'\tx", "plain")
    ]
    assert _harmless(-4, on_terminal=True) == "-4"


def test_while_a_hub_runs_files_go_through_its_address(tmp_path: Path) -> None:
    """J10: and a second hub on the same files is refused, naming the process."""
    data = filled(tmp_path)
    hub = HubProcess(data)
    try:
        orders = str(tmp_path / "files" / "orders.csv")
        assert told(packstation("import", "orders", orders, "--json", data=data))["created"] == 2
        assert packstation("export", "orders", data=data).stdout.count("\n") == 3
        second = packstation("hub", "serve", "--port", "0", data=data)
        assert second.returncode == 1
        assert f"held by process {hub.told['pid']}" in second.stderr
    finally:
        assert hub.stop()[0] == 0
    assert told(packstation("import", "orders", orders, "--json", data=data))["unchanged"] == 2
