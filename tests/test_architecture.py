"""The house stands as it was drawn: floors, pure rooms, and a README map that names every room."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PURE = (
    "packstation.workflows.packing",
    "packstation.workflows.picking",
    "packstation.workflows.shipping",
    "packstation.workflows.texts",
    "packstation.workflows.start",
    "packstation.cartons",
    "packstation.waves.plan",
    "packstation.scan",
    "packstation.safe",
    "sync.facts",
    "sync.protocol",
    "sync.hub.orders",
    "sync.hub.routing",
    "sync.hub.stock",
)
IMPURE = (
    "textual", "rich", "serial", "httpx", "sqlalchemy", "sqlite_utils", "sqlite3", "fastapi", "starlette", "uvicorn",
    "reportlab", "barcode", "PIL", "zxingcpp", "pypdfium2", "uharfbuzz", "argon2", "biip", "numba", "ortools",
    "socket", "subprocess", "asyncio", "multiprocessing", "random", "secrets",
)  # fmt: skip
BEFORE_FIRST_PAINT = (
    "reportlab", "barcode", "PIL", "biip", "zxingcpp", "pypdfium2", "uharfbuzz", "sqlite_utils", "httpx",
    "sqlalchemy", "numpy", "fastapi", "numba", "ortools",
)  # fmt: skip
LINES_MAX = 400
OVER_400_LINES_FOR_A_REASON = {
    "sync/facts.py": "one vocabulary, read from top to bottom",
}


def loaded_by(code: str) -> set[str]:
    """The top-level modules a fresh Python has after running the code."""
    names = "' '.join(sorted(m.partition('.')[0] for m in sys.modules))"
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint({names})"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    return set(shown.stdout.split())


def test_the_import_contracts_hold() -> None:
    """DESIGN, import rules: every contract in pyproject.toml is kept, and every module has its floor."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("module", PURE)
def test_a_pure_room_loads_nothing_impure(module: str) -> None:
    """DESIGN, import rule 3, seen from outside: a fresh process has none of these after the import."""
    assert not loaded_by(f"import {module}") & set(IMPURE)


def test_the_screens_load_nothing_slow_before_the_first_paint() -> None:
    """PF2.4, PF10.1: what is not needed to show the first screen is loaded after it."""
    code = "import packstation.__main__, packstation.app, packstation.station, packstation.store"
    assert not loaded_by(code) & set(BEFORE_FIRST_PAINT)


def test_a_command_without_a_screen_loads_no_textual() -> None:
    """PF2.3: commands without a screen never import Textual."""
    code = "from packstation.__main__ import main\ntry:\n main(['cartonize', '--help'])\nexcept SystemExit: pass"
    assert "textual" not in loaded_by(code)


def test_the_frame_rate_is_set_before_textual_is_imported() -> None:
    """PF1.12, PF10.5: Textual reads TEXTUAL_FPS once, when it is imported."""
    code = (
        "import packstation.__main__, os, sys\n"
        "assert os.environ['TEXTUAL_FPS'] == '240'\n"
        "assert 'textual' not in sys.modules\n"
    )
    loaded_by(code)


def test_the_map_in_the_readme_names_every_room() -> None:
    """Issue 2.12: the README's map and the tree are the same, in both directions."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- map -->\n```\n(.*?)```", readme, re.DOTALL)
    assert block is not None, "the README has no map"
    named = {line.split()[0] for line in block[1].splitlines() if line.strip()}
    rooms = set()
    for package in ("packstation", "sync", "sync/hub"):
        for path in (ROOT / package).iterdir():
            name = path.relative_to(ROOT).as_posix()
            if path.is_dir() and any(path.glob("*.py")):
                rooms.add(f"{name}/")
            elif path.suffix in (".py", ".tcss") and path.name != "__init__.py":
                rooms.add(name)
    named_rooms = {name for name in named if name.startswith(("packstation/", "sync/"))}
    assert named_rooms == rooms
    assert {name for name in named - named_rooms if not (ROOT / name.rstrip("/")).exists()} == set()


def test_no_room_outgrew_one_file() -> None:
    """DESIGN, the house: a room that grows past 400 lines becomes a folder of the same name."""
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for package in ("packstation", "sync")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX
    }
    assert not set(long) - set(OVER_400_LINES_FOR_A_REASON), long


def test_nothing_is_swallowed() -> None:
    """DESIGN, style: an `except` that catches everything and passes fails the build."""
    guilty = []
    for package in ("packstation", "sync"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if re.search(r"except( Exception| BaseException)?( as \w+)?:\s*\n\s*(pass|\.\.\.)\s*(#.*)?\n", text):
                guilty.append(path.relative_to(ROOT).as_posix())
    assert guilty == []


def test_what_a_scan_changes_is_copied_the_fast_way() -> None:
    """PF1.5, PF2.1: desk, answer, prompt and outcome are Structs, whose `replace` is msgspec's; mypy takes either."""
    of_papers = {"packstation/station/paper.py", "packstation/station/supplies.py"}
    guilty = set()
    for room in ("workflows", "screens", "station", "store"):
        for path in (ROOT / "packstation" / room).rglob("*.py"):
            if re.search(r"^from dataclasses import .*\breplace\b", path.read_text(encoding="utf-8"), re.MULTILINE):
                guilty.add(path.relative_to(ROOT).as_posix())
    assert guilty <= of_papers
