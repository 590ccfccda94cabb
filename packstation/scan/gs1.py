"""GS1 data in its four dresses: element string, typed with parentheses, ISO 15434, Digital Link. Pure.

biip does the application identifiers; it is imported on first use, and never asked to guess what a line is (DT4):
the caller has chosen the form. Text that reaches it is ASCII, since its patterns take the digits of any script.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biip.gs1_element_strings import GS1ElementString

GS = "\x1d"
_RS = "\x1e"
_EOT = "\x04"

# A value that goes on with an identifier of a date and a date: the separator between them was lost.
_SWALLOWED_DATE = re.compile(r".(?:11|12|13|15|16|17)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:$|10|21)")
_DATES = ("11", "12", "13", "15", "16", "17")
_LONGEST = re.compile(r"\+[XN]\.\.([0-9]+)\Z")
_PARENTHESES = re.compile(r"\(([0-9]{2,4})\)")


class Elements(Struct, frozen=True):
    """The application identifiers of one code, in order, and what is odd about them."""

    ais: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()

    def first(self, *wanted: str) -> str | None:
        """The value of the first of these identifiers that is there, by the order asked."""
        values = dict(reversed(self.ais))
        return next((values[ai] for ai in wanted if ai in values), None)


class NotGs1(Exception):
    """The text is no GS1 data. `proven`: its form was right, but a check digit inside is wrong."""

    def __init__(self, reason: str, *, proven: bool = False) -> None:
        super().__init__(reason)
        self.proven = proven


def element_string(data: str, *, gs_seen: bool | None = None) -> Elements:
    """The elements of `data`, which holds group separators. Raises NotGs1."""
    from biip import ParseConfig, ParseError
    from biip.gs1_messages import GS1Message

    if not data.isascii():
        raise NotGs1("gs1: expected ASCII, got other characters")
    try:
        # Dates are read by `date` below: biip would refuse the whole code for one, and ask the clock for a century.
        message = GS1Message.parse(data, config=ParseConfig(gs1_element_strings_verify_date=False))
    except (ParseError, ValueError, ArithmeticError, LookupError, AssertionError):
        raise NotGs1(_broken_at(data)) from None
    ais = _checked(message.element_strings)
    warnings = ("separator",) if _separator_missing(data, message.element_strings, gs_seen) else ()
    return Elements(ais, warnings)


def parenthesised(text: str) -> str | None:
    """`(01)..(10)..` as an element string, or None if the text is not written like that.

    Parentheses may be part of a lot: only those around a known identifier count.
    """
    if not text.startswith("("):
        return None
    marks = [mark for mark in _PARENTHESES.finditer(text) if _known(mark[1])]
    if not marks or marks[0].start() != 0:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return "".join(f"{mark[1]}{text[mark.end() : end].strip(' ')}{GS}" for mark, end in zip(marks, ends, strict=True))


def iso_15434(text: str) -> str | None:
    """The element string inside `[)>` RS `05` GS ... RS EOT, or None. Other formats of that envelope are not GS1."""
    if not text.startswith(f"[)>{_RS}"):
        return None
    for part in text.rstrip(_EOT).split(_RS)[1:]:
        if part.startswith(f"05{GS}"):
            return part[3:]
    return None


def digital_link(url: str) -> Elements:
    """The elements of a GS1 Digital Link of any host; nothing is fetched. Raises NotGs1."""
    from biip import ParseConfig, ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        link = GS1DigitalLinkURI.parse(url, config=ParseConfig(gs1_element_strings_verify_date=False))
    except (ParseError, ValueError, ArithmeticError, LookupError, AssertionError):
        raise NotGs1("gs1: expected a Digital Link, got another address") from None
    return Elements(_checked(link.element_strings))


def date(value: str, this_year: int) -> str | None:
    """YYMMDD as an ISO date, or None if the calendar has no such day. Day 00 is the last day of the month (D4.6).

    >>> date("260200", 2026)
    '2026-02-28'
    """
    century = this_year - this_year % 100
    year = century + int(value[:2])
    if year - this_year >= 51:
        year -= 100
    elif year - this_year <= -50:
        year += 100
    month, day = int(value[2:4]), int(value[4:6])
    if not 1 <= month <= 12:
        return None
    import calendar  # with the locales behind it: a start waits for none of them

    days = calendar.monthrange(year, month)[1]
    day = day or days
    return f"{year:04d}-{month:02d}-{day:02d}" if day <= days else None


def warm_up() -> None:
    """Load biip and its tables now, so that the first GS1 scan is as fast as the second (D4.2)."""
    element_string(f"0109506000134352{GS}10L77")


def _checked(elements: Iterable[GS1ElementString]) -> tuple[tuple[str, str], ...]:
    values: dict[str, str] = {}
    ais = []
    for element in elements:
        if element.gtin_error or element.sscc_error:
            # biip hands out the message all the same (D4.3).
            raise NotGs1(f"check_digit: expected a right one in AI {element.ai.ai}, got {element.value}", proven=True)
        if not element.value or not element.value.isascii():
            raise NotGs1(f"gs1: expected a value after AI {element.ai.ai}, got none that a barcode can hold")
        if values.setdefault(element.ai.ai, element.value) != element.value:
            raise NotGs1(f"gs1: expected one value of AI {element.ai.ai}, got two")
        ais.append((element.ai.ai, element.value))
    return tuple(ais)


def _separator_missing(data: str, elements: Iterable[GS1ElementString], gs_seen: bool | None) -> bool:
    """Whether a value of variable length may hold what comes after it (D4.5)."""
    at = 0
    dated = False
    for element in elements:
        at = data.find(element.ai.ai + element.value, at) + len(element.ai.ai) + len(element.value)
        dated = dated or element.ai.ai in _DATES
        if not element.ai.separator_required or data[at : at + 1] == GS:
            continue
        # A last value needs no separator, and the date it might have swallowed may stand before it.
        doubted = gs_seen is False and not dated
        if at < len(data) or doubted or _SWALLOWED_DATE.search(element.value):
            return True
    return False


def _broken_at(data: str) -> str:
    """Which identifier does not hold what it must, for a person: where, expected, got."""
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    rest = data
    while rest := rest.lstrip(GS):
        try:
            ai = GS1ApplicationIdentifier.extract(rest)
        except (ParseError, ValueError, LookupError):
            return f"gs1: expected application identifiers, got {rest[:40]!r}"
        field = rest.partition(GS)[0]
        found = re.match(ai.pattern.removesuffix("$"), field)
        longest = _LONGEST.search(ai.format)
        got = field[len(ai.ai) :]
        if found is None:
            expected = (
                f"up to {longest[1]} characters" if longest else "a date as YYMMDD" if ai.ai in _DATES else ai.format
            )
            return f"gs1: AI {ai.ai}: expected {expected}, got {repr(got[:40]) if got else 'nothing'}"
        if ai.separator_required and found.end() < len(field):
            expected = f"up to {longest[1]} characters" if longest else ai.format
            return f"gs1: AI {ai.ai}: expected {expected} and a separator, got {len(got)} characters"
        rest = rest[found.end() :]
    return f"gs1: expected application identifiers, got {data[:40]!r}"


def _known(ai: str) -> bool:
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        return GS1ApplicationIdentifier.extract(ai).ai == ai
    except ParseError:
        return False
