"""One shipment as labels and slips need it, and its reader from the JSON of `packstation label|slip`.

    JSON ──▶ shipment_from_json ──▶ Shipment ──▶ label.house_label, slip.packing_slip, zpl.house_label

Nothing here draws, and nothing here is cleaned for print: the text engine does that for every string at once.
There are no prices in a Shipment, so none can reach a slip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from packstation.assets import asset

WEIGHT_G_MAX = 1_000_000
"""A tonne: what no floor weighs is a slip of the pen, or milligrams."""
PARCELS_MAX = 9_999
LINES_MAX = 20_000
"""A shipment with more lines is a mistake in the file."""
TEXT_CHARS_MAX = 1_000_000
"""Longer texts are refused; shorter ones are cut by the text engine, which says so."""


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or receiver. `lines`: street and the like, without postcode, city, region and country."""

    name: str
    lines: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One line of the order, as far as this parcel is concerned.

    `shipped`: units in this parcel. `other_parcels`: units of the line in other parcels; `backordered`: units that
    follow later. None means that nobody said: then a single parcel's remainder is to follow.
    """

    sku: str
    name: str
    ordered: int
    shipped: int
    backordered: int | None = None
    other_parcels: int | None = None
    variant: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class LayerUnit:
    """One unit in a layer, seen from above. `step`: its number in packing order; `sku`: what it is, if known."""

    step: int
    x_mm: int
    y_mm: int
    length_mm: int
    width_mm: int
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """What stands at one height of the carton, for the layer picture (CT7.5)."""

    z_mm: int
    units: tuple[LayerUnit, ...]


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel: `parcel` k of `of` n. `sscc`: 18 digits. `lpn`: the carton's own number when it has no SSCC.

    `copy`: 1 for the first label of this box, one more for each print after it: it is in the Data Matrix, so that an
    older one can be told (FL5.41). `carton`: the box's name, for people. `ordered_at`, `shipped_at`: ISO dates.
    """

    order: str
    parcel: int
    of: int
    service: str
    carrier: str
    sender: Party
    receiver: Party
    weight_g: int
    lines: tuple[ShipmentLine, ...] = ()
    tracking: str = ""
    sscc: str = ""
    lpn: str = ""
    note: str = ""
    return_code: str = ""
    copy: int = 1
    carton: str = ""
    ordered_at: str = ""
    shipped_at: str = ""
    inner_mm: tuple[int, int] = (0, 0)
    layers: tuple[Layer, ...] = ()


class BadShipment(Exception):
    """The JSON is not a shipment. `path`: where, as "to.lines[0]"; "" is the document itself."""

    def __init__(self, path: str, expected: str, got: str) -> None:
        super().__init__(f"{path or 'document'}: expected {expected}, got {got}.")
        self.path = path
        self.expected = expected
        self.got = got


def shipment_from_json(document: object) -> Shipment:
    """The shipment in a decoded JSON document. Unknown fields are ignored. Raises BadShipment naming the path."""
    top = _object(document, "")
    of = integer_of(top, "", "of", least=1, most=PARCELS_MAX)
    parcel = integer_of(top, "", "parcel", least=1)
    if parcel > of:
        raise BadShipment("parcel", f"at most {of}, the value of `of`", str(parcel))
    return Shipment(
        order=_id(top, "order", required=True),
        parcel=parcel,
        of=of,
        service=text_of(top, "", "service", required=True),
        carrier=text_of(top, "", "carrier", required=True),
        sender=_party(top, "from"),
        receiver=_party(top, "to"),
        weight_g=integer_of(top, "", "weight_g", least=0, most=WEIGHT_G_MAX),
        lines=tuple(_line(row, f"lines[{n}]") for n, row in enumerate(_array(top, "", "lines", most=LINES_MAX))),
        tracking=_id(top, "tracking"),
        sscc=_id(top, "sscc"),
        lpn=_id(top, "lpn"),
        note=text_of(top, "", "note"),
        return_code=_id(top, "return_code"),
        copy=integer_of(top, "", "copy", least=1, most=PARCELS_MAX, default=1),
        carton=text_of(top, "", "carton"),
        ordered_at=text_of(top, "", "ordered_at"),
        shipped_at=text_of(top, "", "shipped_at"),
        inner_mm=_inner(top),
        layers=tuple(
            _layer(row, f"layers[{n}]") for n, row in enumerate(_array(top, "", "layers", most=500, required=False))
        ),
    )


def address_lines(party: Party, at: str) -> tuple[tuple[str, str, bool], ...]:
    """Name, street, place, country as (field, text, bold) lines; `at` is "from" or "to". Empty ones are left out.

    The postcode stands where the country's post looks for it; postcode and country are bold (D8.2).
    """
    country = party.country.strip(" ")
    if country.upper() in _POSTCODE_LAST:
        place = " ".join(word for word in (party.city, party.region, party.postcode) if word)
    else:
        place = " ".join(word for word in (party.postcode, party.city) if word)
        if party.region and party.region != party.city:
            place = f"{place}, {party.region}" if place else party.region
    lines = [(f"{at}.name", party.name, False)]
    lines += [(f"{at}.lines[{n}]", line, False) for n, line in enumerate(party.lines)]
    lines += [(f"{at}.city", place, True), (f"{at}.country", country_name(country), True)]
    return tuple(line for line in lines if line[1])


def country_name(country: str) -> str:
    """A country as posts read it: the English name of a two-letter code in capitals, else what was written.

    >>> country_name("is"), country_name("Schweiz"), country_name("ZZ")
    ('ICELAND', 'SCHWEIZ', 'ZZ')
    """
    name = _countries().get(country.upper()) if len(country) == 2 else None
    if name is not None:
        return name.upper()
    return country.upper() if country.isascii() else country


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = json.loads(asset("countries.json").read_text("utf-8"))
    return found


