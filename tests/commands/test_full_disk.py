"""Where nothing more can be written, a command ends in one line and an exit code, and goes on when there is room."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from packstation.assets import asset

LIMIT_BYTES = 192 * 1024


def run(*words: str, limited: bool = False) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own; `limited`: no file may grow past a few pages, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, LIMIT_BYTES))

    return subprocess.run(
        [sys.executable, "-m", "packstation", *words],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ,
        preexec_fn=limit if limited else None,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_full_disk_ends_each_command_in_one_line(tmp_path: Path) -> None:
    """Bad input rule, C22: nothing half-written, and the same command works when there is room."""
    folder = str(tmp_path / "shop")
    catalog = asset("demo", "catalog.csv")
    init = ("init", "--data", folder, "--site", "WH-1", "--station", "st-07")
    take = ("import", "catalog", str(catalog), "--data", folder)
    assert run(*init).returncode == 0
    refused = run(*take, limited=True)
    assert (refused.returncode, refused.stderr.count("\n"), refused.stdout) == (1, 1, ""), refused
    assert refused.stderr.startswith("packstation import: ")
    assert run(*take).returncode == 0
    for words in (("sync", "--data", folder), ("backup", str(tmp_path / "kept"), "--data", folder)):
        refused = run(*words, limited=True)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused
        assert run(*words).returncode == 0


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    """`packstation export facts | head`: nothing on stderr."""
    folder = str(tmp_path / "shop")
    run("init", "--data", folder, "--site", "WH-1", "--station", "st-07")
    run("import", "sites", str(asset("demo", "sites.csv")), "--data", folder)
    run("import", "catalog", str(asset("demo", "catalog.csv")), "--data", folder)
    words = [sys.executable, "-m", "packstation", "export", "stock", "--data", folder]
    told = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert told.stdout is not None
    assert told.stderr is not None
    told.stdout.close()
    assert told.stderr.read() == ""
    assert told.wait(timeout=60) in (0, 141)
