"""Reference data from files into the hub: catalog, locations, cartons, stock, users, sites.

Every import is a table of rows with one key each. A row that is the same as what is stored changes nothing; a wrong
row is refused by itself and put on the review list.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sync.hub import stock
from sync.hub.intake.read import Rec, encoding_of, records
from sync.hub.intake.summary import Summary, keep_review, settle_review
from sync.hub.orders.incoming import Wrong, quoted, tidy, time_ms, whole
from sync.hub.tables import books, feed, work
from sync.hub.tables.books import Act, Cause
from sync.hub.tables.database import Database, all_of, do, maybe

CHUNK = 500
CODE_CHARS_MAX = 48
LENGTH_MM_MAX = 100_000
WEIGHT_G_MAX = 10_000_000
FLAGS = ("fragile", "this_way_up", "no_stack", "ship_alone", "own_box", "liquid", "soft", "lot", "serial", "expiry")
KINDS = ("box", "mailer", "tube", "pallet")
ROLES = ("packer", "associate", "supervisor", "site_admin", "hub_admin", "auditor", "integration")
PIN_DIGITS_MIN = 6  # a stolen hash of four digits falls in minutes (sync X2)

Take = Callable[[Act, dict[str, str], int], str]
"""Takes one row in; tells "created", "updated" or "unchanged". Raises Wrong."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a file of one kind must have: its columns, which may be empty or absent, and its key."""

    columns: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]


FORMS = {
    "catalog": Form(
        ("sku", "name", "barcode", "length_mm", "width_mm", "height_mm", "weight_g", "price_minor", "flags"),
        ("parent", "attributes", "image"),
        ("sku",),
    ),
    "cartons": Form(
        (
            *("code", "name", "inner_length_mm", "inner_width_mm", "inner_height_mm"),
            *("outer_length_mm", "outer_width_mm", "outer_height_mm"),
            *("empty_weight_g", "max_weight_g", "cost_minor", "kind"),
        ),
        (),
        ("code",),
    ),
    "locations": Form(
        ("location", "zone", "sequence", "aisle", "bay", "x_mm", "y_mm"), ("site",), ("site", "location")
    ),
    "stock": Form(("site", "location", "sku", "quantity"), ("lot", "expiry"), ("site", "location", "sku", "lot")),
    "users": Form(("user", "name", "role", "badge", "pin"), (), ("user",)),
    "sites": Form(
        ("site", "name", "kind", "address1", "city", "region", "postcode", "country"),
        ("priority", "postcode_prefixes"),
        ("site",),
    ),
}
"""Every kind of reference data by its name on the command line."""


def import_goods(
    database: Database,
    kind: str,
    path: Path,
    *,
    site: str | None = None,
    dry_run: bool = False,
    encoding: str | None = None,
    told: Callable[[int], None] = lambda _done: None,
) -> Summary:
    """Take in a file of reference data. `site`: whose locations they are, where the file has no such column."""
    form = FORMS[kind]
    used, note = encoding_of(path, encoding)
    summary = Summary(kind)
    if note:
        summary.notes.append(note)
    importer = _Importer(kind, site)
    stream = _once(records(path, used, form.columns), form, summary, site)
    run = database.rehearse if dry_run else database.write
    done = 0
    while not summary.stopped and (chunk := list(islice(stream, CHUNK))):
        before = len(summary.rejected)
        mark = (summary.created, summary.unchanged, summary.updated)

        def act(
            db: Connection, chunk: list[Rec] = chunk, before: int = before, mark: tuple[int, int, int] = mark
        ) -> None:
            # A transaction that is tried again begins with the counts it began with.
            del summary.rejected[before:]
            summary.created, summary.unchanged, summary.updated = mark
            _take(Act(db, database.now_ms(), "import"), importer, form, chunk, summary)

        run(act)
        done += len(chunk)
        told(done)
    if kind == "stock" and importer.rose and not dry_run:
        database.write(lambda db: _routed_anew(Act(db, database.now_ms(), "import"), importer.rose, summary))
    return summary


def ensure_site(database: Database, site: str) -> None:
    """A site that is not described yet: it exists, ships, and comes last."""

    def act(db: Connection) -> None:
        if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
            made = Act(db, database.now_ms(), "init")
            _write_site(made, {"site": site, "name": site, "kind": "warehouse"}, "created")
            made.finish()

    with database.reading() as db:
        there = maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is not None
    if not there:
        database.write(act)


