"""Files of a small shop for the commands that take them, and `packstation` as a shop runs it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from packstation.__main__ import main
from tests.sync.hub.shop import CATALOG, LOCATIONS, ORDER_HEAD, SITES, STOCK, order_row

ROOT = Path(__file__).resolve().parent.parent.parent


def packstation(*words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command as `python -m packstation` runs it, in this process: starting Pythons is not what is tested."""
    where = [] if data is None else ["--data", str(data)]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([*words, *where])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    told_out, told_err = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))  # type: ignore[attr-defined]
    assert "Traceback" not in told_err, told_err
    return subprocess.CompletedProcess(list(words), code, told_out, told_err)


def packstation_started(*words: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    where = [] if data is None else ["--data", str(data)]
    done = subprocess.run(
        [sys.executable, "-m", "packstation", *words, *where],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def files(folder: Path) -> Path:
    """The shop's files in a folder."""
    folder.mkdir(exist_ok=True)
    orders = ORDER_HEAD + order_row("4471") + order_row("4472", "RED-MUG", 3) + order_row("4473", "NOPE")
    for name, text in (
        *(("sites", SITES), ("catalog", CATALOG), ("locations", LOCATIONS), ("stock", STOCK)),
        ("orders", orders),
    ):
        (folder / f"{name}.csv").write_text(text)
    return folder


def filled(folder: Path) -> Path:
    """A data directory with a station, a hub and goods, without orders."""
    data = folder / "data"
    given = files(folder / "files")
    # In this process: starting a dozen Pythons is not what these tests are about.
    assert main(["init", "--site", "NYC", "--station", "st-07", "--data", str(data)]) == 0
    for kind in ("sites", "catalog", "locations", "stock"):
        assert main(["import", kind, str(given / f"{kind}.csv"), "--data", str(data)]) == 0
    return data


def told(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON a command printed, and nothing beside it."""
    return json.loads(done.stdout)
