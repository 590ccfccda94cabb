"""What the packer sees: the Prompt of a packing desk. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from packstation.workflows.desk import Desk, Job, Line
from packstation.workflows.packing import closed_boxes, commands, filling, following
from packstation.workflows.packing.into_box import box_for
from packstation.workflows.packing.state import state, stopped
from packstation.workflows.places import tail
from packstation.workflows.prompt import Key, Message, Panel, Prompt, Row, Say
from packstation.workflows.ready import unfinished
from packstation.workflows.texts import Table, words

KEYS = {
    "*OK": "f12",
    "*BACK": "f3",
    "*HELP": "f1",
    "*RAW": "f2",
    "*RETRY": "f4",
    "*SHORT": "f5",
    "*CANTSCAN": "f6",
    "*REMOVE": "f7",
    "*UNDO": "f8",
    "*HOLD": "f9",
    "*NEXTBOX": "f10",
    "*REPRINT": "f11",
}
"""Which key stands for which command (FL10.5)."""


def prompt(desk: Desk, table: Table, message: Message | None = None, *, typed: str | None = None) -> Prompt:
    """Everything a screen needs for this desk; asks nothing of a database."""
    where = state(desk)
    job = desk.job
    pending = desk.pending
    say = _instruction(desk, where)
    at = _next_line(desk, job) if job else None
    rows = _rows.of(job, at.line if at is not None else None) if job else _cart_rows(desk)
    done, need = job.units if job else (0, 0)
    if where == "COUNT":
        rows, done, need = (), 0, 0  # What is expected is not shown (FL5.7).
    choices = tuple(
        (key, words(Say(f"choice_{code}", {"text": text}), table)) for key, code, text in _choices(desk, where)
    )
    useless = closed_boxes.useless(desk)
    ends = commands.answers(desk)
    legal = (key for key in _keys(where, table) if key.command not in useless and key.command not in ends)
    keys = (*(_key(name, table) for name in ends), *legal)
    entry = None
    if (pending is not None and pending.typed) or where in ("WEIGH", "COUNT"):
        entry = typed or ""
    elif typed:
        entry = typed
    return Prompt(
        state=where,
        title=f"#{job.doc.order_no}" if job else (desk.cart or ""),
        instruction=words(say, table),
        instruction_short=words(say, table, short=True),
        rows=rows,
        panel=_panel(desk, where, table),
        message=message,
        keys=keys,
        choices=choices,
        done=done,
        need=need,
        entry=entry,
        big=desk.suggestion.code if where == "CARTON" and desk.suggestion is not None else "",
        frame="red" if desk.remove or where == "STOP" else "",
    )


_named: dict[str, tuple[Table, tuple[Key, ...]]] = {}


def _keys(where: str, table: Table) -> tuple[Key, ...]:
    """The legal actions of a state, with their names in the table's language; made once for each."""
    known = _named.get(where)
    if known is None or known[0] is not table:
        made = tuple(_key(name, table) for name in commands.names(where) if not name[1:].isdecimal())
        known = _named[where] = (table, made)
    return known[1]


def _key(name: str, table: Table) -> Key:
    return Key(name, KEYS.get(name, ""), words(Say(f"key_{name[1:].lower()}"), table))


def _instruction(desk: Desk, where: str) -> Say:
    job, pending = desk.job, desk.pending
    if desk.override is not None:
        # A wrong weight stands in the facts: no key leaves it.
        return Say("do_supervisor_weight" if desk.override.permission == "ov.weight" else "do_supervisor")
    match where:
        case "CARTON" if desk.suggestion is not None:
            place = desk.suggestion.place
            values: dict[str, str | int] = {"carton": desk.suggestion.code, "name": desk.suggestion.name}
            return Say("do_carton_at", {**values, "place": place}) if place else Say("do_carton", values)
        case "CARTON":
            return Say("do_carton_coming" if desk.suggesting else "do_carton_none")
        case "STOP" if job is not None and stopped(job) == "cancelled":
            return Say("do_stop_cancelled", {"order": job.doc.order_no, "n": job.order.units_packed})
        case "STOP" if job is not None and stopped(job) == "too_many":
            line = next(ln for ln in job.doc.lines if job.left(ln) < 0)
            return Say("do_stop_too_many", {"item": line.item.name, "n": job.need(line), "out": -job.left(line)})
        case "STOP":
            return Say("do_stop_weight")
        case "COUNT" | "WEIGH":
            box = unfinished(job) if job else None
            return Say(f"do_{where.lower()}", {"no": box.no if box else 1})
        case "ORDER" if job is not None and not _to_scan(desk, job):
            n = sum(job.left(ln) for ln in job.doc.lines if job.left(ln) > 0)
            return Say("do_not_drawn", {"n": n})
        case "SEAL":
            box = unfinished(job) if job else None
            return Say("do_seal", {"no": box.no if box else 1})
        case "ORDER" if job is not None and job.complete and job.order.units_packed:
            box = job.order.open_box
            return Say("do_close_box", {"no": box.no if box else 1})
        case "ORDER" if job is not None:
            line = _next_line(desk, job) or job.doc.lines[0]
            box = job.order.open_box
            if box is not None and job.left(line) > 0 and "own_box" in line.item.flags:
                if box_for(job, line.item) is not None and box.contents:  # all else is packed: its box closes first
                    return Say("do_next_box", {"no": box.no, "item": line.item.name})
                return Say("do_own_box", {"item": line.item.name})
            if box is not None and box.contents and following.holds_its_part(desk, box):
                return Say("do_next_box", {"no": box.no, "item": line.item.name})
            return Say(
                "do_order",
                {
                    "item": line.item.name,
                    "left": max(0, job.left(line)),
                    "done": job.order.packed(line.line),
                    "n": job.need(line),
                },
            )
        case "SHORT" if pending is not None and pending.kind in ("short_qty", "short_preview"):
            return Say(f"do_{pending.kind}")
        case "CONFIRM" | "MEASURE" if pending is not None:
            return Say(f"do_{pending.kind}")
        case _:
            return Say(f"do_{where.lower()}")


