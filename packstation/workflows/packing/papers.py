"""Papers that travel with a parcel: what is missing, what was refused, what we print (FL5.14, FL5.18). Pure."""

from __future__ import annotations

from msgspec import Struct

from packstation.workflows.desk import Job, Reader, Refusal
from packstation.workflows.order import Box

CUSTOMS = "customs"


class Papers(Struct, frozen=True):
    """`warn`, `block`: kinds that are missing, by the rule of each. `fill_in`: what our customs page leaves blank,
    as (word, SKU): it is printed all the same, for the hand to complete."""

    warn: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    fill_in: tuple[tuple[str, str], ...] = ()


def papers(job: Job, reader: Reader) -> Papers:
    """What is missing: by the carrier's rule, by what the hub requires, and for goods that leave the customs area."""
    doc = job.doc
    written = reader.carrier_rule(doc.carrier, "documents", "")
    rules = dict(pair.split("=", 1) for pair in written.split() if "=" in pair)
    rules = dict.fromkeys(doc.wished, "warn") | rules
    for kind in doc.required:
        rules[kind] = "block"
    blank: tuple[tuple[str, str], ...] = ()
    ready = set(doc.documents)
    if prints_customs(job):
        blank = customs_blanks(job)
        if not blank:
            ready.add(CUSTOMS)
    elif CUSTOMS not in doc.required:
        rules.pop(CUSTOMS, None)  # goods that stay in the area need none, whatever the carrier's rule is for others
    missing: dict[str, list[str]] = {"warn": [], "block": []}
    for kind, rule in rules.items():
        if kind not in ready and rule in missing:
            missing[rule].append(kind)
    return Papers(tuple(missing["warn"]), tuple(missing["block"]), blank)


def refusal_of(job: Job, box: Box) -> Refusal | None:
    """What the carrier said when it sold no label for the box, as far as the hub has told (FL5.14)."""
    return next((each for each in job.doc.refusals if each.carton in (None, box.lpn)), None)


def prints_customs(job: Job) -> bool:
    """Whether our own customs page goes with every box: the goods cross a border, and the hub has no paper for it."""
    return (job.doc.abroad or CUSTOMS in job.doc.required) and CUSTOMS not in job.doc.documents


def customs_blanks(job: Job) -> tuple[tuple[str, str], ...]:
    """What a declaration asks for and nobody has written down, as (word, SKU)."""
    found = []
    for line in job.doc.lines:
        item = line.item
        known = (
            ("weight", item.weight_g),
            ("value", line.price_minor or item.price_minor),
            ("HS code", item.hs_code),
            ("origin", item.origin),
        )
        found += [(word, line.sku) for word, value in known if not value]
    return tuple(dict.fromkeys(found))
