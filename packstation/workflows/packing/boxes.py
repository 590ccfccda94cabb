"""Boxes: opened, closed, weighed and labelled (FL4.33-FL4.37, FL5.1-FL5.20). Pure."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Candidate,
    Desk,
    Found,
    Job,
    Moment,
    Override,
    Pending,
    Print,
    Reader,
    accepted,
    asked,
    ignored,
    refused,
)
from packstation.workflows.order import Box
from packstation.workflows.packing import checks, gap, measuring
from packstation.workflows.packing.papers import papers, prints_customs, refusal_of
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.ready import unfinished
from packstation.workflows.suggestion import CartonType
from sync import facts as f
from sync import protocol
from sync.facts import Fact
from sync.protocol import Deed, digest

PLANNED_OFF_G = 500
"""How far the weight may be from that of a label bought ahead (FL5.17)."""
WHY_OTHER = (
    ("1", "too_small", "too small"),
    ("2", "out_of_stock", "out of stock"),
    ("3", "fragile", "fragile"),
    ("4", "customer", "customer"),
    ("5", "other", "other"),
)


def carton_scanned(desk: Desk, found: Found, hit: Candidate, reader: Reader) -> Answer:
    """A carton type's code: opens a box, or asks to close the open one first (FL4.33-FL4.35, FL5.2-FL5.3)."""
    job = _job(desk)
    allowed = reader.allowed_cartons(job.doc.carrier)
    if allowed is not None and hit.ref not in allowed:
        values: dict[str, str | int] = {
            "carton": hit.ref,
            "carrier": job.doc.carrier,
            "use": ", ".join(allowed[:3]),
        }
        return refused(desk, "carton_type", Say("carton_type", values), Cue.WRONG)
    if job.order.open_box is not None:
        if job.order.open_box.units == 0:
            return asked(desk, Say("box_empty"))
        return asked(desk, Say("close_and_new"), Pending("next_of_type", found.text, data=(hit.ref,)))
    return choose(desk, hit.ref, reader)


def choose(desk: Desk, code: str, reader: Reader) -> Answer:
    """Open a box of this type; another than the suggested one is asked for its reason once (FL5.3)."""
    suggestion = desk.suggestion
    if suggestion is not None and suggestion.code != code:
        return asked(
            desk,
            Say("why_other", {"carton": code, "suggested": suggestion.code}),
            Pending("why_other", choices=WHY_OTHER, data=(code, suggestion.code)),
            holds=False,
        )
    # A carton that was scanned before any was suggested follows no suggestion.
    return opened(desk, code, suggestion.code if suggestion else "", None, reader)


def opened(desk: Desk, code: str, suggested: str, why: str | None, reader: Reader) -> Answer:
    """The box is open from now on."""
    job = _job(desk)
    if suggested != code and desk.suggestion is not None:
        desk = replace(desk, suggestion=None)  # it is planned anew, into the box that is in the packer's hand
    lpn = desk.lpn or reader.next_lpn()
    number = len(job.order.boxes) + 1
    fact = f.CartonOpened(carton=number, lpn=lpn, type=code, suggested=suggested, why_other=why)
    bare = replace(desk, pending=None, lpn=None)
    return accepted(bare, Say("box_open", {"carton": code}), Cue.TICK, fact)


def preprinted(desk: Desk, sscc: str, reader: Reader) -> Answer:
    """An unused pre-printed number becomes that of the box that is opened next (FL4.36)."""
    suggestion = desk.suggestion or reader.suggestion(_job(desk))
    if suggestion is None:
        return asked(replace(desk, lpn=sscc), Say("no_suggestion"))
    return opened(replace(desk, lpn=sscc), suggestion.code, suggestion.code, None, reader)


def next_box(desk: Desk, code: str | None = None) -> Answer:
    """Close this box and go on with another (FL5.5)."""
    job = _job(desk)
    box = job.order.open_box
    if box is None:
        return asked(desk, Say("no_open_box"))
    if not box.contents:
        return asked(desk, Say("box_empty"))
    if job.complete and not job.too_many:
        last = f.CartonClosed(carton=box.lpn, why="complete")
        return accepted(replace(desk.quiet(), suggestion=None), Say("last_box", {"no": box.no}), Cue.DONE, last)
    fact = f.CartonClosed(carton=box.lpn, why="next_box")
    return accepted(replace(desk.quiet(), suggestion=None), Say("next_box", {"no": box.no}), Cue.DONE, fact)


