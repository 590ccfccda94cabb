"""A CSV or TSV file as rows, in bounded memory however large or odd the file is.

bytes --decoded: UTF-8, else the declared encoding--> lines of at most 64 KiB --csv--> dict rows with their number
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LINE_BYTES_MAX = 64 * 1024
FIELD_CHARS_MAX = 8 * 1024
RECORD_CHARS_MAX = 256 * 1024
COLUMNS_MAX = 400
WRONG_MAX = 10_000
_CHUNK = 1 << 20


class Unusable(Exception):
    """The file as a whole cannot be read as what it should be: where, expected, got."""


@dataclass(frozen=True, slots=True)
class Rec:
    """One record: the number of the line it began on, and its fields by column; `wrong` says why it is none."""

    row: int
    fields: dict[str, str]
    wrong: str = ""


def encoding_of(path: Path, declared: str | None, fallback: str = "cp1252") -> tuple[str, str]:
    """The encoding the whole file really has, and a note for people ("" for UTF-8). Raises Unusable; never guesses
    sign by sign (I4)."""
    if declared is not None:
        try:
            codecs.lookup(declared)
        except LookupError as error:
            raise Unusable(f"encoding: expected a known one such as cp1252, got {declared[:40]!r}.") from error
        _check(path, declared)
        return declared, ""
    with path.open("rb") as file:
        begin = file.read(4)
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unusable(f"{path.name}: expected UTF-8, got UTF-16; save it as UTF-8, or say --encoding utf-16.")
    try:
        _check(path, "utf-8")
    except Unusable as error:
        try:
            _check(path, fallback)
        except Unusable:
            raise error from None
        return fallback, f"{error} Read as {fallback}."
    return "utf-8-sig", ""


def _check(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                byte = error.object[error.start]
                raise Unusable(f"{path.name} line {line}: expected {encoding}, got byte 0x{byte:02x}.") from error
            except UnicodeError as error:
                raise Unusable(f"{path.name} line {line}: expected {encoding}, got other bytes.") from error
            line += chunk.count(b"\n")
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError as error:
            raise Unusable(f"{path.name} line {line}: expected {encoding}, got half a character.") from error


def records(
    path: Path,
    encoding: str,
    required: Sequence[str],
    *,
    delimiter: str = ",",
    quoting: bool = True,
    one_of: Sequence[Sequence[str]] = (),
    long: Sequence[str] = (),
) -> Iterator[Rec]:
    """The records of a file with a head. Columns match without case and in any order; unknown ones are left in.

    `long`: columns whose values may fill a line. Raises Unusable when the head lacks a required column, or one of
    each group in `one_of`.
    """
    with path.open("r", encoding=encoding, newline="", errors="strict") as file:
        lines = _Lines(file, path.name)
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE,
            strict=False,
        )
        try:
            head = next(reader, None)
        except csv.Error as error:
            raise Unusable(f"{path.name} line 1: expected a head of columns, got {error}.") from error
        if lines.too_long:
            raise Unusable(f"{path.name} line 1: expected at most {LINE_BYTES_MAX} characters, got a longer line.")
        if not head:
            raise Unusable(f"{path.name} line 1: expected the columns {', '.join(required)}, got nothing.")
        columns = [name.strip().lower() for name in head]
        if len(columns) > COLUMNS_MAX:
            raise Unusable(f"{path.name} line 1: expected at most {COLUMNS_MAX} columns, got {len(columns)}.")
        missing = [name for name in required if name.lower() not in columns]
        missing += [" or ".join(group) for group in one_of if not any(name.lower() in columns for name in group)]
        if missing:
            shown = ", ".join(repr(name[:30]) for name in columns[:8])
            raise Unusable(f"{path.name} line 1: expected the column {', '.join(missing)}, got {shown}.")
        yield from _rows(reader, lines, columns, long)


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: list[str], long: Sequence[str]) -> Iterator[Rec]:
    """Every record; a file of ten thousand records that are none is no such file, and is left there."""
    wrong_ones = 0
    for rec in _each(reader, lines, columns, long):
        yield rec
        wrong_ones += bool(rec.wrong)
        if wrong_ones >= WRONG_MAX:
            raise Unusable(f"{lines.name} row {rec.row}: expected rows of fields, got {WRONG_MAX} that are none.")


def _each(reader: Iterator[list[str]], lines: _Lines, columns: list[str], long: Sequence[str]) -> Iterator[Rec]:
    while True:
        began = lines.number + 1
        lines.begin_record()
        try:
            values = next(reader, None)
        except csv.Error as error:
            yield Rec(began, {}, f"expected a row of fields, got {error}.")
            continue
        if values is None:
            return
        wrong = lines.wrong
        if not wrong and not any(values):
            continue  # an empty line
        if not wrong and len(values) != len(columns) and any(values[len(columns) :]):
            wrong = f"expected {len(columns)} fields, got {len(values)}."
        if not wrong:
            pairs = zip(columns, values, strict=False)
            found = next((n for n, v in pairs if len(v) > FIELD_CHARS_MAX and n not in long), None)
            if found is not None:
                wrong = f"{found[:30]}: expected at most {FIELD_CHARS_MAX} characters, got more."
        named: dict[str, str] = {}
        for name, value in zip(columns, values, strict=False):
            named.setdefault(name, value)  # a doubled column: the first one counts
        yield Rec(began, {} if wrong and "NUL" not in wrong else named, wrong)


class _Lines:
    """The lines of a file, none longer than the limit: the rest of a longer one is skipped, and told."""

    def __init__(self, file: IO[str], name: str) -> None:
        self._file, self.name = file, name
        self.number = 0
        self.too_long = False
        self.wrong = ""
        self._record_chars = 0

    def begin_record(self) -> None:
        self.too_long, self.wrong, self._record_chars = False, "", 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_BYTES_MAX)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE_BYTES_MAX and not line.endswith("\n"):
            self.too_long = True
            self.wrong = f"expected at most {LINE_BYTES_MAX} characters in a line, got more."
            while rest := self._file.readline(LINE_BYTES_MAX):
                if rest.endswith("\n"):
                    break
            line = "\n"
        if "\0" in line:
            self.wrong = self.wrong or "expected text, got a NUL byte."
            line = line.replace("\0", "")
        self._record_chars += len(line)
        if self._record_chars > RECORD_CHARS_MAX:
            # An unclosed quote swallows the file: end the record here, and say so.
            self.wrong = self.wrong or "expected the quote mark to be closed, got no end of it."
            line = '"\n'
            self._record_chars = 0
        return line


def bounded(rows: Iterable[Rec], most: int) -> Iterator[Rec]:
    """At most `most` records; then Unusable."""
    for count, rec in enumerate(rows):
        if count >= most:
            raise Unusable(f"row {rec.row}: expected at most {most} rows in one file, got more.")
        yield rec
