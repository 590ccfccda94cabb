"""Another variant of the same goods: which attribute tells it from the one that is wanted (FL4.25, FL6.19). Pure."""

from __future__ import annotations

from packstation.workflows.desk import Item


def told_apart(wanted: Item, got: Item | None) -> dict[str, str | int] | None:
    """What is said of a variant that is not the wanted one: item, attribute, got, need; None where it is none."""
    if got is None or not got.parent or got.parent != wanted.parent or got.sku == wanted.sku:
        return None
    for attribute, need in wanted.attributes.items():
        has = got.attributes.get(attribute)
        if has is not None and has != need:
            return {"item": wanted.name, "attribute": attribute, "got": has, "need": need}
    return None
