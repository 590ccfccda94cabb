"""What the picker sees: the Prompt of a walk. Pure; asks nothing of a database."""

from __future__ import annotations

from collections.abc import Iterable

from packstation.workflows.desk import Desk, Trip
from packstation.workflows.picking import doors, tasks, walk
from packstation.workflows.picking.answers import at_the_end, go_to
from packstation.workflows.picking.state import state
from packstation.workflows.prompt import Key, Message, Panel, Prompt, Row, Say
from packstation.workflows.texts import Table, words

NEXT_STOPS = 2
KEYS = {
    "*OK": "f12",
    "*BACK": "f3",
    "*SHORT": "f5",
    "*CANTSCAN": "f6",
    "*UNDO": "f8",
    "*NEXTBOX": "f10",
}
"""Which key stands for which command (FL10.5)."""


def prompt(desk: Desk, table: Table, message: Message | None = None, *, typed: str | None = None) -> Prompt:
    """Everything a screen needs for this desk."""
    where = state(desk)
    trip, pending = desk.trip, desk.pending
    say = _instruction(desk, where)
    done, need = walk.units(trip) if trip is not None and trip.jobs else (0, 0)
    choices = tuple((key, words(Say(f"choice_{code}", {"text": text}), table)) for key, code, text in _choices(desk))
    keys = tuple(
        Key(name, KEYS.get(name, ""), words(Say(f"key_{name[1:].lower()}"), table))
        for name in doors.legal(desk)
        if not name[1:].isdecimal() and not _idle(desk, name)
    )
    entry = typed or "" if pending is not None and pending.typed else typed or None
    return Prompt(
        state=where,
        title=walk.name(trip) if trip is not None else "",
        instruction=words(say, table),
        instruction_short=words(say, table, short=True),
        rows=_rows(desk, where, table),
        panel=_panel(desk, where, table),
        message=message,
        keys=keys,
        choices=choices,
        done=done,
        need=need,
        entry=entry,
        frame="red" if where == "STOP" else "",
    )


def _idle(desk: Desk, command: str) -> bool:
    """A next carton is for an order that is picked into one, a next tote for any other (FL6.30, FL6.38)."""
    stop = walk.current(desk) if desk.trip is not None and desk.trip.jobs else None
    boxed = stop is not None and walk.carton(stop.job) is not None
    return command == ("*BINFULL" if boxed else "*NEXTBOX")


def _choices(desk: Desk) -> tuple[tuple[str, str, str], ...]:
    if desk.pending is not None:
        return desk.pending.choices
    if state(desk) == "ZERO":
        return (("1", "yes", "yes"), ("2", "no", "no"))
    return ()


def _instruction(desk: Desk, where: str) -> Say:
    trip, pending = desk.trip, desk.pending
    if desk.override is not None:
        return Say("do_supervisor")
    if trip is None:
        return Say("do_pick_fo" if pending is not None and pending.kind == "pick_fo" else "do_pick_idle")
    stop = walk.current(desk) if trip.jobs else None
    match where:
        case "FACE" | "UNIT" if stop is not None:
            values: dict[str, str | int | Say] = {
                "location": stop.location or "?",
                "n": stop.left,
                "item": stop.line.item.name,
                "where": walk.bin_name(stop.job),
            }
            if where == "UNIT":
                return Say("do_unit" if stop.location else "go_find", values)
            return go_to(desk)
        case "DEST":
            hand = walk.held(trip)
            assert hand is not None, "DEST has units in hand"
            return Say("do_dest", {"n": hand.qty, "item": hand.line.item.name, "where": walk.bin_name(hand.job)})
        case "ZERO":
            face = walk.empty_face(trip)
            return Say("do_zero", {"location": face[2] if face else "?"})
        case "UNLOAD":
            return at_the_end(trip)
        case "STOP":
            job = walk.must_stop(trip)
            n = sum(walk.picked(job, line) for line in job.doc.lines) if job else 0
            return Say("do_pick_stop", {"order": job.doc.order_no if job else "", "n": n})
        case "PUTBACK":
            job = trip.jobs[0]
            return Say("put_back", {"order": job.doc.order_no, "n": tasks.to_put_back(job)})
        case "COUNT":
            return Say("count_item", {"location": trip.work}) if pending is None else Say("do_count_qty")
        case "CONFIRM" if pending is None:
            waiting = walk.unassigned(trip)
            if waiting and trip.mode in ("cluster", "single"):
                say = "do_bins" if trip.mode == "cluster" else "tote_first"
                return Say(say, {"order": waiting[0].doc.order_no})
            return Say("do_begin", {"work": walk.name(trip)})
        case "CONFIRM" if pending is not None and pending.kind == "slot_tote":
            waiting = walk.unassigned(trip)
            order = waiting[0].doc.order_no if waiting else ""
            return Say("scan_tote_for", {"slot": walk.tail(str(pending.data[0])), "order": order})
        case "CONFIRM":
            return Say("do_again")
        case "SHORT" if pending is not None and pending.kind in ("pick_short_qty", "pick_short_preview"):
            return Say(f"do_{pending.kind.removeprefix('pick_')}")
        case _:
            return Say(f"do_{where.lower()}")