def _next_line(desk: Desk, job: Job) -> Line | None:
    """The line of the plan's next step; without a plan the first that is open (CT7.4)."""
    box = job.order.open_box
    plan = following.plan_of(desk, box)
    sku = following.next_sku(plan, box) if plan is not None else None
    first = None
    for line in job.doc.lines:
        if job.left(line) > 0:
            if sku is None or line.sku == sku:
                return line
            first = first or line
    return first


def _to_scan(desk: Desk, job: Job) -> bool:
    """Whether a line that is open wants its units scanned."""
    if not desk.unscanned:
        return True
    return any(left > 0 and number not in desk.unscanned for number, left in job.left_by_line.items())


def _choices(desk: Desk, where: str) -> tuple[tuple[str, str, str], ...]:
    if desk.pending is not None:
        return desk.pending.choices
    if desk.suggestion is not None and where == "CARTON":
        return tuple((str(n), "text", text) for n, (_, text) in enumerate(desk.suggestion.alternatives, 1))
    return ()


class _Rows:
    """The rows of the job that was shown last: a scan makes new the row of its line, and no other (PF1.10).

    What they hold follows from the job alone, so that keeping them changes nothing but the time.
    """

    def __init__(self) -> None:
        self._last: tuple[Job, tuple[Row, ...], dict[int, int]] | None = None

    def of(self, job: Job, at: int | None) -> tuple[Row, ...]:
        """Open lines first, in order; then those that are full. `at`: the line that is next, which is marked."""
        rows = self._unmarked(job)
        place = self._last[2].get(at) if self._last is not None and at is not None else None
        if place is None or rows[place].done >= rows[place].need:
            return rows
        return (*rows[:place], replace(rows[place], current=True), *rows[place + 1 :])

    def _unmarked(self, job: Job) -> tuple[Row, ...]:
        last = self._last
        if last is not None and last[0] is job:
            return last[1]
        rows = None if last is None or last[0].doc is not job.doc else _changed(*last, job)
        if last is None or rows is None:
            rows, places = _all_rows(job)
        else:
            places = last[2]
        self._last = (job, rows, places)
        return rows


def _changed(before: Job, rows: tuple[Row, ...], places: dict[int, int], job: Job) -> tuple[Row, ...] | None:
    """The rows with those made new whose counts changed, or None when a line went to the open or the full ones."""
    was, packed, made = before.left_by_line, job.order.packed_by_line, list(rows)
    left_by_line, had = job.left_by_line, before.order.packed_by_line
    # Sets of pairs, because they are compared without a step of ours for each line.
    moved = (left_by_line.items() - was.items()) | (packed.items() ^ had.items())
    for number in {number for number, _ in moved if number in left_by_line}:
        left, done, row = left_by_line[number], packed.get(number, 0), rows[places[number]]
        if (left > 0) != (was[number] > 0):
            return None
        made[places[number]] = replace(row, done=done, need=done + left)
    return tuple(made)


def _all_rows(job: Job) -> tuple[tuple[Row, ...], dict[int, int]]:
    """Every row, and the place of each line among them."""
    left = job.left_by_line
    lines = sorted(job.doc.lines, key=lambda line: (left[line.line] <= 0, line.line))
    rows = tuple(
        Row(
            key=str(line.line),
            title=line.item.name,
            done=job.order.packed(line.line),
            need=job.order.packed(line.line) + left[line.line],
            detail=" ".join(value.upper() for value in line.item.attributes.values()),
            where=line.sku,
        )
        for line in lines
    )
    return rows, {line.line: place for place, line in enumerate(lines)}


_rows = _Rows()


def _cart_rows(desk: Desk) -> tuple[Row, ...]:
    return tuple(
        Row(
            key=job.doc.fo,
            title=f"#{job.doc.order_no}",
            done=job.units[0],
            need=job.units[1],
            detail=job.doc.carrier,
            where=tail(job.order.slot) if job.order.slot else job.order.totes[0] if job.order.totes else "",
        )
        for job in desk.cart_jobs
    )


def _panel(desk: Desk, where: str, table: Table) -> Panel | None:
    job = desk.job
    if job is None:
        return Panel(desk.hint[0], desk.hint[1:]) if desk.hint else None
    if where == "CARTON" and desk.suggestion is not None:
        return filling.carton_panel(desk.suggestion, job, table)
    box = unfinished(job) or job.order.open_box
    if box is None or where == "COUNT":
        return None
    lines = [words(Say("panel_box", {"no": box.no, "carton": box.type, "n": box.units}), table)]
    if box.weight_g is not None:
        lines.append(f"{box.weight_g} g")
    if box.label is not None:
        lines.append(box.label.tracking)
    lines.append(box.lpn)
    title = words(Say("panel_title", {"no": box.no}), table)
    if desk.suggestion is None or box.state != "open" or desk.suggestion.code != box.type:
        return Panel(title, tuple(lines))
    return filling.box_panel(desk.suggestion, job, box, title, tuple(lines), table)
