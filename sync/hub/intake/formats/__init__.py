"""The formats orders come in, each as a reader from a file to `Incoming` or `Refused` (hub.md I5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sync.hub.intake.formats.documents import shopify_json, woocommerce_json
from sync.hub.intake.formats.read_order import NoWork, Read, Refused
from sync.hub.intake.formats.rows import amazon_tsv, ours, shopify_csv

FORMATS: dict[str, Callable[[Path, str], Iterator[Read]]] = {
    "csv": ours,
    "shopify-csv": shopify_csv,
    "shopify-json": shopify_json,
    "woocommerce-json": woocommerce_json,
    "amazon-tsv": amazon_tsv,
}
"""Every format of orders by its name on the command line."""

__all__ = ["FORMATS", "NoWork", "Read", "Refused"]
