"""One sentence why, and one reason for every carton that was not taken, as codes with values (cartons.md CT1.6)."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.cartons.items import Unit, Units, is_estimated
from packstation.cartons.plan import OWN_BOX, Alternative, Carton, Order, Parcel, Placement, Rejected, Triple
from packstation.cartons.words import Clauses, Said, english, money, said
from packstation.cartons.world import ESTIMATED_FILL_PCT, Try, View

_SKUS_SHOWN = 3
_REASONS_SHOWN = 2


def rejection(units: Units, view: View, known: Try) -> Rejected:
    """Why this carton was not taken: its code, and the figures in short."""
    figures, code = known.figures, known.code or "not_found"
    detail = ""
    match code:
        case "too_short":
            kind = figures[0]
            side, room = _side_over(units.types[kind].poses, view.usable)
            known.figures = (kind, side, room)
            detail = f"{_sku(units, kind)} {side} > {room} mm"
        case "too_small" if not figures:
            detail = "while a size is assumed"
        case "too_small":
            detail = f"contents {figures[0]} % of it"
            if len(figures) > 1:
                detail += f", {ESTIMATED_FILL_PCT} allowed while a size is assumed"
        case "pair":
            detail = f"{_sku(units, figures[0])} and {_sku(units, figures[1])} cannot lie side by side"
        case "not_found":
            detail = f"{figures[0]:,} tries"
        case "impossible":
            detail = {"tube": "a tube takes one long unit", "mailer": "not for this mailer"}.get(
                view.carton.kind, "proven"
            )
        case "out_of_stock":
            detail = "none left"
        case "too_many_units":
            detail = f"{figures[0]} of {figures[1]} units"
        case "too_heavy":
            detail = f"{_kg(figures[0])} of {_kg(figures[1])} kg"
        case "over_length" | "over_girth":
            detail = f"{figures[0]} > {figures[1]} mm"
        case "apart":
            one, two = _strangers(units, figures)
            detail = f"{_plainly(one)} with {_plainly(two)}"
    return Rejected(view.carton.code, code, detail)


def reason_of(units: Units, view: View, known: Try) -> Said:
    """The same as a clause, after `rejection`. Only what is shown is said: an easy order passes over half of the
    catalog."""
    carton, figures, code = view.carton.code, known.figures, known.code or "not_found"
    match code:
        case "too_many_units":
            return said("not_too_many_units", carton=carton, n=figures[0], most=figures[1])
        case "too_heavy":
            return said("not_too_heavy", carton=carton, kg=_kg(figures[0]), most=_kg(figures[1]))
        case "over_length" | "over_girth":
            return said(f"not_{code}", carton=carton, mm=figures[0], most=figures[1])
        case "too_short":
            kind, side, room = figures
            return said("not_too_short", carton=carton, sku=_sku(units, kind), mm=side, most=room)
        case "too_small" if figures and figures[0] > 100:
            return said("not_too_small_by", carton=carton, percent=figures[0] - 100)
        case "too_small" if len(figures) != 1:
            return said("not_too_full", carton=carton)
        case "pair":
            return said("not_pair", carton=carton, one=_sku(units, figures[0]), two=_sku(units, figures[1]))
        case "apart":
            one, two = _strangers(units, figures)
            return said("not_apart", one=one, two=two)
    return said(f"not_{code}", carton=carton)


def why_of(
    order: Order,
    parcels: Sequence[Parcel],
    lots: int,
    units: Units,
    tries: Sequence[tuple[View, Try]],
    choices: Sequence[Alternative],
    missing: Sequence[tuple[Unit, str]],
    instead: tuple[View, Try] | None = None,
    dearer: tuple[Carton, int] | None = None,
) -> tuple[Clauses, ...]:
    """Sentences of clauses: why these cartons, and what is in none. `lots`: parcels that share out the rest;
    `tries`: the cartons with a better key, and why they were not taken; `instead`: one with a worse key, that no
    alternative could be made of; `dearer`: the carton that would hold all that is shared out, and by how much it is
    worse."""
    tail = (_without_place(missing),) if missing else ()
    if not parcels:
        gone = bool(missing) and all(reason == "no_carton_left" for _, reason in missing)
        return ((said("because_gone" if gone else "because_none" if missing else "because_nothing"),), *tail)
    if len(parcels) > 1:
        return (_several(order, parcels, lots, units, tries, dearer), *tail)
    told = _one(order, parcels[0], units, tries, choices)
    if instead is not None and not choices:
        rejection(units, *instead)
        told = (*told, said("because_no_other", reason=reason_of(units, *instead)))
    return (told, *tail)


def _several(
    order: Order,
    parcels: Sequence[Parcel],
    lots: int,
    units: Units,
    tries: Sequence[tuple[View, Try]],
    dearer: tuple[Carton, int] | None,
) -> Clauses:
    codes: dict[str, int] = {}
    for parcel in parcels:
        codes[parcel.carton] = codes.get(parcel.carton, 0) + 1
    cartons = " + ".join(f"{count} x {code}" if count > 1 else code for code, count in codes.items())
    n = sum(len(parcel.items) for parcel in parcels)
    first = said("because_parcels", n=len(parcels), cartons=cartons, units=n)
    if order.objective == "cost":
        cost = money(sum(parcel.cost_minor for parcel in parcels), order.currency)
        first = said("because_parcels_money", n=len(parcels), cartons=cartons, units=n, money=cost)
    if lots < 2:
        return (first,)
    if dearer is not None:
        carton, more = dearer
        if order.objective != "cost":
            return first, said("because_one_larger", carton=carton.code)
        return first, said("because_one_dearer", carton=carton.code, money=money(more, order.currency))
    for view, known in tries:
        if known.code == "apart":
            return first, reason_of(units, view, known)
    if any(known.code == "not_found" for _, known in tries):
        return first, said("because_not_found")
    return first, said("because_no_single" if tries else "because_cheaper")


def _one(
    order: Order, parcel: Parcel, units: Units, tries: Sequence[tuple[View, Try]], choices: Sequence[Alternative]
) -> Clauses:
    if parcel.carton == OWN_BOX:
        return (said("because_own"),)
    n = len(parcel.items)
    holds = said("because_all_one") if n == 1 else said("because_all_two") if n == 2 else None
    holds = holds or said("because_all", n=n)
    top = _fragile_on_top(order, parcel)
    if order.objective == "cost" and parcel.cost_minor:
        clauses = [said("because_cheapest", money=money(parcel.cost_minor, order.currency), top=top)]
        if tries:
            clauses.append(said("because_down", reason=reason_of(units, *tries[-1])))
        if choices:
            more, code = choices[0].more_minor, choices[0].parcel.carton
            clauses.append(
                said("because_more", carton=code, money=money(more, order.currency))
                if more
                else said("because_same", carton=code)
            )
        return tuple(clauses)
    if not tries and not choices and len(order.cartons) == 1:
        return (said("because_only", all=holds, top=top),)
    alone = not choices and len(tries) == len(order.cartons) - 1 and bool(tries)
    first = said("because_only_holds" if alone else "because_smallest", all=holds, top=top)
    return first, *[reason_of(units, view, known) for view, known in reversed(tries[-_REASONS_SHOWN:])]


def _sku(units: Units, kind: int) -> str:
    """Who a kind of unit is called by."""
    return units.pieces[kind][0].sku


def _strangers(units: Units, kinds: Sequence[int]) -> list[str | Said]:
    """Two that may not share a parcel: by their classes where both have one, else by name."""
    classes = ["/".join(units.types[kind].hazmat) for kind in kinds]
    if all(classes):
        return [said("not_hazmat", classes=own) for own in classes]
    return [_sku(units, kind) for kind in kinds]


def _plainly(name: str | Said) -> str:
    return name if isinstance(name, str) else english(name)


def _side_over(poses: Sequence[Triple], room: Triple) -> tuple[int, int]:
    """(side, room for it) of the way that comes nearest to fitting: what is really in the way."""

    # Written out: an easy order asks this of half the catalog.
    far_x, far_y, far_z = room
    nearest = (1 << 60, 1 << 60)
    side = (0, 0)
    for dx, dy, dz in poses:
        x, y, z = dx - far_x, dy - far_y, dz - far_z
        most = x if x >= y and x >= z else y if y >= z else z
        excess = ((x if x > 0 else 0) + (y if y > 0 else 0) + (z if z > 0 else 0), most if most > 0 else 0)
        if excess < nearest:
            nearest = excess
            side = (dx, far_x) if most == x else (dy, far_y) if most == y else (dz, far_z)
    return side


def _fragile_on_top(order: Order, parcel: Parcel) -> str | Said:
    fragile = {item.sku for item in order.items if "fragile" in item.flags}
    last: Placement = parcel.items[-1]
    if last.sku not in fragile or not last.rests_on or all(unit.sku in fragile for unit in parcel.items):
        return ""
    return said("because_top", sku=last.sku)


def _without_place(missing: Sequence[tuple[Unit, str]]) -> Clauses:
    skus = list(dict.fromkeys(unit.sku for unit, _ in missing))
    shown: str | Said = ", ".join(skus[:_SKUS_SHOWN])
    if len(skus) > _SKUS_SHOWN:
        shown = said("because_and_more", skus=shown, n=len(skus) - _SKUS_SHOWN)
    guessed = any(reason == "too_large" and is_estimated(unit.item) for unit, reason in missing)
    reasons = list(dict.fromkeys(reason for _, reason in missing))
    # A size that was assumed is the first thing to doubt.
    first, *others = [
        said(f"left_{one}_assumed" if guessed and one == "too_large" else f"left_{one}") for one in reasons
    ]
    if len(missing) == 1:
        return said("because_missing_one", skus=shown, reason=first), *others
    return said("because_missing", n=len(missing), skus=shown, reason=first), *others


def _kg(weight_g: int) -> str:
    return f"{weight_g // 1000}.{weight_g % 1000 // 100}"
