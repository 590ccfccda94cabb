"""What the main states look like, as SVG: the real station's Prompts at the three sizes (D13.5).

A picture that changed on purpose is written anew with `python -m tests.screens.test_snapshots`, and looked at before
it is committed. They are drawn from our own pictures, so no version of Textual changes them; Rich writes the SVG, and
another version of it is no judge.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from packstation.screens.drawing import Paper, Picture
from packstation.screens.job import JobScreen
from packstation.screens.looks import style
from packstation.station.language import table_of
from tests.shop import ANN, BLUE_MUG, PLATE, WHITE_MUG, Bench, bench

FOLDER = Path(__file__).parent / "snapshots"
WRITTEN_BY = FOLDER / "rich.txt"
SIZES = ((80, 24), (40, 20), (20, 16))


def start(made: Bench) -> None:
    made.key("*SIGNOUT")


def packing(made: Bench) -> None:
    made.scan("FO-4472-1", "FO-4472-1", BLUE_MUG)


def wrong(made: Bench) -> None:
    packing(made)
    made.scan(WHITE_MUG)


def short(made: Bench) -> None:
    packing(made)
    made.key("f5")


def stopped(made: Bench) -> None:
    packing(made)
    made.scan(PLATE)
    made.key("=2000")


def held(made: Bench) -> None:
    wrong(made)
    made.scan(PLATE, gap_ms=100)


STATES: dict[str, tuple[Callable[[Bench], None], str, str]] = {
    "start": (start, "de", "default"),
    "packing": (packing, "en", "default"),
    "wrong": (wrong, "en", "contrast"),
    "short": (short, "es", "default"),
    "stop": (stopped, "de", "default"),
    "held": (held, "en", "ansi"),
}


def drawn(picture: Picture, paper: Paper, theme: str) -> str:
    """The picture as SVG, the same bytes for the same cells and colours."""
    out = Console(
        file=io.StringIO(), width=paper.width, record=True, force_terminal=True, color_system="256",
        legacy_windows=False, _environ={},
    )  # fmt: skip
    for line in picture.lines:
        text = Text(no_wrap=True, overflow="crop")
        for words, look in line:
            text.append(words, style(look, theme))
        out.print(text, end="\n", crop=True)
    svg = out.export_svg(title="packstation", unique_id="packstation")
    return re.sub(r"[ \t]+$", "", svg, flags=re.M).rstrip("\n") + "\n"


def shown(folder: Path, state: str, size: tuple[int, int]) -> str:
    lead, language, theme = STATES[state]
    made = bench(folder, signed_in=ANN)
    made.station.table = table_of(language)
    lead(made)
    paper = Paper(*size, language=language)
    status = replace(made.station.status(), clock="14:02")  # the wall clock of whoever looks
    svg = drawn(JobScreen().draw(made.station.prompt(), status, paper), paper, theme)
    made.store.close()
    return svg


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_as_it_did(state: str, size: tuple[int, int], tmp_path: Path) -> None:
    """D13.5: colour, place and words of the whole screen."""
    written_by = WRITTEN_BY.read_text(encoding="utf-8").strip()
    if version("rich") != written_by:
        pytest.skip(f"the pictures were written by Rich {written_by}, this is {version('rich')}")
    before = (FOLDER / f"{state}-{size[0]}x{size[1]}.svg").read_text(encoding="utf-8")
    assert shown(tmp_path, state, size) == before


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    WRITTEN_BY.write_text(f"{version('rich')}\n", encoding="utf-8")
    for state in STATES:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                svg = shown(Path(folder), state, size)
            (FOLDER / f"{state}-{size[0]}x{size[1]}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    write()
