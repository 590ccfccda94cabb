"""Logs are JSON lines with ids only: no name, address, badge or token, whoever writes them (D12, X10, X16)."""

from __future__ import annotations

import ast
import json
import logging
import stat
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.logs import FILE_BYTES_MAX, FILES_KEPT, IDS, OneLine, OwnFile, ids, logged_to, reduced
from tests.hostile import one_by_one

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST = ("at", "level", "log", "event")


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    with logged_to(OwnFile(tmp_path / "station.log")):
        yield tmp_path / "station.log"


def test_a_line_tells_when_how_bad_who_and_what_then_ids(path: Path) -> None:
    log = logging.getLogger("packstation.printer")
    log.warning("print", extra=ids(state="waiting", printer="tcp://zd420:9100", job=17, fo=None))
    (line,) = lines_of(path)
    assert tuple(line)[:4] == FIRST
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "warning",
        "log": "packstation.printer",
        "event": "print",
        "job": 17,
        "printer": "tcp://zd420:9100",
        "state": "waiting",
    }


def test_an_error_is_its_type_and_places_never_its_text(path: Path) -> None:
    try:
        raise ValueError("cannot print 'Jane Doe, 5 Mill Lane'")
    except ValueError:
        logging.getLogger("packstation.app").exception("crashed")
    (line,) = lines_of(path)
    assert line["error"] == "ValueError"
    assert line["where"][-1].startswith("test_logs.py:")
    assert "Jane" not in path.read_text(encoding="ascii")


def test_arguments_and_the_words_of_libraries_are_not_written(path: Path) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved: ValueError('Jane Doe')")
    logging.getLogger("uvicorn.error").warning("odd request from %s", "Jane Doe")
    logging.getLogger("packstation.x").warning("not for %s", "Jane Doe")
    warnings.warn("Jane Doe is deprecated", stacklevel=1)
    assert [line["log"] for line in lines_of(path)] == ["asyncio", "uvicorn.error", "packstation.x", "py.warnings"]
    assert "Jane" not in path.read_text(encoding="ascii")


def test_the_error_that_ends_a_process_is_logged(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), logged_to(OwnFile(tmp_path / "station.log")):
        raise RuntimeError("Jane Doe")
    (line,) = lines_of(tmp_path / "station.log")
    assert (line["event"], line["error"]) == ("ended by an error", "RuntimeError")


def test_a_thread_that_dies_is_logged(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise OSError("cable")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [(line["event"], line["error"]) for line in lines_of(path)] == [("thread ended", "OSError")]


@pytest.mark.parametrize("hostile", one_by_one())
def test_a_hostile_id_is_one_quiet_line(hostile: Any) -> None:
    """X18: whatever stands in an id, the log stays one JSON object a line of plain ASCII, and short."""
    record = logging.makeLogRecord(
        {"name": "packstation.printer", "msg": "print", "levelname": "INFO", **ids(fo=hostile.text)}
    )
    told = OneLine().format(record)
    assert told.isascii()
    assert told.isprintable()
    assert len(told) < 300
    assert json.loads(told)["fo"] == reduced(hostile.text)


@pytest.mark.parametrize(
    "secret",
    [
        "B.ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "k3J9x0QmW7-uYtR5_pLzA1sDfGhJkXcVbNmQwErTyUi",
    ],
)
def test_badges_and_tokens_are_written_as_secret(secret: str) -> None:
    assert reduced(secret) == "secret"
    assert reduced(f"http://hub/{secret}") == "http://hub/secret"


def test_files_turn_over_and_are_their_owners_alone(path: Path) -> None:
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one, OwnFile))
    assert (handler.maxBytes, handler.backupCount) == (FILE_BYTES_MAX, FILES_KEPT - 1)
    handler.maxBytes = 2_000
    log = logging.getLogger("packstation.printer")
    for n in range(200):
        log.info("print", extra=ids(job=n, state="sent"))
    files = sorted(path.parent.glob("station.log*"))
    assert len(files) == FILES_KEPT
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert lines_of(path)[-1]["job"] == 199
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_disk_that_takes_nothing_costs_lines_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with logged_to(OwnFile(tmp_path / "gone" / "station.log")):
        logging.getLogger("packstation.run").info("started", extra=ids(pid=1))
    assert capfd.readouterr() == ("", "")


def test_every_call_in_the_source_has_a_constant_sentence_and_known_ids() -> None:
    """D12: nothing that an order brought can be put into a log by writing one more line of code."""
    calls = 0
    for package in ("packstation", "sync"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if node.func.attr not in ("debug", "info", "warning", "error", "exception", "critical", "log"):
                    continue
                if ast.unparse(node.func.value) not in ("log", "logger") and "getLogger" not in ast.unparse(
                    node.func
                ):
                    continue
                calls += 1
                told = node.args[1:] if node.func.attr == "log" else node.args
                where = f"{file.relative_to(ROOT)}:{node.lineno}"
                assert len(told) == 1, where
                assert isinstance(told[0], ast.Constant), where
                assert "%" not in told[0].value, where
                for call in ast.walk(node):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "ids":
                        assert {word.arg for word in call.keywords} <= IDS, where
    assert calls >= 15