def weight_text(weight_g: int) -> str:
    """Grams as people write them: "1.912 kg"."""
    return f"{weight_g // 1000}.{weight_g % 1000:03d} kg"


_POSTCODE_LAST = frozenset(
    [
        "US",
        "USA",
        "UNITED STATES",
        "CA",
        "CANADA",
        "AU",
        "AUSTRALIA",
        "NZ",
        "NEW ZEALAND",
        "GB",
        "UK",
        "UNITED KINGDOM",
        "IE",
        "IRELAND",
        "IN",
        "INDIA",
    ]
)


def _party(top: Mapping[str, Any], name: str) -> Party:
    if name not in top:
        raise BadShipment(name, "an object with name, lines, postcode, city, region and country", "nothing")
    row = _object(top[name], name)
    lines = _array(row, name, "lines", most=20, required=False)
    return Party(
        name=text_of(row, name, "name", required=True),
        lines=tuple(_as_text(line, f"{name}.lines[{n}]") for n, line in enumerate(lines)),
        postcode=text_of(row, name, "postcode"),
        city=text_of(row, name, "city"),
        region=text_of(row, name, "region"),
        country=text_of(row, name, "country"),
        phone=text_of(row, name, "phone"),
        email=text_of(row, name, "email"),
    )


def _line(value: object, path: str) -> ShipmentLine:
    row = _object(value, path)
    ordered = integer_of(row, path, "ordered", least=0)
    return ShipmentLine(
        sku=text_of(row, path, "sku", required=True),
        name=text_of(row, path, "name"),
        ordered=ordered,
        shipped=integer_of(row, path, "shipped", least=0),
        backordered=_optional_integer(row, path, "backordered"),
        other_parcels=_optional_integer(row, path, "other_parcels"),
        variant=text_of(row, path, "variant"),
        lot=text_of(row, path, "lot"),
    )


def _layer(value: object, path: str) -> Layer:
    row = _object(value, path)
    units = []
    for n, unit in enumerate(_array(row, path, "units", most=2000)):
        at = f"{path}.units[{n}]"
        fields = _object(unit, at)
        units.append(
            LayerUnit(
                step=integer_of(fields, at, "step", least=1),
                x_mm=integer_of(fields, at, "x_mm", least=0),
                y_mm=integer_of(fields, at, "y_mm", least=0),
                length_mm=integer_of(fields, at, "length_mm", least=1),
                width_mm=integer_of(fields, at, "width_mm", least=1),
                sku=text_of(fields, at, "sku"),
            )
        )
    return Layer(integer_of(row, path, "z_mm", least=0), tuple(units))


def _inner(top: Mapping[str, Any]) -> tuple[int, int]:
    sizes = _array(top, "", "inner_mm", most=3, required=False)
    if not sizes:
        return (0, 0)
    if len(sizes) < 2:
        raise BadShipment("inner_mm", "[length, width] in whole millimetres", _shown(sizes))
    for n, size in enumerate(sizes):
        if type(size) is not int or size < 1:
            raise BadShipment(f"inner_mm[{n}]", "a whole number of at least 1", _shown(size))
    return (sizes[0], sizes[1])


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadShipment(path, "an object", _shown(value))
    return value


def _array(row: Mapping[str, Any], path: str, name: str, *, most: int, required: bool = True) -> list[Any]:
    at = _at(path, name)
    value = row.get(name)
    if value is None and not required:
        return []
    if not isinstance(value, list):
        raise BadShipment(at, "a list", _shown(value) if name in row else "nothing")
    if len(value) > most:
        raise BadShipment(at, f"at most {most} entries", f"{len(value)}")
    return value


def text_of(row: Mapping[str, Any], path: str, name: str, *, required: bool = False) -> str:
    """A text of a decoded object, "" where it is absent. Raises BadShipment naming the path."""
    value = row.get(name)
    if value is None and not required:
        return ""
    if value is None:
        raise BadShipment(_at(path, name), "a text", "null" if name in row else "nothing")
    return _as_text(value, _at(path, name))


def _id(row: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    """An id may have been written as a JSON number by somebody's export; as a text it is the same digits."""
    value = row.get(name)
    if type(value) is int:
        value = str(value)
        row = {name: value}
    text = text_of(row, "", name, required=required)
    if required and not text.strip(" "):
        raise BadShipment(name, "a text that is not empty", "an empty text")
    return text


def _as_text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise BadShipment(path, "a text", _shown(value))
    if len(value) > TEXT_CHARS_MAX:
        raise BadShipment(path, f"at most {TEXT_CHARS_MAX} characters", f"{len(value)}")
    return value


def integer_of(
    row: Mapping[str, Any], path: str, name: str, *, least: int, most: int = 10**12, default: int | None = None
) -> int:
    """A whole number of a decoded object. Raises BadShipment naming the path."""
    value = row.get(name, default)
    # bool is an int to Python, and 1.0 parcels is a mistake somewhere upstream.
    if type(value) is not int or not least <= value <= most:
        expected = (
            f"a whole number of at least {least}" if most == 10**12 else f"a whole number from {least} to {most}"
        )
        raise BadShipment(_at(path, name), expected, _shown(value) if name in row else "nothing")
    return value


def _optional_integer(row: Mapping[str, Any], path: str, name: str) -> int | None:
    return None if row.get(name) is None else integer_of(row, path, name, least=0)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    """A value as the document wrote it, not as Python does."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value) if isinstance(value, Decimal) else ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
