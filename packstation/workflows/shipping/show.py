"""What the loader sees: the Prompt of a loading desk. Pure."""

from __future__ import annotations

from packstation.workflows.desk import Desk, Load, Parcel
from packstation.workflows.prompt import Key, Message, Panel, Prompt, Row, Say
from packstation.workflows.shipping import doors
from packstation.workflows.shipping.state import at_door, kilograms, state
from packstation.workflows.texts import Table, words

KEYS = {"*OK": "f12", "*BACK": "f3", "*REMOVE": "f7", "*UNDO": "f8", "*REPRINT": "f11"}
"""Which key stands for which command (FL10.5); the rest are in the menu."""


def prompt(desk: Desk, table: Table, message: Message | None = None, *, typed: str | None = None) -> Prompt:
    """Everything a screen needs for this desk; asks nothing of a database."""
    where = state(desk)
    load, job = desk.load, desk.job
    say = _instruction(desk, where)
    title, done, need = "", 0, 0
    rows: tuple[Row, ...] = ()
    if job is not None:
        title = f"#{job.doc.order_no}"
        rows = _bags(desk, table)
        done, need = len(desk.bags), len(rows)
    elif load is not None:
        title = words(at_door("door_title", load), table)
        rows = _rows(load, table)
        done, need = load.counts
    return Prompt(
        state=where,
        title=title,
        instruction=words(say, table),
        instruction_short=words(say, table, short=True),
        rows=rows,
        panel=_panel(desk, table),
        message=message,
        keys=tuple(
            Key(name, KEYS.get(name, ""), words(Say(f"key_{name[1:].lower()}"), table))
            for name in doors.commands(desk)
        ),
        done=done,
        need=need,
        entry=typed,
        frame="red" if desk.remove else "",
    )


def _instruction(desk: Desk, where: str) -> Say:
    match where:
        case "CONFIRM" if desk.pending is not None:
            return Say(f"do_{desk.pending.kind}")
        case "REMOVE":
            return Say("do_load_remove")
        case "BAGS" if desk.job is not None:
            n = sum(box.state == "closed" for box in desk.job.order.boxes)
            values: dict[str, str | int] = {"order": desk.job.doc.order_no, "done": len(desk.bags), "n": n}
            return Say("do_bags_all" if len(desk.bags) == n else "do_bags", values)
        case "LOAD" if desk.load is not None and desk.load.loaded and not desk.load.waiting:
            return Say("do_load_all")
        case _:
            return Say(f"do_{where.lower()}")


def _rows(load: Load, table: Table) -> tuple[Row, ...]:
    """Parcels that can be loaded first, then those that cannot, then those that are in, the newest first."""
    waiting = sorted(load.waiting, key=lambda p: (p.order_no, p.no))
    stopped = sorted((p for p in load.parcels if p.problem), key=lambda p: (p.problem, p.order_no, p.no))
    loaded = sorted(load.loaded, key=lambda p: (-p.loaded_ms, p.order_no, p.no))
    return tuple(_row(p, table) for p in (*waiting, *stopped, *loaded))


def _row(parcel: Parcel, table: Table) -> Row:
    if parcel.problem:
        detail = words(Say(f"parcel_{parcel.problem}"), table)
    elif parcel.loaded_ms:
        detail = words(Say("parcel_loaded"), table)
    elif not parcel.ready:
        detail = words(Say("parcel_unchecked"), table)
    else:
        detail = words(Say("parcel_of", {"no": parcel.no, "n": parcel.boxes}), table)
    return Row(
        key=parcel.lpn,
        title=f"#{parcel.order_no}" + (f"/{parcel.no}" if parcel.boxes > 1 else ""),
        done=1 if parcel.loaded_ms else 0,
        need=1,
        detail=detail,
        where=parcel.tracking or parcel.lpn,
    )


def _bags(desk: Desk, table: Table) -> tuple[Row, ...]:
    assert desk.job is not None
    boxes = tuple(box for box in desk.job.order.boxes if box.state == "closed")
    return tuple(
        Row(
            key=box.lpn,
            title=words(Say("parcel_of", {"no": box.no, "n": len(boxes)}), table),
            done=1 if box.lpn in desk.bags else 0,
            need=1,
            detail=box.type,
            where=desk.job.order.shelf or box.lpn,
        )
        for box in sorted(boxes, key=lambda box: (box.lpn in desk.bags, box.no))
    )


def _panel(desk: Desk, table: Table) -> Panel | None:
    load = desk.load
    if load is None:
        if desk.job is not None:
            return None
        last = () if desk.manifest is None else (words(Say("panel_last", {"manifest": desk.manifest}), table),)
        told = (*desk.hint, *last)
        return Panel(told[0], told[1:]) if told else None
    done, need = load.counts
    weight = kilograms(load.weight_g)
    lines = [words(Say("panel_loaded", {"done": done, "n": need, "weight": weight}), table)]
    held = sum(p.problem in ("on_hold", "cancelled") for p in load.parcels)
    for text, count in (
        ("panel_ghosts", len(load.ghosts)),
        ("panel_bare", len(load.unlabelled)),
        ("panel_held", held),
    ):
        if count:
            lines.append(words(Say(text, {"n": count}), table))
    return Panel(words(Say("panel_load", {"manifest": load.manifest}), table), tuple(lines))
