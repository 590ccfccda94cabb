"""Rows about fulfillment orders: what carriers answered (labels, refusals) and which papers are there."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from sqlalchemy import Connection

from sync.hub.intake.goods.rows import CODE_CHARS_MAX, WEIGHT_G_MAX
from sync.hub.orders.incoming import Wrong, quoted, tidy, whole
from sync.hub.tables import papers
from sync.hub.tables.books import Act
from sync.hub.tables.database import maybe

KEYS_MAX = 10
FORMATS = ("zpl", "png", "pdf")
REQUIRED = ("block", "warn", "none")
"""What a missing paper does at the bench: nothing leaves without it; it is told; nothing (floor.md FL5.18)."""


def label_row(act: Act, f: dict[str, str], _row: int) -> str:
    """A label a carrier sold, or the word why it did not; `refused` is their code, `words` is what they say."""
    fo = tidy(f["fo"], chars_max=20)
    site = _site_of(act.db, fo)
    refused = tidy(f.get("refused", ""), chars_max=CODE_CHARS_MAX)
    tracking = f["tracking"].strip()
    if bool(refused) == bool(tracking):
        got = "both" if refused else "neither"
        raise Wrong("tracking", f"expected a tracking number, or a code in refused, got {got}.")
    carton = _plain(f.get("carton", ""), "carton") or None
    if refused:
        said = {"fo": fo, "state": "refused", "carton": carton, "tracking": "", "format": "", "content": ""}
        said |= {"code": _plain(refused, "refused"), "words": tidy(f.get("words", "")) or refused, "scan_keys": "[]"}
        return papers.set_label(act, site, f"refused:{fo}:{carton or ''}", said | _whose(f))
    form = tidy(f.get("format", "")).lower()
    if form and form not in FORMATS:
        raise Wrong("format", f"expected {', '.join(FORMATS)}, got {quoted(form)}.")
    keys = [_plain(key, "scan_keys", chars_max=200) for key in f.get("scan_keys", "").split("|") if key.strip()]
    if len(keys) > KEYS_MAX:
        raise Wrong("scan_keys", f"expected at most {KEYS_MAX}, got {len(keys)}.")
    weight_g = whole(f.get("weight_g", ""), "weight_g", most=WEIGHT_G_MAX, empty=0)
    values: dict[str, Any] = {
        "fo": fo,
        "state": "bought",
        "carton": carton,
        "carton_type": _plain(f.get("carton_type", ""), "carton_type") or None,
        "weight_g": weight_g or None,
        "tracking": _plain(tracking, "tracking"),
        "format": form,
        "content": _content(f.get("content", "").strip(), form),
        "scan_keys": json.dumps(keys),
    }
    other = maybe(
        act.db, "SELECT fo FROM label WHERE site_id = :site AND label = :name AND fo <> :fo", site=site,
        name=values["tracking"], fo=fo,
    )  # fmt: skip
    if other is not None:
        raise Wrong("tracking", f"expected a number of its own, got the one of {other.fo}.")
    return papers.set_label(act, site, values["tracking"], values | _whose(f))


def document_row(act: Act, f: dict[str, str], _row: int) -> str:
    """A paper of an order, which is there or is still to come."""
    fo = tidy(f["fo"], chars_max=20)
    site = _site_of(act.db, fo)
    name = tidy(f["document"], chars_max=20).lower()
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise Wrong("document", f"expected a word such as invoice or customs, got {quoted(name)}.")
    required = tidy(f["required"]).lower()
    if required not in REQUIRED:
        raise Wrong("required", f"expected {', '.join(REQUIRED)}, got {quoted(required)}.")
    ready = tidy(f["ready"]).lower()
    if ready not in ("yes", "no"):
        raise Wrong("ready", f"expected yes or no, got {quoted(ready)}.")
    return papers.set_document(act, site, fo, name, required, ready=ready == "yes")


def _whose(f: dict[str, str]) -> dict[str, str]:
    return {
        "carrier": tidy(f.get("carrier", ""), chars_max=12).upper(),
        "service": tidy(f.get("service", ""), chars_max=60),
    }


def _site_of(db: Connection, fo: str) -> str:
    row = maybe(db, "SELECT site_id, status FROM fo WHERE fo = :fo", fo=fo)
    if row is None:
        raise Wrong("fo", f"expected a fulfillment order, got {quoted(fo)}.")
    if row.status in ("closed", "cancelled"):
        raise Wrong("fo", f"expected one that is still open, got {fo}, which is {row.status}.")
    return str(row.site_id)


def _plain(text: str, path: str, chars_max: int = CODE_CHARS_MAX) -> str:
    """What people will scan, or codes: printable ASCII."""
    code = text.strip()
    if len(code) > chars_max or not code.isascii() or not code.isprintable():
        raise Wrong(path, f"expected at most {chars_max} printable ASCII characters, got {quoted(code)}.")
    return code


def _content(text: str, form: str) -> str:
    if not text:
        return ""
    if not form:
        raise Wrong("format", "expected the format of the content, got none.")
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("content", "expected base64, got something else.") from None
    return text