def _take(act: Act, importer: _Importer, form: Form, chunk: list[Rec], summary: Summary) -> None:
    take = importer.take(act.db)
    for rec in chunk:
        key = _key(rec, form, importer.site)
        first = len(summary.rejected)
        try:
            done = take(act, rec.fields, rec.row)
        except Wrong as wrong:
            summary.refuse(rec.row, key, wrong.path, wrong.reason)
            keep_review(act.db, summary.what, "", summary.rejected[first:], act.at)
            if summary.stopped:
                break
            continue
        setattr(summary, done, getattr(summary, done) + 1)
        settle_review(act.db, summary.what, "", key)
    act.finish()


def _once(rows: Iterator[Rec], form: Form, summary: Summary, site: str | None) -> Iterator[Rec]:
    """Rows that can be read, each key once: a second one is refused, it would silently win."""
    first: dict[str, int] = {}
    for rec in rows:
        if rec.wrong or not all(name in rec.fields for name in form.columns):
            reason = rec.wrong or f"expected {len(form.columns)} fields, got {len(rec.fields)}."
            summary.refuse(rec.row, "", "row", reason)
        else:
            key = _key(rec, form, site)
            if key in first:
                summary.refuse(rec.row, key, form.key[-1], f"expected it once, got it at row {first[key]} too.")
            else:
                first[key] = rec.row
                yield rec
        if summary.stopped:
            return


def _key(rec: Rec, form: Form, site: str | None) -> str:
    parts = [rec.fields.get(name, (site or "") if name == "site" else "").strip() for name in form.key]
    return tidy("/".join(parts).strip("/"), chars_max=120)


def _routed_anew(act: Act, skus: set[str], summary: Summary) -> None:
    found = work.retry_waiting(act, skus)
    act.finish()
    if found:
        summary.notes.append(f"{len(found)} waiting orders found a site.")


class _Importer:
    """How a row of each kind is taken in. `rose`: SKUs of which more came in."""

    def __init__(self, kind: str, site: str | None) -> None:
        self.kind, self.site = kind, site
        self.batch = secrets.token_hex(6)
        self.rose: set[str] = set()

    def take(self, db: Connection) -> Take:
        match self.kind:
            case "catalog":
                return _catalog_row
            case "cartons":
                return _carton_row
            case "locations":
                return self._location_row
            case "stock":
                return self._stock_row
            case "users":
                key = feed.number(db, "badge_key")
                return lambda act, f, row: _user_row(act, f, row, key)
            case _:
                return _site_row

    def _location_row(self, act: Act, f: dict[str, str], _row: int) -> str:
        site = tidy(f.get("site", "")) or self.site or _only_site(act.db)
        _must_be_site(act.db, site)
        code = _code(act.db, f["location"], "location", site_codes=False)
        return _upsert(
            act,
            "location",
            {"site_id": site, "location": code},
            {
                "zone": tidy(f["zone"], chars_max=20),
                "sequence": whole(f["sequence"], "sequence", empty=0),
                "aisle": tidy(f["aisle"], chars_max=20),
                "bay": tidy(f["bay"], chars_max=20),
                "x_mm": whole(f["x_mm"], "x_mm", empty=0),
                "y_mm": whole(f["y_mm"], "y_mm", empty=0),
            },
            [(site, "location", code)],
        )

    def _stock_row(self, act: Act, f: dict[str, str], row: int) -> str:
        site, place, sku = tidy(f["site"]), tidy(f["location"]), tidy(f["sku"], chars_max=64)
        lot, expiry = tidy(f.get("lot", ""), chars_max=20), tidy(f.get("expiry", ""), chars_max=10)
        _must_be_site(act.db, site)
        units = whole(f["quantity"], "quantity", most=10_000_000)
        if expiry:
            time_ms(expiry, "expiry")
        if maybe(act.db, "SELECT 1 FROM sku WHERE sku = :sku", sku=sku) is None:
            raise Wrong("sku", f"expected an item of the catalog, got {quoted(sku)}.")
        known = maybe(
            act.db, "SELECT 1 FROM location WHERE site_id = :site AND location = :place", site=site, place=place
        )
        if place and known is None:
            raise Wrong("location", f"expected a location of {site}, got {quoted(place)}.")
        stored = maybe(
            act.db,
            "SELECT quantity, expiry FROM bin_stock WHERE site_id = :site AND location = :place AND sku = :sku"
            " AND lot = :lot",
            site=site,
            place=place,
            sku=sku,
            lot=lot,
        )
        if stored is not None and (stored.quantity, stored.expiry or "") == (units, expiry):
            return "unchanged"
        before = stored.quantity if stored else 0
        cause = Cause("import", "stock", f"{place}/{sku}/{lot}", f"import:{self.batch}:{row}")
        held = books.held(act, site, sku)
        if units > before:
            books.receive(act, site, sku, units - before, cause)
            self.rose.add(sku)
        elif units < before:
            books.book(act, site, sku, stock.counted(held, before, units, everywhere=False), cause)
            books.settle_alert(act, site, sku)
        do(
            act.db,
            "INSERT INTO bin_stock (site_id, location, sku, lot, quantity, expiry) VALUES (:site, :place, :sku, :lot,"
            " :units, :expiry) ON CONFLICT (site_id, location, sku, lot) DO UPDATE SET quantity = excluded.quantity,"
            " expiry = excluded.expiry",
            site=site,
            place=place,
            sku=sku,
            lot=lot,
            units=units,
            expiry=expiry or None,
        )
        act.touch(site, "stock", sku)
        return "created" if stored is None else "updated"


