"""A list of any length over a real SQLite table: few pages read, a cursor, a filter, whole lines."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator, Sequence

import pytest
from rich.cells import cell_len

from packstation.screens.drawing import Paper
from packstation.screens.rows import PAGE_ROWS, SqlPages, VirtualList
from tests.steps import calls

HEADS = ("SKU", "Name", "On hand")


@pytest.fixture(scope="module")
def catalog() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE sku (sku TEXT PRIMARY KEY, name TEXT, on_hand INTEGER) STRICT, WITHOUT ROWID")
    rows = ((f"SKU-{number:06d}", f"Mug blue {number}", number % 90) for number in range(100_000))
    connection.executemany("INSERT INTO sku VALUES (?, ?, ?)", rows)
    yield connection
    connection.close()


def pages(connection: sqlite3.Connection) -> SqlPages:
    def ask(query: str, values: Sequence[object]) -> Sequence[tuple[str, ...]]:
        return connection.execute(query, values).fetchall()

    return SqlPages(ask, "sku", ("sku", "name", "on_hand"))


def text_of(rows: VirtualList, paper: Paper, height: int = 20) -> str:
    lines = rows.draw(height, paper)
    assert len(lines) == height
    assert {sum(cell_len(text) for text, _ in line) for line in lines} == {paper.width}
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.mark.parametrize("paper", [Paper(20, 16), Paper(40, 20), Paper(80, 24), Paper(140, 40)], ids=str)
def test_a_hundred_thousand_rows_show_with_three_pages_read(catalog: sqlite3.Connection, paper: Paper) -> None:
    """PF10.7, PF3.1"""
    rows = VirtualList(HEADS, pages(catalog))
    assert "SKU-000000" in text_of(rows, paper)
    assert rows.pages_read <= 3


def test_the_cursor_walks_pages_and_stops_at_both_ends(catalog: sqlite3.Connection) -> None:
    rows = VirtualList(HEADS, pages(catalog))
    paper = Paper(80, 24)
    text_of(rows, paper)
    for _ in range(10):
        rows.pressed("pagedown")
        text_of(rows, paper)
    assert rows.at == 10 * 19
    assert f"SKU-{rows.at:06d}" in text_of(rows, paper)
    rows.pressed("end")
    assert "SKU-099999" in text_of(rows, paper)
    rows.pressed("down")
    assert rows.at == 99_999
    rows.pressed("home")
    rows.pressed("up")
    assert rows.at == 0


def test_typing_narrows_the_list(catalog: sqlite3.Connection) -> None:
    """PF3.3: the first row after a typed filter."""
    rows = VirtualList(HEADS, pages(catalog))
    for letter in "sku-0999":
        rows.pressed(letter)
    text = text_of(rows, Paper(80, 24))
    assert "SKU-099900" in text
    assert "SKU-000000" not in text
    rows.pressed("z")
    assert "Not found: SKU-0999Z" in text_of(rows, Paper(80, 24))
    rows.pressed("backspace")
    assert "SKU-099900" in text_of(rows, Paper(80, 24))


def test_a_percent_sign_finds_itself_only(catalog: sqlite3.Connection) -> None:
    rows = VirtualList(HEADS, pages(catalog))
    rows.pressed("%")
    assert "Not found: %" in text_of(rows, Paper(80, 24))


def test_only_eight_pages_stay_in_memory(catalog: sqlite3.Connection) -> None:
    """PF3.1: at most 5 MB more for 100,000 rows."""
    tracemalloc.start()
    rows = VirtualList(HEADS, pages(catalog))
    for index in range(0, 100_000, PAGE_ROWS):
        rows.row(index)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_hundred_thousand_rows_show_in_few_steps(catalog: sqlite3.Connection) -> None:
    """PF3.1; the ratio itself is a benchmark. A step a row would be a hundred thousand."""
    assert calls(lambda: text_of(VirtualList(HEADS, pages(catalog)), Paper(120, 40), 36)) < 3_000


def test_hostile_cells_stay_in_their_line() -> None:
    class Two:
        def count(self) -> int:
            return 2

        def read(self, first: int, limit: int) -> Sequence[tuple[str, ...]]:
            return [("\x1b[2J[/]", "王小明" * 40, "1"), ("A" * 300, "e\u0301" * 90, "2")][first : first + limit]

    for paper in (Paper(20, 16), Paper(80, 24)):
        assert "\x1b" not in text_of(VirtualList(HEADS, Two()), paper, 12)
