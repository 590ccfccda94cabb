"""One scanner line -> Scan: every reading the line can have, and none that it cannot. Pure.

Which reading wins in a state is `station`'s and the workflow's business (FL2.9); which readings exist is decided
here (devices.md section 4). Unknown is an answer: no input raises.

line -> limits -> prefix, AIM identifier and terminator off -> what the identifier promises, or else what the text
looks like -> readings, most trusted first.
"""

from __future__ import annotations

import re
import unicodedata

from packstation.scan import gs1
from packstation.scan.digits import GTIN_LENGTHS, adds_up, check_digit, digits, gtins, tracking
from packstation.scan.reading import (
    CUT,
    DEFAULT,
    KINDS,
    LINE_BYTES_MAX,
    OWN_CODES,
    OwnCode,
    Reading,
    Scan,
    ScanConfig,
    cut,
    like_badge,
)

__all__ = [
    "DEFAULT",
    "KINDS",
    "LINE_BYTES_MAX",
    "OWN_CODES",
    "OwnCode",
    "Reading",
    "Scan",
    "ScanConfig",
    "check_digit",
    "command_tag",
    "cut",
    "decoded",
    "like_badge",
    "parse",
    "warm_up",
]

warm_up = gs1.warm_up

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_IDS = ("]C1", "]d2", "]Q3", "]e0")
_RETAIL_IDS = ("]E0", "]E3", "]E4", "]I1")
_MATRIX_CODES = "dQzLU"  # the letters of AIM identifiers whose codes carry text, not only ASCII
# Only what the framer says: words of a printed code are never repeated as ours.
_CUT_REASON = re.compile(r"(too_long|cut|broken_off): [a-zA-Z0-9, ]{1,80}")
_COMMAND = re.compile(r"\*([A-Z0-9][A-Z0-9-]{0,31})(?:\.([A-Z2-7]{8}))?", re.IGNORECASE | re.ASCII)
_ADD_ON_LENGTHS = {14: 12, 17: 12, 15: 13, 18: 13}  # a UPC-A or EAN-13 with two or five digits more
_KEPT_CONTROLS = "\x1d\x1e\x04"
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def decoded(raw: bytes) -> str:
    """The text of a line's bytes: UTF-8 if they are, else Latin-1 (D1.11)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def command_tag(name: str, key: bytes) -> str:
    """The tag that proves a command sheet is the site's own; `name` as on the sheet, without its `*` (D4.7)."""
    import base64
    import hashlib
    import hmac

    return base64.b32encode(hmac.digest(key, f"*{name}".encode(), hashlib.sha256))[:8].decode()


def parse(line: str, config: ScanConfig = DEFAULT, raw: bytes | None = None) -> Scan:
    """Every reading of one line. `raw`, if known, tells whether the text was valid UTF-8."""
    head, mark, reason = line.partition(CUT)
    if mark and _CUT_REASON.fullmatch(reason):
        return Scan(head, fault=reason)
    fault = _unsound(line, config, raw)
    if fault is not None:
        return Scan(line[:32] if fault.startswith("too_long") else line, fault=fault)
    # Never a bare strip(): a group separator is whitespace to Python (DT1).
    text = line.strip(" \t\r\n").removeprefix(config.prefix)
    symbology = match[0] if (match := _AIM.match(text)) else None
    text = text[len(symbology or "") :].strip(" \t\r\n")
    starred = len(text) > 2 and text.startswith("*") and text.endswith("*")
    if starred:
        # Code 39 with its start and stop characters: data, even if more stars follow.
        text = text[1:-1]
    if not text:
        return Scan("", symbology, fault="empty: expected a code, got none")
    if not text.strip(f" {_KEPT_CONTROLS}"):
        return Scan(text, symbology, fault="empty: expected a code, got separators alone")
    if symbology and symbology[1] not in _MATRIX_CODES and not text.isascii():
        return Scan(text, symbology, fault=f"encoding: expected ASCII in {symbology}, got other characters")
    if symbology and symbology[1] in _MATRIX_CODES and raw is not None and not _utf_8(raw):
        return Scan(text, symbology, fault=f"encoding: expected UTF-8 in {symbology}, got other bytes")
    return _read(text, symbology, config, starred=starred)


def _unsound(line: str, config: ScanConfig, raw: bytes | None) -> str | None:
    """Why these characters are no line at all, or None."""
    size = len(raw) if raw is not None else len(line.encode("utf-8", "surrogatepass"))
    if size > LINE_BYTES_MAX:
        return f"too_long: expected at most {LINE_BYTES_MAX} bytes, got {size}"
    body = line.strip(" \t\r\n").removeprefix(config.prefix)
    for character in body:
        if not " " <= character <= "~" and character not in _KEPT_CONTROLS:
            category = unicodedata.category(character)
            if category == "Cc":
                return f"control: expected printable characters, got {ord(character):#04x}"
            if category == "Cs":
                return "encoding: expected characters, got half of one"
    return None