def _catalog_row(act: Act, f: dict[str, str], _row: int) -> str:
    sku = _code(act.db, f["sku"], "sku", site_codes=True)
    flags = _flags(f["flags"])
    codes = _barcodes(act.db, sku, f["barcode"])
    done = _upsert(
        act,
        "sku",
        {"sku": sku},
        {
            "name": tidy(f["name"]) or sku,
            **{
                side: whole(f[side], side, most=LENGTH_MM_MAX, empty=0)
                for side in ("length_mm", "width_mm", "height_mm")
            },
            "weight_g": whole(f["weight_g"], "weight_g", most=WEIGHT_G_MAX, empty=0),
            "price_minor": whole(f["price_minor"], "price_minor", most=10**12, empty=0),
            "flags": json.dumps(flags),
            "parent": tidy(f.get("parent", ""), chars_max=CODE_CHARS_MAX) or None,
            "attributes": json.dumps(_attributes(f.get("attributes", "")), ensure_ascii=False),
            "image": tidy(f.get("image", "")) or None,
        },
        [(feed.EVERYWHERE, "sku", sku)],
    )
    stored = {
        r.code: r.quantity for r in all_of(act.db, "SELECT code, quantity FROM barcode WHERE sku = :sku", sku=sku)
    }
    for code, units in codes.items():
        if stored.get(code) != units:
            _upsert(
                act, "barcode", {"code": code}, {"sku": sku, "quantity": units}, [(feed.EVERYWHERE, "barcode", code)]
            )
            done = "updated" if done == "unchanged" else done
    for code in sorted(set(stored) - set(codes)):
        do(act.db, "DELETE FROM barcode WHERE code = :code", code=code)
        _touch(act, feed.EVERYWHERE, "barcode", code)  # the feed finds no such barcode, and says it is gone
        done = "updated" if done == "unchanged" else done
    return done


