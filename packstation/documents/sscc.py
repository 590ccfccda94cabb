"""GS1 numbers and element strings: check digits, SSCC, and which value each application identifier may carry. Pure.

The functions say what is wrong as a text, or None; nothing is drawn here. A value is checked before any barcode
library sees it (devices.md section 12), because the libraries and the printers check almost nothing.
"""

from __future__ import annotations

import re

GS = "\x1d"

Elements = tuple[tuple[str, str], ...]
"""An element string as (application identifier, value) pairs, in the order they are printed."""

_DIGITS = re.compile(r"[0-9]+")
# GS1 General Specifications 7.11: the 82 characters a value may use.
_CHARSET_82 = re.compile(r"[A-Za-z0-9!\"%&'()*+,\-./_:;<=>?]+")
# AI -> (digits only, shortest, longest). A fixed length ends by itself; the others need a separator behind them.
_VALUES: dict[str, tuple[bool, int, int]] = {
    "00": (True, 18, 18),
    "01": (True, 14, 14),
    "02": (True, 14, 14),
    "10": (False, 1, 20),
    "11": (True, 6, 6),
    "13": (True, 6, 6),
    "15": (True, 6, 6),
    "16": (True, 6, 6),
    "17": (True, 6, 6),
    "20": (True, 2, 2),
    "21": (False, 1, 20),
    "22": (False, 1, 20),
    "30": (True, 1, 8),
    "37": (True, 1, 8),
    "91": (False, 1, 90),
    "240": (False, 1, 30),
    "241": (False, 1, 30),
    "250": (False, 1, 30),
    "400": (False, 1, 30),
    "401": (False, 1, 30),
    "402": (True, 17, 17),
    "403": (False, 1, 30),
    "410": (True, 13, 13),
    "411": (True, 13, 13),
    "412": (True, 13, 13),
    "413": (True, 13, 13),
    "414": (True, 13, 13),
    "420": (False, 1, 20),
    "421": (False, 4, 12),
    "310": (True, 6, 6),
    "330": (True, 6, 6),
}
# First two digits of the AIs whose total length is predefined (figure 7.8.5-2): no separator may follow them.
_PREDEFINED = frozenset(["00", "01", "02", "03", "04", *map(str, range(11, 21)), *map(str, range(31, 37)), "41"])
_CHECKED = {"00", "01", "02", "402", "410", "411", "412", "413", "414"}
_DATES = {"11", "13", "15", "16", "17"}


def check_digit(digits: str) -> int:
    """The GS1 check digit that belongs behind these digits.

    >>> check_digit("34012345123456789")
    5
    """
    return -(3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))) % 10


def with_check_digit(digits: str) -> str:
    """The digits with their check digit behind them."""
    return f"{digits}{check_digit(digits)}"


def sscc(extension: int, company_prefix: str, serial: int) -> str:
    """The 18 digits of an SSCC. The serial reference fills what the company prefix leaves of 16 digits.

    >>> sscc(3, "4012345", 123456789)
    '340123451234567895'
    """
    room = 16 - len(company_prefix)
    if not (0 <= extension <= 9 and _DIGITS.fullmatch(company_prefix) and 4 <= len(company_prefix) <= 12):
        raise ValueError(
            f"SSCC: expected an extension 0-9 and a prefix of 4-12 digits, got {extension}, {company_prefix!a}."
        )
    if not 0 <= serial < 10**room:
        raise ValueError(f"SSCC: expected a serial reference of at most {room} digits, got {serial}.")
    return with_check_digit(f"{extension}{company_prefix}{serial:0{room}d}")


def sscc_fault(text: str) -> str | None:
    """What is wrong with an SSCC, or None.

    >>> sscc_fault("340123451234567891")
    'expected check digit 5, got 1'
    """
    if len(text) != 18 or not _DIGITS.fullmatch(text):
        return f"expected 18 digits, got {_short(text)}"
    right = check_digit(text[:-1])
    return None if text[-1] == str(right) else f"expected check digit {right}, got {text[-1]}"


def element_fault(ai: str, value: str) -> str | None:
    """What is wrong with one element, or None."""
    shape = _VALUES.get(ai if ai[:3] not in ("310", "330") else ai[:3])
    if shape is None or (ai[:3] in ("310", "330") and not re.fullmatch(r"3[13]0[0-5]", ai)):
        return f"({_short(ai)}): not an identifier we print"
    digits_only, shortest, longest = shape
    if not shortest <= len(value) <= longest:
        wanted = f"{longest}" if shortest == longest else f"{shortest} to {longest}"
        return f"({ai}): expected {wanted} characters, got {len(value)}"
    pattern = _DIGITS if digits_only else _CHARSET_82
    if not pattern.fullmatch(value):
        return f"({ai}): expected {'digits' if digits_only else 'characters of GS1 set 82'}, got {_short(value)}"
    if ai in _CHECKED and value[-1] != str(check_digit(value[:-1])):
        return f"({ai}): expected check digit {check_digit(value[:-1])}, got {value[-1]}"
    if ai in _DATES and not _is_date(value):
        return f"({ai}): expected a date as YYMMDD, got {value}"
    return None


def elements_fault(elements: Elements) -> str | None:
    """What is wrong with an element string, or None."""
    if not elements:
        return "expected at least one element, got none"
    faults = (element_fault(ai, value) for ai, value in elements)
    fault = next((fault for fault in faults if fault), None)
    if fault:
        return fault
    named = [ai for ai, _ in elements]
    if len(set(named)) != len(named):
        return "expected each identifier once"
    # 48 characters is the most one GS1-128 symbol may hold; a 2D symbol is read by the same programs.
    return None


def needs_separator(ai: str) -> bool:
    """Whether a value of this AI ends only at a separator, unless it is the last."""
    return ai[:2] not in _PREDEFINED


def scanned_text(elements: Elements) -> str:
    """The element string as a scanner sends it, without the AIM identifier: a GS behind each open-ended value."""
    parts = []
    for n, (ai, value) in enumerate(elements):
        last = n == len(elements) - 1
        parts.append(f"{ai}{value}{GS if needs_separator(ai) and not last else ''}")
    return "".join(parts)


def printed_text(elements: Elements) -> str:
    """The element string for people, as it stands under the bars: "(00)340123451234567895"."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def _is_date(value: str) -> bool:
    month, day = int(value[2:4]), int(value[4:6])
    return 1 <= month <= 12 and day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _short(text: str) -> str:
    shown = ascii(text)
    return shown if len(shown) <= 30 else f"{shown[:27]}..."