def lpn_scanned(desk: Desk, found: Found, hit: Candidate, reader: Reader) -> Answer:
    """The number of a box (FL4.36, FL4.37)."""
    job = _job(desk)
    if hit.fo != job.doc.fo:
        other = reader.job(hit.fo) if hit.fo else None
        order = other.doc.order_no if other else "?"
        return refused(desk, "other_carton", Say("other_carton", {"order": order}), Cue.WRONG, about="order")
    box = job.order.box(hit.ref)
    if box is not None and box.state == "closed" and not box.ready and unfinished(job) is not None:
        return waiting_box(desk, box)
    if box is None or box.state != "open":
        no = box.no if box else 0
        return refused(desk, "box_closed", Say("box_closed", {"no": no}), Cue.WRONG)
    if job.order.current == box.lpn:
        return asked(desk, Say("box_is_open", {"no": box.no}))
    say = Say("box_chosen", {"no": box.no, "order": job.doc.order_no})
    return accepted(desk, say, Cue.TICK, f.CartonChosen(carton=box.lpn))


def waiting_box(desk: Desk, box: Box) -> Answer:
    """A closed box that still wants its count, weight or label is the one at hand from now on."""
    say = Say("box_at_hand", {"no": box.no, "order": _job(desk).doc.order_no})
    return accepted(desk, say, Cue.TICK, f.CartonChosen(carton=box.lpn))


def expected_g(job: Job, box: Box, types: dict[str, CartonType], fill_g: int = 0) -> tuple[int, int, tuple[str, ...]]:
    """(expected gross weight, tare, SKUs without a weight) of a box; void fill and inserts are in the tare: the
    site's rule `fill_g` for every box (FL5.42)."""
    tare = (types[box.type].empty_weight_g if box.type in types else 0) + fill_g
    weights = {line.sku: line.item.weight_g for line in job.doc.lines}
    unknown = tuple(sorted({c.sku for c in box.contents if not weights.get(c.sku)}))
    units = sum((weights.get(c.sku) or 0) * c.qty for c in box.contents)
    return units + tare, tare, unknown


def tolerance_g(expected: int, reader: Reader) -> int:
    """How far a weight may be off: the larger of grams and permille of the expected weight (FL5.9)."""
    return max(reader.rule("tol_abs_g", 30), expected * reader.rule("tol_permille", 30) // 1000)


def weighed(desk: Desk, weight_g: int, how: str, now: Moment, reader: Reader) -> Answer:
    """A stable weight of the closed box (FL5.9-FL5.12); labels and slip go to the spool in the same gesture."""
    job = _job(desk)
    box = unfinished(job)
    if box is None or (box.weight_g is not None and box.verdict != "off"):
        return ignored(desk, Say("nothing_to_weigh"))
    if not 0 < weight_g <= 1_000_000:
        return asked(desk, Say("not_a_weight", {"text": str(weight_g)}), cue=Cue.UNKNOWN)
    carton = reader.carton_type(box.type)
    expected, tare, unknown = expected_g(job, box, {box.type: carton} if carton else {}, reader.rule("fill_g", 0))
    tol = tolerance_g(expected, reader)
    max_g = measuring.typed_max_g(carton, expected + tol, reader)
    if how == "typed" and weight_g > max_g:
        return asked(desk, Say("weight_too_big", {"max": gap.grams(max_g)}), cue=Cue.UNKNOWN)
    off = weight_g - expected
    verdict = "learned" if unknown else "ok" if abs(off) <= tol else "off"
    fact = f.CartonWeighed(
        carton=box.lpn, weight_g=weight_g, tare_g=tare, expected_g=expected, tol_g=tol, how=how, verdict=verdict
    )
    values: dict[str, str | int] = {"g": gap.grams(weight_g), "item": unknown[0] if unknown else ""}
    if verdict == "off":
        override = gap.override(job, fact)
        answer = accepted(replace(desk, override=override), gap.said(override), Cue.STOP, fact)
        return replace(answer, sticky="B", passes=frozenset({"*RESCAN", "badge"}))
    say = Say("weight_learned" if unknown else "weight_ok", values)
    weighed_now = accepted(replace(desk, override=None), say, Cue.TICK, fact)
    return labelled(weighed_now, box, weight_g, reader)


def labelled(answer: Answer, box: Box, weight_g: int | None, reader: Reader) -> Answer:
    """The gesture that makes a box fit for its label assigns it too: no click (FL5.13); or it says why there is
    none yet (FL5.15, FL5.17), or which paper is missing (FL5.18). `weight_g`: None where nothing is weighed."""
    desk, job = answer.desk, _job(answer.desk)
    taken = {d.fact.tracking for d in answer.deeds if isinstance(d.fact, f.LabelAssigned)}
    labels, prints = label_for(job, box, weight_g, reader, taken=taken)
    found = papers(job, reader)
    missing, blocked = found.warn, found.block
    gone = tuple(f.DocumentMissing(carton=box.lpn, document=name) for name in (*blocked, *missing))
    facts = tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in (*gone, *labels))
    if blocked:
        say = Say("document_blocks", {"document": ", ".join(blocked), "order": job.doc.order_no})
        override = Override(
            "ov.document", facts, Say("document_allowed", {"document": ", ".join(blocked)}), Cue.TICK, prints
        )
        stop = refused(desk, "no_document", say, Cue.STOP, about="order", passes=frozenset({"badge"}))
        return replace(stop, desk=replace(desk, override=override), deeds=answer.deeds)
    made = replace(answer, deeds=(*answer.deeds, *facts), prints=(*answer.prints, *prints))
    refusal = refusal_of(job, box)
    if refusal is not None and any(isinstance(each, f.LabelRefused) for each in labels):
        return said_no(replace(made, say=Say("label_refused", {"words": refusal.words}), cue=Cue.STOP))
    if missing:
        values: dict[str, str | int] = {"document": ", ".join(missing), "order": job.doc.order_no}
        return replace(made, say=Say("document_missing", values), cue=Cue.ASK)
    if found.fill_in:
        blanks = ", ".join(f"{word} {sku}" for word, sku in found.fill_in[:3])
        more = f" +{len(found.fill_in) - 3}" if len(found.fill_in) > 3 else ""
        say = Say("customs_fill_in", {"what": blanks + more, "n": len(found.fill_in)})
        return replace(made, say=say, cue=Cue.ASK)
    if not labels:
        planned = next((label for label in job.doc.labels if label.get("tracking")), None)
        if planned is None:
            return replace(made, say=Say("label_when_online"), cue=Cue.ASK)
        values = {"planned": str(planned.get("carton_type") or box.type)}
        return replace(made, say=Say("label_planned_other", values), cue=Cue.ASK)
    return made