def _carton_row(act: Act, f: dict[str, str], _row: int) -> str:
    code = _code(act.db, f["code"], "code", site_codes=True, itself="carton")
    sides = ("length", "width", "height")
    inner = {f"inner_{s}_mm": whole(f[f"inner_{s}_mm"], f"inner_{s}_mm", least=1, most=LENGTH_MM_MAX) for s in sides}
    outer = {
        f"outer_{s}_mm": whole(
            f[f"outer_{s}_mm"], f"outer_{s}_mm", least=0, most=LENGTH_MM_MAX, empty=inner[f"inner_{s}_mm"]
        )
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
    return _upsert(act, "carton", {"code": code}, values, [(feed.EVERYWHERE, "carton", code)])


def _user_row(act: Act, f: dict[str, str], _row: int, key: str) -> str:
    user = tidy(f["user"], chars_max=32)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", user):
        raise Wrong("user", f"expected letters, digits and . _ -, got {quoted(user)}.")
    role = tidy(f["role"]).lower()
    if role not in ROLES:
        raise Wrong("role", f"expected {', '.join(ROLES)}, got {quoted(role)}.")
    badge, pin = f["badge"].strip(), f["pin"].strip()
    if len(badge) > 128 or not badge.isprintable():
        raise Wrong("badge", "expected at most 128 printable characters, got others.")
    if pin and not re.fullmatch(rf"[0-9]{{{PIN_DIGITS_MIN},12}}", pin):
        raise Wrong("pin", f"expected {PIN_DIGITS_MIN} to 12 digits, got {len(pin)} other characters.")
    badge_hash = badge_hash_of(badge, key) if badge else None
    if badge_hash is not None:
        other = maybe(
            act.db, "SELECT user_id FROM staff WHERE badge_hash = :h AND user_id <> :user", h=badge_hash, user=user
        )
        if other is not None:
            raise Wrong("badge", f"expected a badge of their own, got the one of {other.user_id}.")
    stored = maybe(act.db, "SELECT pin_hash FROM staff WHERE user_id = :user", user=user)
    pin_hash = _pin_hash(pin, key, stored.pin_hash if stored else None)
    values = {"name": tidy(f["name"]) or user, "role": role, "badge_hash": badge_hash, "pin_hash": pin_hash}
    return _upsert(act, "staff", {"user_id": user}, values, [(feed.EVERYWHERE, "user", user)])


def badge_hash_of(badge: str, key_hex: str) -> str:
    """What stations keep of a badge: a keyed hash (floor.md FL1.3)."""
    return hashlib.blake2b(badge.encode(), key=bytes.fromhex(key_hex), digest_size=16).hexdigest()


def _pin_hash(pin: str, key_hex: str, stored: str | None) -> str | None:
    if not pin:
        return None
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
    if stored is not None:
        try:
            hasher.verify(stored, f"{pin}|{key_hex}")
        except (VerificationError, InvalidHashError):
            pass  # another PIN than before: hashed anew below
        else:
            return stored
    return hasher.hash(f"{pin}|{key_hex}")


def _site_row(act: Act, f: dict[str, str], _row: int) -> str:
    site = tidy(f["site"], chars_max=32)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", site):
        raise Wrong("site", f"expected letters, digits and . _ -, got {quoted(site)}.")
    kind = tidy(f["kind"]).lower() or "warehouse"
    if kind not in ("warehouse", "store"):
        raise Wrong("kind", f"expected warehouse or store, got {quoted(kind)}.")
    country = tidy(f["country"]).upper()
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise Wrong("country", f"expected two letters, got {quoted(country)}.")
    whole(f.get("priority", ""), "priority", most=10_000, empty=100)
    there = maybe(act.db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is not None
    return _write_site(act, f | {"site": site, "kind": kind, "country": country}, "updated" if there else "created")


def _write_site(act: Act, f: dict[str, str], done: str) -> str:
    site = f["site"]
    lines = [line for line in (tidy(f.get("address1", "")), tidy(f.get("address2", ""))) if line]
    prefixes = [tidy(p, chars_max=12).upper() for p in f.get("postcode_prefixes", "").split("|") if p.strip()]
    values = {
        "name": tidy(f["name"]) or site,
        "kind": f["kind"],
        "lines": json.dumps(lines, ensure_ascii=False),
        "city": tidy(f.get("city", "")),
        "region": tidy(f.get("region", "")),
        "postcode": tidy(f.get("postcode", ""), chars_max=12),
        "country": f.get("country", ""),
        "priority": whole(f.get("priority", ""), "priority", most=10_000, empty=100),
        "postcode_prefixes": json.dumps(prefixes),
    }
    if _upsert(act, "site", {"site_id": site}, values, []) == "unchanged":
        return "unchanged"
    if done == "created":
        feed.fill(act.db, site)
        settings: dict[str, Any] = {
            "badge_key": feed.number(act.db, "badge_key"),
            "command_key": None,
            "language": "en",
            "carriers": {},
            "weight_tolerance": {"abs_g": 30, "permille": 30},
            "rules": {},
        }
        for name, value in settings.items():
            feed.set_setting(act.db, site, name, value)
            act.touch(site, "setting", name)
    told = {name: values[name] for name in ("name", "postcode", "city", "region", "country", "kind")}
    feed.set_setting(act.db, site, "site", {"site": site, **told, "lines": lines})
    act.touch(site, "setting", "site")
    return done


# --- shared by the rows ------------------------------------------------------------------------------------------


def _upsert(
    act: Act, table: str, key: dict[str, Any], values: dict[str, Any], touched: list[tuple[str, str, str]]
) -> str:
    """Store a row by its key; touch it where it is new or different. The names are ours, the values are bound."""
    names = ", ".join(values)
    where = " AND ".join(f"{name} = :{name}" for name in key)
    stored = maybe(act.db, f"SELECT {names} FROM {table} WHERE {where}", **key)  # noqa: S608  names are constants
    if stored is not None and tuple(stored) == tuple(values.values()):
        return "unchanged"
    columns = [*key, *values]
    sets = ", ".join(f"{name} = excluded.{name}" for name in values)
    do(
        act.db,
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}",
        **key,
        **values,
    )
    for site, kind, name in touched:
        _touch(act, site, kind, name)
    return "created" if stored is None else "updated"


def _touch(act: Act, site: str, kind: str, key: str) -> None:
    for place in feed.sites(act.db) if site == feed.EVERYWHERE else [site]:
        act.touch(place, kind, key)


def _code(db: Connection, text: str, path: str, *, site_codes: bool, itself: str = "") -> str:
    """A code people scan: printable, not a command, and not another thing's code (floor.md FL2.17)."""
    code = text.strip()
    if not code:
        raise Wrong(path, "expected a code, got none.")
    if len(code) > CODE_CHARS_MAX or not code.isprintable() or not code.isascii():
        raise Wrong(path, f"expected at most {CODE_CHARS_MAX} printable ASCII characters, got {quoted(code)}.")
    if code.startswith("*"):
        raise Wrong(path, f"expected a code that does not begin with *, which is for commands, got {quoted(code)}.")
    if re.fullmatch(r"T-[0-9]+", code):
        raise Wrong(path, f"expected a code that is no tote's, got {quoted(code)}.")
    if site_codes:
        if maybe(db, "SELECT 1 FROM location WHERE location = :code LIMIT 1", code=code) is not None:
            raise Wrong(path, f"expected a code that is no location's, got {quoted(code)}.")
        if itself != "carton" and maybe(db, "SELECT 1 FROM carton WHERE code = :code", code=code) is not None:
            raise Wrong(path, f"expected a code that is no carton type's, got {quoted(code)}.")
    if (
        path != "sku"
        and not path.startswith("barcode")
        and maybe(db, "SELECT 1 FROM sku WHERE sku = :code UNION SELECT 1 FROM barcode WHERE code = :code", code=code)
    ):
        raise Wrong(path, f"expected a code that is no item's, got {quoted(code)}.")
    return code


def _barcodes(db: Connection, sku: str, text: str) -> dict[str, int]:
    """Codes with how many units each stands for: "5012345678900|15012345678907*12"."""
    found: dict[str, int] = {}
    for part in (part for part in text.split("|") if part.strip()):
        match = re.fullmatch(r"(.+?)(?:\*([0-9]{1,4}))?", part.strip())
        units = int(match[2]) if match and match[2] else 1
        code = _code(db, match[1] if match else part, "barcode", site_codes=True)
        if not 1 <= units <= 9999:
            raise Wrong("barcode", f"expected 1 to 9999 units for {quoted(code)}, got {units}.")
        if code in found:
            raise Wrong("barcode", f"expected each code once, got {quoted(code)} twice.")
        other = maybe(db, "SELECT sku FROM barcode WHERE code = :code AND sku <> :sku", code=code, sku=sku)
        if other is not None:
            raise Wrong("barcode", f"expected a code of its own, got {quoted(code)}, which is {other.sku}.")
        found[code] = units
    return found


def _flags(text: str) -> list[str]:
    found = []
    for part in (part.strip() for part in text.split("|") if part.strip()):
        if part not in FLAGS and not re.fullmatch(r"hazmat:[A-Za-z0-9.]{1,10}", part):
            raise Wrong("flags", f"expected {', '.join(FLAGS)} or hazmat:CLASS, got {quoted(part)}.")
        found.append(part)
    return found


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for part in (part for part in text.split("|") if part.strip()):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise Wrong("attributes", f"expected name=value, got {quoted(part)}.")
        found[tidy(name, chars_max=40)] = tidy(value, chars_max=80)
    return found


def _must_be_site(db: Connection, site: str) -> None:
    if maybe(db, "SELECT 1 FROM site WHERE site_id = :site", site=site) is None:
        raise Wrong("site", f"expected a known site, got {quoted(site)}; import sites first.")


def _only_site(db: Connection) -> str:
    there = feed.sites(db)
    if len(there) != 1:
        raise Wrong("site", f"expected a column site or --site, as there are {len(there)} sites.")
    return there[0]
