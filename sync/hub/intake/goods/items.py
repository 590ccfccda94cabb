"""Rows of the catalog and of carton types."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import Connection

from sync.hub.intake.goods.rows import CODE_CHARS_MAX, LENGTH_MM_MAX, WEIGHT_G_MAX, code_of, touch, upsert
from sync.hub.orders.incoming import Wrong, quoted, tidy, whole
from sync.hub.tables import feed
from sync.hub.tables.books import Act
from sync.hub.tables.database import all_of, do, maybe

FLAGS = ("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft", "lot", "serial", "expiry")
PARTS_MAX = 50
OWN_BOX = "OWN"
"""The carton of an item that ships as it stands (cartons.md CT3.9): no carton type may be called so."""
KINDS = ("box", "mailer", "tube", "pallet")


def catalog_row(act: Act, f: dict[str, str], _row: int) -> str:
    """An item with its barcodes; a barcode that is no longer named is gone."""
    sku = code_of(act.db, f["sku"], "sku", site_codes=True)
    flags = _flags(f["flags"])
    codes = _barcodes(act.db, sku, f["barcode"])
    attributes = _attributes(f.get("attributes", "")) | _customs(f) | _case(f, codes)
    done = upsert(
        act,
        "sku",
        {"sku": sku},
        {
            "name": tidy(f["name"]) or sku,
            **_sides(act.db, sku, f),
            "price_minor": whole(f["price_minor"], "price_minor", most=10**12, empty=0),
            "flags": json.dumps(flags),
            "parent": tidy(f.get("parent", ""), chars_max=CODE_CHARS_MAX) or None,
            "attributes": json.dumps(attributes, ensure_ascii=False),
            "image": tidy(f.get("image", "")) or None,
            "kit": json.dumps(_kit(sku, f.get("kit", ""))),
            **_note(act, sku, f),
        },
        [(feed.EVERYWHERE, "sku", sku)],
    )
    stored = {
        r.code: r.quantity for r in all_of(act.db, "SELECT code, quantity FROM barcode WHERE sku = :sku", sku=sku)
    }
    for code, units in codes.items():
        if stored.get(code) != units:
            upsert(
                act, "barcode", {"code": code}, {"sku": sku, "quantity": units}, [(feed.EVERYWHERE, "barcode", code)]
            )
            done = "updated" if done == "unchanged" else done
    for code in sorted(set(stored) - set(codes)):
        do(act.db, "DELETE FROM barcode WHERE code = :code", code=code)
        touch(act, feed.EVERYWHERE, "barcode", code)  # the feed finds no such barcode, and says it is gone
        done = "updated" if done == "unchanged" else done
    return done


def carton_row(act: Act, f: dict[str, str], _row: int) -> str:
    """A carton type; outer sizes that are not given are the inner ones."""
    code = code_of(act.db, f["code"], "code", site_codes=True, itself="carton")
    sides = ("length", "width", "height")
    if code.upper() == OWN_BOX:
        raise Wrong("code", f"expected a code other than {OWN_BOX}, an item's own box, got {quoted(code)}.")
    inner = {f"inner_{s}_mm": _mm(f[f"inner_{s}_mm"], f"inner_{s}_mm", up=False, least=1) for s in sides}
    outer = {
        f"outer_{s}_mm": _mm(f[f"outer_{s}_mm"], f"outer_{s}_mm", up=True, empty=inner[f"inner_{s}_mm"])
        or inner[f"inner_{s}_mm"]
        for s in sides
    }
    for s in sides:
        if outer[f"outer_{s}_mm"] < inner[f"inner_{s}_mm"]:
            raise Wrong(
                f"outer_{s}_mm",
                f"expected at least the inner {inner[f'inner_{s}_mm']}, got {outer[f'outer_{s}_mm']}.",
            )
    kind = tidy(f["kind"]).lower() or "box"
    if kind not in KINDS:
        raise Wrong("kind", f"expected {', '.join(KINDS)}, got {quoted(kind)}.")
    if kind == "tube" and inner["inner_width_mm"] != inner["inner_height_mm"]:
        width, height = inner["inner_width_mm"], inner["inner_height_mm"]
        raise Wrong("inner_height_mm", f"expected a tube's diameter as width and height, got {width} and {height}.")
    empty_g = whole(f["empty_weight_g"], "empty_weight_g", most=WEIGHT_G_MAX, empty=0)
    values: dict[str, Any] = {
        "name": tidy(f["name"]) or code,
        **inner,
        **outer,
        "empty_weight_g": empty_g,
        "max_weight_g": whole(f["max_weight_g"], "max_weight_g", least=empty_g + 1, most=WEIGHT_G_MAX),
        "cost_minor": whole(f["cost_minor"], "cost_minor", most=10**9, empty=0),
        "kind": kind,
    }
    return upsert(act, "carton", {"code": code}, values, [(feed.EVERYWHERE, "carton", code)])


def _mm(text: str, path: str, *, up: bool, least: int = 0, empty: int | None = None) -> int:
    """A length; a part of a millimetre is rounded to the safe side: items and outer sizes up, inner ones down
    (cartons.md CT2.3)."""
    fraction = re.fullmatch(r"\s*([0-9]{1,15})\.([0-9]{1,15})\s*", text)
    if fraction is not None:
        text = str(int(fraction[1]) + (1 if up and int(fraction[2]) else 0))
    return whole(text, path, least=least, most=LENGTH_MM_MAX, empty=empty)


def _note(act: Act, sku: str, f: dict[str, str]) -> dict[str, Any]:
    """What is read before the first unit of the item is packed (FL4.42): changed words are read once more, so the
    open orders of the item are told again. A file without the column leaves the note as it is."""
    stored = maybe(act.db, "SELECT note, note_rev FROM sku WHERE sku = :sku", sku=sku)
    before, rev = (stored.note, int(stored.note_rev)) if stored is not None else (None, 1)
    note = (tidy(f["note"]) or None) if "note" in f else before
    if stored is None or note == before:
        return {"note": note, "note_rev": rev}
    waiting = "SELECT DISTINCT f.site_id, f.fo FROM fo f JOIN fo_line l ON l.site_id = f.site_id AND l.fo = f.fo"
    for row in all_of(act.db, waiting + " WHERE l.sku = :sku AND f.status NOT IN ('closed', 'cancelled')", sku=sku):
        act.touch(row.site_id, "fo", row.fo)
    return {"note": note, "note_rev": rev + 1}


def _barcodes(db: Connection, sku: str, text: str) -> dict[str, int]:
    """Codes with how many units each stands for: "5012345678900|15012345678907*12"."""
    found: dict[str, int] = {}
    for part in (part for part in text.split("|") if part.strip()):
        match = re.fullmatch(r"(.+?)(?:\*([0-9]{1,4}))?", part.strip())
        units = int(match[2]) if match and match[2] else 1
        code = code_of(db, match[1] if match else part, "barcode", site_codes=True)
        if not 1 <= units <= 9999:
            raise Wrong("barcode", f"expected 1 to 9999 units for {quoted(code)}, got {units}.")
        if code in found:
            raise Wrong("barcode", f"expected each code once, got {quoted(code)} twice.")
        other = maybe(db, "SELECT sku FROM barcode WHERE code = :code AND sku <> :sku", code=code, sku=sku)
        if other is not None:
            raise Wrong("barcode", f"expected a code of its own, got {quoted(code)}, which is {other.sku}.")
        found[code] = units
    return found


def _kit(sku: str, text: str) -> list[tuple[str, int]]:
    """The parts of a kit with their units: "BLUE-MUG*2|TEAPOT". They may stand further down in the file."""
    found: dict[str, int] = {}
    for part in (part.strip() for part in text.split("|") if part.strip()):
        match = re.fullmatch(r"(.+?)(?:\*([0-9]{1,3}))?", part)
        name, units = (match[1], int(match[2] or 1)) if match else (part, 0)
        if name == sku or name in found or units < 1 or len(name) > CODE_CHARS_MAX:
            raise Wrong("kit", f"expected each part once, as SKU*units, got {quoted(part)}.")
        found[name] = units
    if len(found) > PARTS_MAX:
        raise Wrong("kit", f"expected at most {PARTS_MAX} parts, got {len(found)}.")
    return list(found.items())


def _sides(db: Connection, sku: str, f: dict[str, str]) -> dict[str, int]:
    """Sides and weight; sides that somebody measured stay what they are, whatever a file says (CT6.1)."""
    names = ("length_mm", "width_mm", "height_mm")
    given = {side: _mm(f[side], side, up=True, empty=0) for side in names}
    weight_g = whole(f["weight_g"], "weight_g", most=WEIGHT_G_MAX, empty=0)
    kept = maybe(
        db,
        "SELECT sku.length_mm, sku.width_mm, sku.height_mm, sku.weight_g FROM sku"
        " JOIN sku_measured m ON m.sku = sku.sku WHERE sku.sku = :sku",
        sku=sku,
    )
    if kept is None:
        return given | {"weight_g": weight_g}
    return dict(zip(names, kept[:3], strict=True)) | {"weight_g": weight_g or int(kept.weight_g)}


def _case(f: dict[str, str], codes: dict[str, int]) -> dict[str, str]:
    """The size of a full case, for packing it as one piece: "12:400x300x250:8200" (cartons.md CT2.5)."""
    size, weight = tidy(f.get("case_size_mm", "")).lower(), f.get("case_weight_g", "")
    if not size:
        return {}
    if not re.fullmatch(r"[1-9][0-9]{0,4}x[1-9][0-9]{0,4}x[1-9][0-9]{0,4}", size):
        raise Wrong("case_size_mm", f"expected three sides such as 400x300x250, got {quoted(size)}.")
    counts = sorted({units for units in codes.values() if units > 1})
    if len(counts) != 1:
        raise Wrong("case_size_mm", f"expected one case barcode such as 15012345678907*12, got {len(counts)}.")
    return {"case": f"{counts[0]}:{size}:{whole(weight, 'case_weight_g', most=WEIGHT_G_MAX, empty=0)}"}


def _flags(text: str) -> list[str]:
    found = []
    for part in (part.strip() for part in text.split("|") if part.strip()):
        if part not in FLAGS and not re.fullmatch(r"hazmat:[A-Za-z0-9.]{1,10}", part):
            raise Wrong("flags", f"expected {', '.join(FLAGS)} or hazmat:CLASS, got {quoted(part)}.")
        found.append(part)
    return found


def _customs(f: dict[str, str]) -> dict[str, str]:
    """What a declaration asks for; the station's customs page reads it from the attributes by these names."""
    hs_code = tidy(f.get("hs_code", ""))
    if hs_code and not re.fullmatch(r"[0-9]{4}[. ]?[0-9]{2}([. ]?[0-9]{2}){0,3}", hs_code):
        raise Wrong("hs_code", f"expected 6 to 12 digits such as 6912.00, got {quoted(hs_code)}.")
    origin = tidy(f.get("origin", "")).upper()
    if origin and not re.fullmatch(r"[A-Z]{2}", origin):
        raise Wrong("origin", f"expected the two letters of a country, got {quoted(origin)}.")
    customs_name = tidy(f.get("customs_name", ""), chars_max=80)
    written = {"hs_code": hs_code, "origin": origin, "customs_name": customs_name}
    return {name: value for name, value in written.items() if value}


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for part in (part for part in text.split("|") if part.strip()):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise Wrong("attributes", f"expected name=value, got {quoted(part)}.")
        found[tidy(name, chars_max=40)] = tidy(value, chars_max=80)
    return found
