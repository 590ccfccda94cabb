"""Can a packer carry this answer out? A second opinion on every plan, from the two documents alone.

`broken_rules(document, answer)` reads what went into `packstation cartonize` and what came out, counts again with
arithmetic of its own (nothing is imported from the engine) and names every rule of cartons.md that does not hold:

    both documents ──▶ reading ──▶ rules and figures of each parcel ──▶ conservation, stock, together, the key

A sound plan answers []. A broken one answers sentences that begin with the rule:
"CT3.3 parcel 1: MUG 1 lies in MUG 2."
"""

from collections import Counter
from collections.abc import Iterator

from tests.cartons.check.figures import figures_of_a_parcel, objective_key, parcel_cost_minor
from tests.cartons.check.reading import NOT_IN_A_MAILER, REASONS, Document, Parcel, Unit, read, triple, units_of
from tests.cartons.check.rules import rules_of_a_parcel

__all__ = ["broken_rules", "units_of"]


def broken_rules(document: Document, answer: Document) -> list[str]:
    """Every rule of sections 3, 4, 7 and 8 that this answer breaks; empty when it is sound."""
    units = units_of(document)
    parcels, misread = read(document, answer, units)
    if misread:
        return misread  # Placements that cannot be read cannot be judged.
    broken = list(_conservation(answer, parcels, units))
    for parcel in parcels:
        broken.extend(_of_one_parcel(document, parcel, "parcel"))
    broken.extend(_alternatives(document, answer, parcels, units))
    broken.extend(_together(parcels, units))
    broken.extend(_stock(document, parcels))
    broken.extend(_frozen(document, parcels))
    broken.extend(_unplaced(document, answer, units))
    broken.extend(_plan_figures(document, answer, parcels, units))
    return broken


def _of_one_parcel(document: Document, parcel: Parcel, word: str) -> Iterator[str]:
    for rules in (rules_of_a_parcel, figures_of_a_parcel):
        for number, text in rules(document, parcel):
            yield f"{number} {word} {parcel.number}: {text}"


def _conservation(answer: Document, parcels: list[Parcel], units: dict[tuple[str, int], Unit]) -> Iterator[str]:
    seen: Counter[tuple[str, int]] = Counter()
    for parcel in parcels:
        seen.update((piece.unit.sku, piece.unit.number) for piece in parcel.placed)
    for row in answer["unplaced"]:
        seen[row["sku"], row["unit"]] += 1
        if row["reason"] not in REASONS:
            yield f"CT3.1 {row['sku']} {row['unit']}: expected one of {REASONS}, got {row['reason']}."
    for sku, number in sorted(units.keys() | seen.keys()):
        expected = int((sku, number) in units)
        if seen[sku, number] != expected:
            yield f"CT3.1 {sku} {number}: expected {expected} time, got {seen[sku, number]}."


def _together(parcels: list[Parcel], units: dict[tuple[str, int], Unit]) -> Iterator[str]:
    ordered = Counter(unit.together for unit in units.values() if unit.together is not None)
    where: dict[str, Counter[int]] = {value: Counter() for value in ordered}
    held: set[str] = set()
    for parcel in parcels:
        for piece in parcel.placed:
            if piece.unit.together is not None:
                where[piece.unit.together][parcel.number] += 1
                if piece.frozen:
                    held.add(piece.unit.together)  # a hand has put part of it in; the rest may not fit any more
    for value, numbers in sorted(where.items()):
        placed = sum(numbers.values())
        if value not in held and (len(numbers) > 1 or placed not in (0, ordered[value])):
            got = f"{placed} in {sorted(numbers)}"
            yield f"CT3.11 {value}: expected all {ordered[value]} in one parcel or none, got {got}."


def _stock(document: Document, parcels: list[Parcel]) -> Iterator[str]:
    # A carton that stands open on the bench has left the stock already.
    used = Counter(parcel.code for parcel in parcels if not parcel.frozen)
    for carton in document["cartons"]:
        available = carton.get("available")
        if available is not None and used[carton["code"]] > available:
            yield f"CT3.13 {carton['code']}: expected at most {available}, got {used[carton['code']]}."


def _frozen(document: Document, parcels: list[Parcel]) -> Iterator[str]:
    rows = document.get("frozen") or ()
    order = {key: index for index, key in enumerate(sorted({row.get("parcel", 1) for row in rows}))}
    for row in rows:
        name, index = f"{row['sku']} {row['unit']}", order[row.get("parcel", 1)]
        if index >= len(parcels) or parcels[index].code != row["carton"]:
            yield f"CT1.7 {name}: expected parcel {index + 1} to be the open {row['carton']}."
            continue
        wanted = (row["sku"], row["unit"], triple(row["position_mm"]), triple(row["size_mm"]))
        if wanted not in {(p.unit.sku, p.unit.number, p.at, p.size) for p in parcels[index].placed}:
            yield f"CT1.7 {name}: expected to stay at {wanted[2]} in parcel {index + 1}."