def closed(answer: Answer, reader: Reader) -> Answer:
    """What follows at once when a gesture closed a box: its count, or without a scale its label (FL4.43)."""
    if answer.outcome != "accepted":
        return answer
    answer = checks.all_closed(answer)
    for box, contents in checks.closing(answer):
        if checks.wants_count(answer.desk, _job(answer.desk), contents):
            answer = replace(answer, say=Say("count_now", {"no": box.no})) if answer.cue is Cue.DONE else answer
        elif not answer.desk.weighs:
            answer = labelled(answer, box, None, reader)
    return answer


def counted(desk: Desk, text: str, reader: Reader) -> Answer:
    """The units of the box were counted; where nothing is weighed its label is next (FL5.7)."""
    box = checks.to_count(desk)
    answer = checks.counted(desk, text)
    right = any(isinstance(d.fact, f.CountEntered) and d.fact.count == d.fact.expected for d in answer.deeds)
    return labelled(answer, box, None, reader) if box is not None and right and not desk.weighs else answer


def at_hand(desk: Desk, lpn: str, reader: Reader) -> Answer:
    """The number of a box that waits for its label: it gets one if there is one now (FL5.19)."""
    box = _job(desk).order.box(lpn)
    if box is None or box.state != "closed" or box.ready:
        return asked(desk, Say("box_closed", {"no": box.no if box else 0}))
    chosen = waiting_box(desk, box)
    if box.label is not None or checks.to_count(desk) is not None or (desk.weighs and box.weight_g is None):
        return chosen
    tried = labelled(replace(chosen, say=Say("label_prints")), box, box.weight_g, reader)
    # The strip with its number is on the box, and the slip in it.
    labels = any(isinstance(d.fact, f.LabelAssigned) for d in tried.deeds)
    return replace(tried, prints=tried.prints[:1] if labels else ())


def overweight_allowed(desk: Desk, reader: Reader) -> tuple[tuple[Deed, ...], tuple[Print, ...]]:
    """What is written when a supervisor lets a weight pass that is off: the verdict, and the label."""
    job = _job(desk)
    box = unfinished(job)
    assert box is not None
    assert box.weight_g is not None
    carton = reader.carton_type(box.type)
    expected, tare, _ = expected_g(job, box, {box.type: carton} if carton else {}, reader.rule("fill_g", 0))
    weighed_again = f.CartonWeighed(
        carton=box.lpn,
        weight_g=box.weight_g,
        tare_g=tare,
        expected_g=expected,
        tol_g=tolerance_g(expected, reader),
        how=_how_weighed(job, box),
        verdict="overridden",
    )
    labels, prints = label_for(job, box, box.weight_g, reader)
    return tuple(Deed(job.doc.fo, fact, job.doc.fence) for fact in (weighed_again, *labels)), prints


def _how_weighed(job: Job, box: Box) -> str:
    """How the weight of the box came, by the scale or typed: a supervisor who lets it pass does not change that."""
    weighings = (e.fact for e in reversed(job.order.trail) if isinstance(e.fact, f.CartonWeighed))
    return next((fact.how for fact in weighings if fact.carton == box.lpn), "scale")


def label_for(
    job: Job, box: Box, weight_g: int | None, reader: Reader, *, taken: Collection[str] = ()
) -> tuple[tuple[Fact, ...], tuple[Print, ...]]:
    """The label of a closed box and what to print: bought ahead, or our own; else only the LPN strip (FL5.13-17).
    `taken`: tracking numbers that other boxes got in the same gesture.

    A carrier that refused says so once (LabelRefused); pack and weight are kept, the box can be known by its LPN.
    """
    doc = job.doc
    number = len(box.labels) + 1
    name = f"L-{box.lpn}-{number}"
    paper = [Print("slip", doc.fo, box.lpn)]
    if prints_customs(job):
        paper.append(Print("customs", doc.fo, box.lpn))
    used = {label.tracking for b in job.order.boxes for label in b.labels}.union(taken)
    for ahead in doc.labels:
        tracking = str(ahead.get("tracking", ""))
        planned = ahead.get("carton_type")
        meant_g = ahead.get("weight_g")
        far = isinstance(meant_g, int) and weight_g is not None and abs(meant_g - weight_g) > PLANNED_OFF_G
        other = (planned not in (None, box.type) or far) and not reader.rule("planned_label_may_differ", 0)
        meant = ahead.get("carton") in (None, box.lpn)
        if tracking and tracking not in used and meant and not other:
            keys = ahead.get("scan_keys")
            texts = tuple(str(key) for key in keys) if isinstance(keys, list) else ()
            digests = tuple(digest(text) for text in dict.fromkeys((tracking, *texts)))
            assigned = f.LabelAssigned(
                carton=box.lpn, label=name, tracking=tracking, source="prefetched", scan_key_digests=digests
            )
            return (assigned,), (Print("label", doc.fo, box.lpn, 1, name), *paper)
    refusal = refusal_of(job, box)
    if refusal is not None:
        code = protocol.code_for_fact(refusal.code)
        told = (f.LabelRefused(carton=box.lpn, code=code),) if box.label_refused != code else ()
        return told, (Print("lpn", doc.fo, box.lpn), *paper)
    if reader.carrier_rule(doc.carrier, "label", "house") == "house":
        tracking = house_tracking(box.lpn, number)
        digests = tuple(digest(text) for text in (tracking, box.lpn))
        assigned = f.LabelAssigned(
            carton=box.lpn, label=name, tracking=tracking, source="house", scan_key_digests=digests
        )
        return (assigned,), (Print("label", doc.fo, box.lpn, 1, name), *paper)
    return (), (Print("lpn", doc.fo, box.lpn), *paper)


def house_tracking(lpn: str, number: int) -> str:
    """The tracking number of our own label: made of the box's number, so no two boxes of a shop share one."""
    core = "".join(character for character in lpn if character.isalnum()).upper()
    return f"PK{core}{number}"


def retry_label(desk: Desk, reader: Reader) -> Answer:
    """Label a box that has none yet; nothing is verified again (FL5.19)."""
    job = _job(desk)
    box = unfinished(job)
    if box is None or box.label is not None:
        return asked(desk, Say("nothing_to_retry"))
    labels, prints = label_for(job, box, box.weight_g, reader)
    refusal = refusal_of(job, box)
    if refusal is not None and not any(isinstance(each, f.LabelAssigned) for each in labels):
        return said_no(accepted(desk, Say("label_refused", {"words": refusal.words}), Cue.STOP, *labels))
    if not labels:
        return asked(desk, Say("label_when_online"))
    return accepted(desk, Say("label_prints"), None, *labels, prints=prints[:1])


def said_no(answer: Answer) -> Answer:
    """The carrier's no stands until it is acknowledged; F4 tries again, the packer goes on (FL5.14)."""
    return replace(answer, sticky="B", passes=frozenset({"*OK", "*RETRY"}))


def _job(desk: Desk) -> Job:
    assert desk.job is not None
    return desk.job
