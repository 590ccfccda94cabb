"""What the packer sees: the Prompt of a packing desk. Pure."""

from __future__ import annotations

from dataclasses import replace

from packstation.workflows.desk import Desk, Doc, Job, Line
from packstation.workflows.packing import doors
from packstation.workflows.packing.state import state, stopped
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
    rows = _rows.of(job) if job else _cart_rows(desk)
    done, need = job.units if job else (0, 0)
    choices = tuple((key, words(Say(f"choice_{code}", {"text": text}), table)) for key, code, text in _choices(desk))
    keys = tuple(
        Key(name, KEYS.get(name, ""), words(Say(f"key_{name[1:].lower()}"), table))
        for name in doors.commands(where)
        if not name[1:].isdigit()
    )
    entry = None
    if (pending is not None and pending.typed) or where == "WEIGH":
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
        frame="red" if desk.remove or where == "STOP" else "",
    )


def _instruction(desk: Desk, where: str) -> Say:
    job, pending = desk.job, desk.pending
    if desk.override is not None:
        return Say("do_supervisor")
    match where:
        case "CARTON" if desk.suggestion is not None:
            return Say("do_carton", {"carton": desk.suggestion.code, "name": desk.suggestion.name})
        case "STOP" if job is not None and stopped(job) == "cancelled":
            return Say("do_stop_cancelled", {"order": job.doc.order_no, "n": job.order.units_packed})
        case "STOP" if job is not None and stopped(job) == "too_many":
            line = next(ln for ln in job.doc.lines if job.left(ln) < 0)
            return Say("do_stop_too_many", {"item": line.item.name, "n": job.need(line), "out": -job.left(line)})
        case "STOP":
            return Say("do_stop_weight")
        case "SEAL":
            box = unfinished(job) if job else None
            return Say("do_seal", {"no": box.no if box else 1})
        case "ORDER" if job is not None:
            line = next((ln for ln in job.doc.lines if job.left(ln) > 0), job.doc.lines[0])
            return Say(
                "do_order",
                {
                    "item": line.item.name,
                    "left": max(0, job.left(line)),
                    "done": job.order.packed(line.line),
                    "n": job.need(line),
                },
            )
        case "CONFIRM" if pending is not None:
            return Say(f"do_{pending.kind}")
        case _:
            return Say(f"do_{where.lower()}")


def _choices(desk: Desk) -> tuple[tuple[str, str, str], ...]:
    if desk.pending is not None:
        return desk.pending.choices
    if desk.suggestion is not None and desk.job is not None and desk.job.order.open_box is None:
        return tuple((str(n), "text", text) for n, (_, text) in enumerate(desk.suggestion.alternatives, 1))
    return ()


class _Rows:
    """The rows of the job that was shown last: a scan makes new the row of its line, and no other (PF1.10).

    What they hold follows from the job alone, so that keeping them changes nothing but the time.
    """

    def __init__(self) -> None:
        self._last: tuple[Job, tuple[Row, ...]] | None = None
        self._kept: tuple[Doc, list[Line], dict[int, Row]] | None = None

    def of(self, job: Job) -> tuple[Row, ...]:
        """Open lines first, in order; then those that are full."""
        last, kept = self._last, self._kept
        if last is not None and last[0] is job:
            return last[1]
        if kept is None or kept[0] is not job.doc:
            self._kept = kept = (job.doc, sorted(job.doc.lines, key=lambda line: line.line), {})
        _, lines, known = kept
        still_open: list[Row] = []
        full: list[Row] = []
        packed, left_by_line = job.order.packed_by_line, job.left_by_line
        for line in lines:
            number = line.line
            done, left = packed.get(number, 0), left_by_line[number]
            row = known.get(number)
            if row is None or row.done != done or row.need != done + left:
                row = known[number] = _row(line, done, done + left)
            (still_open if left > 0 else full).append(row)
        if still_open:
            still_open[0] = replace(still_open[0], current=True)
        made = (*still_open, *full)
        self._last = (job, made)
        return made


_rows = _Rows()


def _row(line: Line, done: int, need: int) -> Row:
    return Row(
        key=str(line.line),
        title=line.item.name,
        done=done,
        need=need,
        detail=" ".join(value.upper() for value in line.item.attributes.values()),
        where=line.sku,
    )


def _cart_rows(desk: Desk) -> tuple[Row, ...]:
    return tuple(
        Row(
            key=job.doc.fo,
            title=f"#{job.doc.order_no}",
            done=job.units[0],
            need=job.units[1],
            detail=job.doc.carrier,
            where=job.order.slot or (job.order.totes[0] if job.order.totes else ""),
        )
        for job in desk.cart_jobs
    )


def _panel(desk: Desk, where: str, table: Table) -> Panel | None:
    job = desk.job
    if job is None:
        return None
    if where == "CARTON" and desk.suggestion is not None:
        s = desk.suggestion
        return Panel(f"{s.code} {s.name}", (s.why, *s.steps), s.picture)
    box = unfinished(job) or job.order.open_box
    if box is None:
        return None
    lines = [words(Say("panel_box", {"no": box.no, "carton": box.type, "n": box.units}), table)]
    if box.weight_g is not None:
        lines.append(f"{box.weight_g} g")
    if box.label is not None:
        lines.append(box.label.tracking)
    lines.append(box.lpn)
    if desk.suggestion is not None:
        lines.extend(desk.suggestion.steps)
    return Panel(
        words(Say("panel_title", {"no": box.no}), table),
        tuple(lines),
        desk.suggestion.picture if desk.suggestion else (),
    )
