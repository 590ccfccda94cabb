"""Numbers that prove themselves: check digits, GTIN lengths, UPC-E, carrier numbers. Pure.

All of them are ASCII digits: str.isdigit() and \\d also know the digits of other scripts, which no scanner reads.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]+")
_UPS = re.compile(r"1Z[0-9A-Z]{16}")
_IMPB_LENGTHS = (20, 22, 26, 30, 34)

GTIN_LENGTHS = (8, 12, 13, 14)


def digits(text: str) -> bool:
    return _DIGITS.fullmatch(text) is not None


def check_digit(payload: str) -> int:
    """The check digit that follows these digits: modulo 10, weights 3 and 1 from the right (GTIN, SSCC, IMpb).

    >>> check_digit("400638133393")
    1
    """
    total = 0
    weight = 3
    for digit in reversed(payload):
        total += int(digit) * weight
        weight = 4 - weight
    return -total % 10


def adds_up(code: str) -> bool:
    return check_digit(code[:-1]) == int(code[-1])


def upc_a(upc_e: str) -> str | None:
    """The UPC-A behind eight digits of a UPC-E, or None if they are not one.

    >>> upc_a("04252614")
    '042100005264'
    """
    system, body, check = upc_e[0], upc_e[1:7], upc_e[7]
    if system not in "01":
        return None
    last = body[5]
    if last in "012":
        payload = f"{system}{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        payload = f"{system}{body[:3]}00000{body[3:5]}"
    elif last == "4":
        payload = f"{system}{body[:4]}00000{body[4]}"
    else:
        payload = f"{system}{body[:5]}0000{last}"
    return payload + check if check_digit(payload) == int(check) else None


def gtins(code: str) -> tuple[str, ...]:
    """Every GTIN that 8, 12, 13 or 14 digits can be, as 14 digits. Eight digits may be EAN-8 and UPC-E at once."""
    found = []
    if adds_up(code):
        found.append(code.zfill(14))
    if len(code) == 8 and (expanded := upc_a(code)):
        found.append(expanded.zfill(14))
    return tuple(dict.fromkeys(found))


def tracking(text: str) -> tuple[str, str | None, bool] | None:
    """A carrier's number that can be told by its form: (number, ZIP code or None, it adds up), or None.

    USPS puts `420` and the ZIP code before its number, with or without a separator, and nothing says whether the
    ZIP code has five or nine digits: the reading whose check digit fits wins.
    """
    if _UPS.fullmatch(text):
        return text, None, True
    if not text.startswith("420"):
        return None
    candidates = []
    for zip_length in (5, 9):
        zip_code = text[3 : 3 + zip_length]
        number = text[3 + zip_length :].removeprefix("\x1d")
        if digits(zip_code) and digits(number) and number[:2] in ("92", "93", "94", "95"):
            candidates.append((number, zip_code))
    candidates = [(number, zip_code) for number, zip_code in candidates if len(number) in _IMPB_LENGTHS]
    for number, zip_code in candidates:
        if adds_up(number):
            return number, zip_code, True
    return (*candidates[0], False) if candidates else None