def _unplaced(document: Document, answer: Document, units: dict[tuple[str, int], Unit]) -> Iterator[str]:
    """What fits by itself into a carton nobody counts is never left out (CT4.1: least unplaced first)."""
    for row in answer["unplaced"]:
        unit = units.get((row["sku"], row["unit"]))
        if unit is None or unit.estimated:
            continue
        roomy = [carton for carton in document["cartons"] if _has_room(document, unit, carton)]
        strong = [carton for carton in roomy if _is_strong(document, unit, carton)]
        if "own_box" in unit.flags:
            roomy = strong = []
        endless = [carton for carton in strong if carton.get("available") is None]
        if endless and unit.together is None:
            yield f"CT4.1 {unit.name}: left out as {row['reason']}, yet {endless[0]['code']} takes it."
        if row["reason"] == "too_large" and roomy:
            yield f"CT3.1 {unit.name}: said to be too_large, yet {roomy[0]['code']} has room for it."
        if row["reason"] == "too_heavy" and strong:
            yield f"CT3.1 {unit.name}: said to be too_heavy, yet {strong[0]['code']} carries it."


def _has_room(document: Document, unit: Unit, carton: Document) -> bool:
    padding_mm = int(document.get("padding_mm") or 0)
    inner = triple([side - 2 * padding_mm for side in carton["inner_mm"]])
    kind = carton.get("kind", "box")
    if kind == "mailer":
        if unit.flags & frozenset(NOT_IN_A_MAILER) or unit.classes:
            return False
        # Laid with its longest side along the length; poses may forbid that turn.
        lying = [(x, y, z) for x, y, z in unit.sizes() if x >= y >= z]
        return any(z <= inner[2] and x + z <= inner[0] and y + z <= inner[1] for x, y, z in lying)
    if kind == "tube":
        return any(
            x <= inner[0] and y * y + z * z <= inner[1] * inner[1] and x >= max(y, z) for x, y, z in unit.sizes()
        )
    return any(all(side <= most for side, most in zip(size, inner, strict=True)) for size in unit.sizes())


def _is_strong(document: Document, unit: Unit, carton: Document) -> bool:
    rules = document.get("rules") or {}
    gross_g = unit.weight_g + int(carton.get("empty_weight_g") or 0)
    limits_g = [most for most in (carton.get("max_weight_g"), rules.get("max_parcel_weight_g")) if most is not None]
    limits = [most for most in (carton.get("max_units"), rules.get("max_units_per_parcel")) if most is not None]
    return all(gross_g <= most for most in limits_g) and all(most >= 1 for most in limits)


def _alternatives(
    document: Document, answer: Document, parcels: list[Parcel], units: dict[tuple[str, int], Unit]
) -> Iterator[str]:
    """Each alternative is really packed (CT1.2), in another carton that is in stock."""
    rows = answer.get("alternatives") or []
    if len(rows) > 3:
        yield f"CT1.2 expected at most three alternatives, got {len(rows)}."
    document = {**document, "frozen": []}  # another carton is filled from the start
    choices, misread = read(document, {"parcels": rows}, units)
    yield from misread
    for choice in choices:
        yield from _of_one_parcel(document, choice, "alternative")
        if choice.carton is not None and choice.carton.get("available") == 0:
            yield f"CT1.2 alternative {choice.number}: {choice.code} is out of stock."
        mine = {(piece.unit.sku, piece.unit.number) for piece in choice.placed}
        for parcel in parcels:
            theirs = {(piece.unit.sku, piece.unit.number) for piece in parcel.placed}
            if mine & theirs and choice.code == parcel.code and len(parcels) == 1:
                yield f"CT1.2 alternative {choice.number}: {choice.code} is what was suggested."
            if len(parcels) == 1 and mine != theirs:
                yield f"CT1.2 alternative {choice.number}: expected all {len(theirs)} units, got {len(mine)}."
        if len(parcels) == 1:
            more_minor = parcel_cost_minor(document, choice) - parcel_cost_minor(document, parcels[0])
            if choice.told["more_minor"] != more_minor:
                got = choice.told["more_minor"]
                yield f"CT1.2 alternative {choice.number}: expected {more_minor} more, got {got}."


def _plan_figures(
    document: Document, answer: Document, parcels: list[Parcel], units: dict[tuple[str, int], Unit]
) -> Iterator[str]:
    key = objective_key(document, parcels)
    if answer["objective_value"] != key[0]:
        yield f"CT4.1 expected objective_value {key[0]}, got {answer['objective_value']}."
    told = answer.get("objective_key")
    if told is not None and tuple(told[: len(key)]) != key:
        yield f"CT4.1 expected objective_key {list(key)}, got {told}."
    if answer["lower_bound"] > answer["objective_value"]:
        yield f"CT5.13 expected lower_bound at most {answer['objective_value']}, got {answer['lower_bound']}."
    if answer["optimal"] and answer["lower_bound"] != answer["objective_value"]:
        yield f"CT5.13 optimal, yet lower_bound {answer['lower_bound']} is not {answer['objective_value']}."
    bound = answer.get("bound_key")
    if told is not None and bound is not None and list(bound) > list(told):
        yield f"CT5.13 expected bound_key at most {told}, got {bound}."
    status = answer.get("status")
    if status is not None:
        estimated = any(unit.estimated for unit in units.values())
        expected = "estimated" if estimated else "proven" if answer["optimal"] else "searched"
        if status != expected:
            yield f"CT1.5 expected status {expected}, got {status}."
    if not str(answer["why"]).strip():
        yield "CT1.6 expected a sentence a packer understands, got nothing."
