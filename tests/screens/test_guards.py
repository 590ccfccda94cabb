"""What the job screen may not be built of (PF10.5), and who may know Textual (design, import rule 5)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import packstation.screens

SCREENS = Path(packstation.screens.__file__).parent
PURE = (
    "band",
    "board",
    "drawing",
    "help",
    "job",
    "leave",
    "menu",
    "pages",
    "plain",
    "raw",
    "rows",
    "start",
    "words",
    "work",
)
SLOW = {"DataTable", "ListView", "OptionList", "ProgressBar", "Input"}


@pytest.mark.parametrize(
    "path", [*sorted(SCREENS.glob("*.py")), SCREENS.parent / "app.py"], ids=lambda path: path.stem
)
def test_no_slow_widget_is_named_anywhere_on_the_screens(path: Path) -> None:
    """PF10.5, PF1.10: one update of a DataTable costs more than twenty of our scans."""
    named = {
        name.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert not named & SLOW


def test_drawing_knows_no_textual() -> None:
    """Every page is drawn as data; only sheet.py and app.py put it on a terminal."""
    modules = ", ".join(f"packstation.screens.{name}" for name in PURE)
    program = f"import sys, {modules}\nsys.exit(any(name.split('.')[0] == 'textual' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_the_frame_rate_is_set_before_textual_is_imported() -> None:
    """PF1.12: read once, at import."""
    program = (
        "import os, sys\n"
        "os.environ.pop('TEXTUAL_FPS', None)\n"
        "import packstation.__main__\n"
        "assert 'textual' not in sys.modules\n"
        "import packstation.app\n"
        "from textual.constants import MAX_FPS\n"
        "assert MAX_FPS == 240, MAX_FPS\n"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_nothing_heavy_is_imported_for_the_first_paint() -> None:
    """PF2.4, as far as the screens go."""
    heavy = [
        "reportlab",
        "barcode",
        "PIL",
        "biip",
        "zxingcpp",
        "pypdfium2",
        "uharfbuzz",
        "sqlite_utils",
        "httpx",
        "sqlalchemy",
        "numpy",
    ]
    program = f"import sys, packstation.app\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode().strip() == "[]"
