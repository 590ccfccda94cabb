"""One sentence why, and one reason for every carton that was not taken, as codes with values (cartons.md CT1.6)."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.cartons.items import Unit, Units
from packstation.cartons.plan import Alternative, Order, Parcel, Placement, Rejected, Triple
from packstation.cartons.words import Clauses, Said, said
from packstation.cartons.world import ESTIMATED_FILL_PCT, Try, View

_SKUS_SHOWN = 3
_REASONS_SHOWN = 2


def rejection(units: Units, view: View, known: Try) -> Rejected:
    """Why this carton was not taken: its code, the figures in short, and as a sentence."""
    carton, figures, code = view.carton.code, known.figures, known.code or "not_found"
    names = [units.pieces[kind][0].sku for kind in figures] if code in ("too_short", "pair", "apart") else []
    detail = ""
    reason: Said | None = None
    match code:
        case "out_of_stock":
            detail = "none left"
        case "too_many_units":
            detail = f"{figures[0]} of {figures[1]} units"
            reason = said("not_too_many_units", carton=carton, n=figures[0], most=figures[1])
        case "too_heavy":
            kg, most = _kg(figures[0]), _kg(figures[1])
            detail = f"{kg} of {most} kg"
            reason = said("not_too_heavy", carton=carton, kg=kg, most=most)
        case "too_short":
            side, room = _side_over(units.types[figures[0]].poses, view.usable)
            detail = f"{names[0]} {side} > {room} mm"
            reason = said("not_too_short", carton=carton, sku=names[0], mm=side, most=room)
        case "too_small" if not figures:
            detail, reason = "while a size is assumed", said("not_too_full", carton=carton)
        case "too_small":
            detail = f"contents {figures[0]} % of it"
            if figures[0] > 100:
                reason = said("not_too_small_by", carton=carton, percent=figures[0] - 100)
            elif len(figures) > 1:
                detail += f", {ESTIMATED_FILL_PCT} allowed while a size is assumed"
                reason = said("not_too_full", carton=carton)
        case "pair":
            detail = f"{names[0]} and {names[1]} cannot lie side by side"
            reason = said("not_pair", carton=carton, one=names[0], two=names[1])
        case "apart":
            classes = ["/".join(units.types[kind].hazmat) for kind in figures]
            named = all(classes)
            if named:
                names = [f"hazmat {own}" for own in classes]
            one, two = [said("not_hazmat", classes=own) for own in classes] if named else names
            detail = f"{names[0]} with {names[1]}"
            reason = said("not_apart", one=one, two=two)
        case "impossible":
            kind = view.carton.kind
            detail = {"tube": "a tube takes one long unit", "mailer": "not for this mailer"}.get(kind, "proven")
        case "not_found":
            detail = f"{figures[0]:,} tries"
    return Rejected(carton, code, detail, reason or said(f"not_{code}", carton=carton))


def why_of(
    order: Order,
    parcels: Sequence[Parcel],
    lots: int,
    rejected: Sequence[Rejected],
    choices: Sequence[Alternative],
    missing: Sequence[tuple[Unit, str]],
) -> tuple[Clauses, ...]:
    """Sentences of clauses: why these cartons, and what is in none. `lots`: parcels that share out the rest."""
    tail = (_without_place(missing),) if missing else ()
    if not parcels:
        return ((said("because_none" if missing else "because_nothing"),), *tail)
    if len(parcels) > 1:
        return (_several(order, parcels, lots, rejected), *tail)
    return (_one(order, parcels[0], rejected, choices), *tail)


def _several(order: Order, parcels: Sequence[Parcel], lots: int, rejected: Sequence[Rejected]) -> Clauses:
    codes: dict[str, int] = {}
    for parcel in parcels:
        codes[parcel.carton] = codes.get(parcel.carton, 0) + 1
    cartons = " + ".join(f"{count} x {code}" if count > 1 else code for code, count in codes.items())
    units = sum(len(parcel.items) for parcel in parcels)
    first = said("because_parcels", n=len(parcels), cartons=cartons, units=units)
    if order.objective == "cost":
        money = _money(sum(parcel.cost_minor for parcel in parcels))
        first = said("because_parcels_money", n=len(parcels), cartons=cartons, units=units, money=money)
    if lots < 2:
        return (first,)
    apart = next((no.reason for no in rejected if no.code == "apart"), None)
    if apart is not None:
        return first, apart
    if any(no.code == "not_found" for no in rejected):
        return first, said("because_not_found")
    return first, said("because_no_single" if rejected else "because_cheaper")


def _one(order: Order, parcel: Parcel, rejected: Sequence[Rejected], choices: Sequence[Alternative]) -> Clauses:
    units = len(parcel.items)
    holds = said("because_all_one") if units == 1 else said("because_all_two") if units == 2 else None
    holds = holds or said("because_all", n=units)
    top = _fragile_on_top(order, parcel)
    if order.objective == "cost" and parcel.cost_minor:
        clauses = [said("because_cheapest", money=_money(parcel.cost_minor), top=top)]
        if rejected and rejected[-1].reason is not None:
            clauses.append(said("because_down", reason=rejected[-1].reason))
        if choices:
            more, code = choices[0].more_minor, choices[0].parcel.carton
            clauses.append(
                said("because_more", carton=code, money=_money(more)) if more else said("because_same", carton=code)
            )
        return tuple(clauses)
    if not rejected and not choices and len(order.cartons) == 1:
        return (said("because_only", all=holds, top=top),)
    alone = not choices and len(rejected) == len(order.cartons) - 1 and bool(rejected)
    first = said("because_only_holds" if alone else "because_smallest", all=holds, top=top)
    reasons = [no.reason for no in reversed(rejected[-_REASONS_SHOWN:]) if no.reason is not None]
    return first, *reasons


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
    first, *others = [said(f"left_{reason}") for reason in dict.fromkeys(reason for _, reason in missing)]
    if len(missing) == 1:
        return said("because_missing_one", skus=shown, reason=first), *others
    return said("because_missing", n=len(missing), skus=shown, reason=first), *others


def _kg(weight_g: int) -> str:
    return f"{weight_g // 1000}.{weight_g % 1000 // 100}"


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}" if minor >= 0 else f"-{-minor // 100}.{-minor % 100:02}"
