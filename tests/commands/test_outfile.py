"""What --out names: a file is whole or not there, and what is no file is never replaced by one."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from packstation.commands.outfile import write_whole


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_or_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"%PDF label")
        assert os.read(reader, 100) == b"%PDF label"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_bytes(b"old")
    link = tmp_path / "label.pdf"
    link.symlink_to("real.pdf")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.pdf").read_bytes() == b"new"


def test_a_folder_is_no_file_and_nothing_is_left_lying_about(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "label.pdf"):
        with pytest.raises(OSError, match=r"Is a directory|No such file|Permission denied"):
            write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == []
