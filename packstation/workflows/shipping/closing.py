"""The end of a load: the manifest closed, what stays behind named, all shipped at once (FL7.9-FL7.12). Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import (
    Answer,
    Desk,
    Door,
    Load,
    Parcel,
    Pending,
    Print,
    Reader,
    accepted,
    asked,
    ignored,
)
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.shipping.state import at_door, kilograms
from sync import facts as f
from sync.protocol import Deed

LISTED_MAX = 20


def closed(desk: Desk) -> Answer:
    """`*CLOSE`: done when all is loaded, else what would stay is listed first (FL7.9, FL7.10)."""
    load = _load(desk)
    if not load.loaded:
        return asked(desk, Say("close_empty"))
    ghosts, bare = len(load.ghosts), len(load.unlabelled)
    if ghosts or bare:
        say = Say("close_open", {"ghosts": ghosts, "bare": bare})
        return asked(desk.quiet(), say, Pending("load_close"), cue=Cue.STOP, about="order")
    return _closed(desk, ())


def left_behind(desk: Desk) -> Answer:
    """`*OK`: the manifest goes without them (FL7.10)."""
    load = _load(desk)
    left = tuple(
        Deed(p.fo, f.ParcelLeft(carton=p.lpn, manifest=load.manifest, why=p.problem or "not_loaded"))
        for p in (*load.ghosts, *load.unlabelled)
    )
    return _closed(desk, left)


def shipped_all(desk: Desk) -> Answer:
    """`*SHIPALL`: every parcel that is ready goes, for a carrier that scans none at the door (FL7.11)."""
    load = _load(desk)
    if not load.bulk:
        return asked(desk, Say("bulk_scanned", {"carrier": load.carrier}))
    going = tuple(p for p in load.waiting if p.ready)
    stay = tuple(p for p in load.parcels if not p.loaded_ms and p not in going)
    bare = sum(p.problem == "no_label" for p in stay)
    stopped = sum(p.problem in ("on_hold", "cancelled") for p in stay)
    if not going and not load.loaded:
        return asked(desk, Say("bulk_nothing", {"bare": bare}))
    facts = tuple(
        Deed(p.fo, f.ParcelLoaded(carton=p.lpn, label=p.label or "", manifest=load.manifest)) for p in going
    )
    answer = _closed(desk, facts, going)
    count = len(load.loaded) + len(going)
    values: dict[str, str | int] = {
        "count": count,
        "all": len(load.parcels),
        "bare": bare,
        "unchecked": len(stay) - bare - stopped,
        "stopped": stopped,
        "rest": len(stay),
        "list": _names(stay),
    }
    text = "bulk_shipped" if not stay else "bulk_shipped_bare" if bare == len(stay) else "bulk_shipped_rest"
    return replace(answer, say=Say(text, values))


def looked_up(desk: Desk, manifest: str, reader: Reader) -> Answer:
    """A manifest's own number: an open one is gone on with, a closed one can be printed again (FL7.9)."""
    known = reader.manifest(manifest)
    if known is None:
        return asked(desk, Say("manifest_elsewhere", {"manifest": manifest}), about="place")
    if not known.closed:
        load = reader.load(manifest, Door(known.carrier, known.door))
        return ignored(replace(desk.quiet(), load=load), at_door("door_open", load), Cue.TICK)
    values: dict[str, str | int] = {
        "manifest": manifest,
        "count": known.count,
        "weight": kilograms(known.weight_g),
    }
    return ignored(replace(desk, manifest=manifest), Say("manifest_known", values), Cue.ASK)


def reprinted(desk: Desk) -> Answer:
    """The manifest that was closed or looked up last, on paper once more."""
    if desk.manifest is None:
        return asked(desk, Say("manifest_none"))
    answer = ignored(desk, Say("manifest_prints", {"manifest": desk.manifest}), Cue.TICK)
    return replace(answer, prints=(Print("manifest", None, ref=desk.manifest),))


def listed(desk: Desk) -> Answer:
    """Say every parcel that is still open, for plain mode (FL10.2)."""
    if desk.load is None:
        bags = [box.lpn for box in desk.job.order.boxes if box.lpn not in desk.bags] if desk.job else []
        return ignored(desk, Say("plain", {"text": "; ".join(bags)}))
    waiting = tuple(p for p in desk.load.parcels if not p.loaded_ms)
    if not waiting:
        return ignored(desk, Say("load_list_none"))
    return ignored(desk, Say("load_list", {"list": _names(waiting)}))


def _closed(desk: Desk, before: tuple[Deed, ...], going: tuple[Parcel, ...] = ()) -> Answer:
    load = _load(desk)
    count = len(load.loaded) + len(going)
    weight_g = load.weight_g + sum(p.weight_g for p in going)
    fact = f.ManifestClosed(manifest=load.manifest, count=count, weight_g=weight_g)
    values: dict[str, str | int] = {"manifest": load.manifest, "count": count, "weight": kilograms(weight_g)}
    return accepted(
        replace(desk.quiet(), load=None, manifest=load.manifest),
        Say("manifest_closed_one" if count == 1 else "manifest_closed", values),
        Cue.DONE,
        prints=(Print("manifest", None, ref=load.manifest),),
        deeds=(*before, Deed(None, fact)),
    )


def _names(parcels: tuple[Parcel, ...]) -> str:
    names = [f"#{p.order_no}" + (f" box {p.no}" if p.boxes > 1 else "") for p in parcels[:LISTED_MAX]]
    more = [f"+{len(parcels) - LISTED_MAX}"] if len(parcels) > LISTED_MAX else []
    return ", ".join([*names, *more])


def _load(desk: Desk) -> Load:
    assert desk.load is not None, "a manifest is closed at an open door"
    return desk.load