def _rows(desk: Desk, where: str, table: Table) -> tuple[Row, ...]:
    """Stops in walk order, what is done behind them; before the start, a row for each order and its bin."""
    trip = desk.trip
    if trip is None or not trip.jobs:
        return ()
    if trip.mode == "put_back":
        return tuple(
            Row(
                key=str(line.line),
                title=line.item.name,
                done=trip.jobs[0].order.back.get(line.line, 0),
                need=trip.jobs[0].order.back.get(line.line, 0) + tasks.back_left(trip.jobs[0], line),
                where=tasks.usual_place(trip, line),
            )
            for line in trip.jobs[0].doc.lines
        )
    if where in ("CONFIRM", "UNLOAD"):
        # Which order wants the next bin stands first where the list has no room.
        waiting = walk.unassigned(trip) if where == "CONFIRM" and trip.mode == "cluster" else ()
        return tuple(
            Row(
                key=job.doc.fo,
                title=f"#{job.doc.order_no}",
                done=sum(walk.picked(job, line) for line in job.doc.lines),
                need=sum(walk.picked(job, line) + walk.left(job, line) for line in job.doc.lines),
                detail=job.doc.carrier,
                where=words(walk.bin_name(job), table) if walk.bin_of(job) else "",
                current=bool(waiting) and job is waiting[0],
            )
            for job in walk.alive(trip)
        )
    return _stop_rows(desk, trip, table)


def _stop_rows(desk: Desk, trip: Trip, table: Table) -> tuple[Row, ...]:
    open_stops = walk.stops(trip)
    stop = walk.current(desk)
    now = stop.key if stop is not None else None
    if stop is not None and now not in {each.key for each in open_stops}:
        open_stops = (stop, *open_stops)
    rows = [
        Row(
            key=f"{each.key[0]}:{each.key[1]}",
            title=each.line.item.name,
            done=each.done,
            need=each.need,
            detail=_detail(each.line.item.attributes.values(), words(walk.bin_name(each.job), table)),
            where=each.location,
            current=each.key == now,
        )
        for each in open_stops
    ]
    shown = {each.key for each in open_stops}
    for job, line in walk.lines(trip):
        if (job.doc.fo, line.line) not in shown:
            rows.append(
                Row(
                    key=f"{job.doc.fo}:{line.line}",
                    title=line.item.name,
                    done=walk.picked(job, line),
                    need=walk.picked(job, line),
                    detail=words(walk.bin_name(job), table),
                    where=job.order.picked_at.get(line.line, ""),
                )
            )
    return tuple(rows)


def _detail(attributes: Iterable[str], where: str) -> str:
    told = " ".join(value.upper() for value in attributes)
    return f"{told} → {where}" if told else f"→ {where}"


def _panel(desk: Desk, where: str, table: Table) -> Panel | None:
    trip = desk.trip
    if trip is None:
        return Panel(desk.hint[0], desk.hint[1:]) if desk.hint else None
    if not trip.jobs or trip.mode in ("put_back", "count"):
        return None
    if where == "CONFIRM":
        weight = walk.weight_g(trip)
        lines = [
            words(Say("panel_walk", {"orders": len(walk.alive(trip)), "lines": len(walk.stops(trip))}), table),
            words(Say("panel_weight", {"kg": weight // 1000, "g": f"{weight % 1000:03d}"}), table),
        ]
        lines += desk.hint
        if trip.wave:
            lines.append(trip.wave)
        return Panel(walk.name(trip), tuple(lines))
    if where in ("FACE", "UNIT", "DEST"):
        stop = walk.current(desk)
        ahead: dict[tuple[str, str], int] = {}
        for each in walk.stops(trip):
            if stop is None or each.key != stop.key:
                place = (each.location or "?", each.line.item.name)
                ahead[place] = ahead.get(place, 0) + each.left
        lines = [f"{place}  {n} × {name}" for (place, name), n in list(ahead.items())[:NEXT_STOPS]]
        return Panel(words(Say("panel_next"), table), tuple(lines)) if lines else None
    if where == "UNLOAD":
        return Panel(words(Say("panel_totes"), table), tuple(name for _, name in walk.to_unload(trip)))
    return None