def _utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(text: str, symbology: str | None, config: ScanConfig, *, starred: bool) -> Scan:
    """The readings of sound text: first by what its symbology promises, then by what it looks like."""
    substituted = text.replace(config.gs_substitute, gs1.GS) if config.gs_substitute else text
    if symbology not in _RETAIL_IDS and (carrier := tracking(substituted)) is not None:
        number, zip_code, right = carrier
        ais = (("420", zip_code),) if zip_code else ()
        readings = (Reading("tracking", number), Reading("text", text))
        return Scan(text, symbology, readings, () if right else ("check_digit",), ais=ais)
    if symbology in _RETAIL_IDS:
        return _retail(text, symbology)
    warnings: tuple[str, ...] = ()
    if (data := _element_data(text, symbology, substituted)) is not None:
        # Bare digits were only a guess: what is no element string after all is a number like any other.
        certain = symbology in _GS1_IDS or not digits(text[:1])
        try:
            elements = gs1.element_string(data, gs_seen=config.gs_seen)
        except gs1.NotGs1 as error:
            if certain and (error.proven or symbology in _GS1_IDS):
                return Scan(text, symbology, (Reading("text", text),), fault=str(error))
            # Written like GS1 data and none: perhaps an alias, perhaps a slip of whoever typed it.
            warnings = ("gs1",) if certain else ()
        else:
            return _gs1(text, symbology, elements, config)
    if text[:8].lower().startswith(("http://", "https://")):
        try:
            return _gs1(text, symbology, gs1.digital_link(text), config)
        except gs1.NotGs1 as error:
            if error.proven:
                return Scan(text, symbology, (Reading("text", text),), fault=str(error))
            warnings = ("digital_link",) if re.search(r"/01/[0-9]{8,14}(?![0-9])", text) else ()
            return Scan(text, symbology, (Reading("text", text),), warnings)
    return _plain(text, symbology, config, warnings, starred=starred)


def _retail(text: str, symbology: str | None) -> Scan:
    """EAN, UPC and ITF-14: the scanner says that this is a GTIN, so a wrong one is a misread."""
    code = text
    if symbology == "]E3":
        code = text[: _ADD_ON_LENGTHS.get(len(text), 13)]
    if symbology == "]I1" and len(text) not in GTIN_LENGTHS:
        # Interleaved 2 of 5 with a check digit carries other numbers too.
        return Scan(text, symbology, (Reading("text", text),))
    lengths = (8,) if symbology == "]E4" else GTIN_LENGTHS
    if not digits(code) or len(code) not in lengths:
        fault = f"length: expected {' or '.join(map(str, lengths))} digits in {symbology}, got {len(code)} characters"
        return Scan(text, symbology, (Reading("text", text),), fault=fault)
    found = gtins(code)
    if symbology == "]E4":
        found = found[:1] if adds_up(code) else ()
    if not found:
        fault = f"check_digit: expected {check_digit(code[:-1])}, got {code[-1]}"
        return Scan(text, symbology, (Reading("text", text),), fault=fault)
    return Scan(text, symbology, (*(Reading("gtin", gtin) for gtin in found), Reading("text", text)))


def _element_data(text: str, symbology: str | None, substituted: str) -> str | None:
    """The text as an element string with group separators, if there is a reason to read it so; else None.

    `substituted`: the text with its separators put back, for a device that cannot send them.
    """
    if (enveloped := gs1.iso_15434(text)) is not None:
        return enveloped
    if symbology in _GS1_IDS or text.startswith(gs1.GS):
        return gs1.parenthesised(substituted) or substituted.lstrip(gs1.GS)
    if (typed := gs1.parenthesised(substituted)) is not None:
        return typed
    if symbology is None:
        # Without an identifier only a number that proves itself is a reason.
        starts_with_gtin = text.startswith("01") and len(text) > 16 and digits(text[:16]) and adds_up(text[2:16])
        starts_with_sscc = text.startswith("00") and len(text) >= 20 and digits(text[:20]) and adds_up(text[2:20])
        if starts_with_gtin or starts_with_sscc:
            return substituted
    return None


def _gs1(text: str, symbology: str | None, elements: gs1.Elements, config: ScanConfig) -> Scan:
    readings = []
    warnings = list(elements.warnings)
    identifiers = {ai for ai, _ in elements.ais}
    if (sscc := elements.first("00")) is not None:
        readings.append(Reading("sscc", sscc))
    gtin = elements.first("01", "02")
    if identifiers == {"01"} and gtin:
        readings.append(Reading("gtin", gtin))
    elif identifiers != {"00"}:
        expiry = None
        if (written := elements.first("17", "15")) is not None:
            expiry = gs1.date(written, config.this_year)
        if any(
            ai in ("11", "12", "13", "15", "16", "17") and gs1.date(value, config.this_year) is None
            for ai, value in elements.ais
        ):
            warnings.append("date")
        count = elements.first("37", "30")
        readings.append(
            Reading(
                "gs1",
                gtin or "",
                lot=elements.first("10"),
                serial=elements.first("21"),
                expiry=expiry,
                count=int(count) if count else None,
            )
        )
    readings.append(Reading("text", text))
    return Scan(text, symbology, tuple(readings), tuple(warnings), ais=elements.ais)


def _plain(
    text: str, symbology: str | None, config: ScanConfig, warnings: tuple[str, ...] = (), *, starred: bool
) -> Scan:
    """Text that nothing vouches for: commands, our own labels, and digits that add up."""
    readings = []
    if not starred and (command := _COMMAND.fullmatch(text)) is not None:
        tag = command[2]
        readings.append(Reading("command", command[1].upper(), tag=tag.upper() if tag else None))
    for code in config.codes:
        if code.pattern.fullmatch(text):
            value = text.removeprefix("#") if code.kind == "order" else text
            readings.append(Reading(code.kind, value))
    if text in config.carton_types:
        readings.append(Reading("carton_type", text))
    if digits(text):
        if len(text) in GTIN_LENGTHS:
            readings.extend(Reading("gtin", gtin) for gtin in gtins(text))
        elif len(text) == 18 and adds_up(text):
            readings.append(Reading("sscc", text))
        if not readings and symbology is None and len(text) in (*GTIN_LENGTHS, 18):
            warnings = ("check_digit",)
    readings.append(Reading("text", text))
    readings.sort(key=lambda reading: _RANK[reading.kind])
    return Scan(text, symbology, tuple(readings), warnings)
