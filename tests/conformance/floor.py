"""Cases of the floor as text files, played against the real Station (floor.md section 12).

    case   over-scan-is-refused
    covers FL4.23
    given  open FO-4471-1
    > {BLUE-MUG}  | CartonOpened(type=M2), ItemPacked(line=1, qty=1) | Box M2. MUG BLUE 350: 1 of 2 | T1
    ~ 151ms
    > {BLUE-MUG}  | ItemPacked, CartonClosed                        | #4471 complete…              | T3
    end    line 1 2/2   state WEIGH

Columns: input | facts | text | cue. Inputs: `>` scan, `!` key, command or =typed text, `~` time passes, `@` a
device, `<` the hub decided or passes on another station's facts (`fact FO-1 st-08 OrderOpened(...)`), `#` the
process ends and begins anew. Inputs come 400 ms apart, as in `packstation replay`, unless a `~` line stands between
them. `…` stands for any text; only the fields named in a fact are compared; an empty column expects nothing; a line
without columns checks nothing. `{ANN}` is a badge, `{PLATE}` an item's code, `{label}` and `{lpn}` those of the
newest box (`{label FO-1 2}` of a named one).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packstation.scan import command_tag
from packstation.station import Outcome, Station
from packstation.station.walking import plan_waves, release_deeds
from packstation.store import Place, Store, write_place
from sync import facts as f
from sync import protocol
from sync.facts import Fact
from sync.journal import Stamp
from sync.protocol import Deed, Entry
from tests import shop
from tests.shop import TestClock
from tests.workflows import pickshop

FOLDER = Path(__file__).parent
COMMAND_KEY = "0f0e0d0c0b0a09080706050403020100"
CAT = "B.CATAAAAAAAAAAAAAAAAAAAAAAA"
PAT = "B.PATAAAAAAAAAAAAAAAAAAAAAAA"
AUD = "B.AUDAAAAAAAAAAAAAAAAAAAAAAA"
STEP_MS = 400
_PATTERN = re.compile(r'\{([A-Za-z][^{}":]*)\}')
_WRITTEN = re.compile(r"(\w+)(?:\(([^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case. `expected` is (facts, text, cue), or None when nothing is checked."""

    where: str
    kind: str
    text: str
    expected: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    file: str
    covers: tuple[str, ...]
    given: tuple[str, ...]
    steps: tuple[Step, ...]
    end: tuple[str, ...]


def cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Every case of every file. Raises ValueError naming file and line of what is no case."""
    return tuple(case for path in sorted(folder.glob("*.case")) for case in read(path))


def read(path: Path) -> Iterator[Case]:
    name, covers, given, steps, end = "", [], [], [], []  # type: ignore[var-annotated]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}"
        word, _, rest = line.strip().partition(" ")
        if line.startswith("//") or not word:
            continue
        if word == "case":
            if name:
                yield Case(name, path.stem, tuple(covers), tuple(given), tuple(steps), tuple(end))
            name, covers, given, steps, end = rest.strip(), [], [], [], []
        elif word == "covers":
            covers = rest.split()
        elif word == "given":
            given.append(rest.strip())
        elif word == "end":
            end.extend(re.split(r"\s{3,}", rest.strip()))
        elif word in (">", "!", "~", "@", "<", "#"):
            columns = [column.strip() for column in re.split(r"\s\|(?:\s|$)", rest + " ")]
            if len(columns) not in (1, 4):
                raise ValueError(f"{where}: expected input | facts | text | cue, got {len(columns)} columns.")
            expected = (columns[1], columns[2], columns[3]) if len(columns) == 4 else None
            steps.append(Step(where, word, columns[0], expected))
        else:
            raise ValueError(f"{where}: expected case, covers, given, end or an input, got {word!r}.")
    if name:
        yield Case(name, path.stem, tuple(covers), tuple(given), tuple(steps), tuple(end))


@dataclass
class Floor:
    """One station that plays one case. `calm`: after which steps a restart changes nothing that is asked for."""

    folder: Path
    clock: TestClock = field(default_factory=TestClock)
    calm: list[int] = field(default_factory=list)
    lines: int = 0
    _paced: bool = False
    _arrived: int = 0
    _seen: int = 0
    _devices: dict[str, str] = field(default_factory=lambda: {"scale": "scale", "printer": "zd420"})
    _heard: int = 0
    _online: bool = False
    _synced_ms: int | None = None
    _bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        write_place(Place(self.folder, "WH-1", "st-07"))
        self._open()
        copies = [
            *shop.shop(),
            shop.user("CAT", "Cat", "associate", CAT),
            shop.user("PAT", "Pat", "packer", PAT),
            shop.user("AUD", "Aud", "auditor", AUD),
        ]
        self.put(copies)

    def _open(self) -> None:
        place = Place(self.folder, "WH-1", "st-07")
        self.store = Store(place, new_gen=lambda: "a0a0000000000001")
        ids = shop.Ids(self.store.journal.last_seq * 1000 + 1)
        self.station = Station(self.store, now=self.clock, new_id=ids, suggest=shop.suggest_m2)
        self.station.devices.update(self._devices)
        self.station.online = self._online
        self.station.synced_ms = self._synced_ms
        self._seen = self.store.journal.last_seq

    def put(self, copies: list[tuple[str, str, dict[str, Any]]]) -> None:
        for kind, key, body in copies:
            if kind == "fo":
                self._bodies[key] = body
        shop.put(self.store, copies)

    # --- playing ---

    def play(self, case: Case, restart_after: int | None = None) -> None:
        """Play a case and check every line; `restart_after`: end the process after that step and go on."""
        for given in case.given:
            self.given(given)
        if not any(given.startswith("user ") for given in case.given) and self.station.user is None:
            self._sign_in("ANN")
        self._seen = self.store.journal.last_seq
        for number, step in enumerate(case.steps):
            outcome = self.step(step)
            if step.expected is not None:
                self._check(step, outcome)
            self._seen = self.store.journal.last_seq
            if self._is_calm():
                self.calm.append(number)
            if number == restart_after:
                self._restart()
        for end in case.end:
            self._check_end(case, end)
        self._check_laws(case)

    def step(self, step: Step) -> Outcome | None:
        text = self.filled(step.text)
        if step.kind == "~":
            number, unit = re.fullmatch(r"(\d+)\s*(ms|s|min|h)", text).groups()  # type: ignore[union-attr]
            self.clock.pass_ms(int(number) * {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}[unit])
            self._paced = True
            return self.station.tick()
        if step.kind == "#":
            self._restart()
            return None
        if step.kind == "<":
            self.decided(text)
            return self.station.tick()
        if step.kind == "@":
            return self._device(text)
        if not self._paced:
            self.clock.pass_ms(STEP_MS)
        self._paced = False
        if step.kind == ">":
            return self._line(text)
        return self.station.key(text)

    def _line(self, text: str, **how: Any) -> Outcome:
        self.lines += 1
        return self.station.line(text, device="scanner", mono_ms=self.clock.mono, **how)

    def _device(self, text: str) -> Outcome | None:
        word, _, rest = text.partition(" ")
        match word:
            case "weigh":
                self.clock.pass_ms(STEP_MS)
                return self.station.weight(int(rest), "scale")
            case "feels":
                self.clock.pass_ms(STEP_MS)
                self.station.felt(int(rest))
                return None
            case "scale":
                self._devices["scale"] = "" if rest == "off" else "scale"
            case "dead":
                name, _, why = rest.partition(" ")
                said = self.station.printer_answers(name, why)
                self._devices["printer"] = self.station.devices["printer"]
                return said
            case "online" | "offline":
                self._online = word == "online"
            case "batch":
                return self._line(rest, batch=True)
            case "burst":
                count, code = rest.split(" ", 1)
                said = None
                for _ in range(int(count)):
                    self.clock.pass_ms(160)
                    said = self._line(code)
                return said
            case "drained":
                # It arrived so many ms after the one before, and is looked at only now.
                gap, code = rest.split(" ", 1)
                self._arrived = (self._arrived or self.clock.mono) + int(gap)
                self.clock.pass_ms(STEP_MS)
                self.lines += 1
                return self.station.line(code, device="scanner", mono_ms=self._arrived)
            case "flood":
                return self._line(rest, flood=True)
            case "printed":
                for row in self.store.spool.open():
                    self.store.spool.sending(row.job, row.printer)
                    self.store.spool.sent(row.job)
                return self.station.tick()
            case "jammed":
                for row in self.store.spool.open():
                    self.store.spool.failed(row.job, rest)
                return self.station.tick()
            case _:
                raise ValueError(f"@ {text}: expected a device's event.")
        self.station.devices.update(self._devices)
        self.station.online = self._online
        return None

    def _restart(self) -> None:
        felt = self.station.feeling.felt_g
        self.store.close()
        self._open()
        self.station.felt(felt)

    def _is_calm(self) -> bool:
        station = self.station
        desk = station.desk
        held = station.prompt().held or station._held_asked or station._typed or station._approval
        asked = station._switch or station._take_up or (station.message is not None and station.message.sticky)
        open_ = desk.pending or desk.override or desk.remove or desk.quantity or desk.cart or desk.next_type
        open_ = (
            open_ or station.feeling.awaits
        )  # what the scale shows and no scan explained is forgotten with the process
        open_ = open_ or (desk.work == "load" and desk.job)  # the shelf and the bags of a pickup are asked for
        return not (held or asked or open_ or desk.unknown_code or desk.mode != "normal" or desk.bags or desk.load)

    # --- what is given ---

    def _sign_in(self, user: str) -> None:
        self.clock.pass_ms(STEP_MS)
        self._line(self.filled("{" + user + "}"))

    def given(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        match word:
            case "user":
                if rest != "none":
                    self._sign_in(rest)
            case "revoked":
                copy = shop.user(rest, rest.capitalize(), "packer", self.filled("{" + rest + "}"))
                copy[2]["revoked_at"] = "2026-03-01T00:00:00Z"
                self.put([copy])
            case "shelves":
                self.put(pickshop.shelves())
            case "order":
                self.decided(rest)
            case "copy":
                kind, key, body = rest.split(" ", 2)
                self.put([(kind, key, json.loads(body))])
            case "item":
                sku, name, code, *more = rest.split(" ", 3)
                self.put(shop.item(sku, name.replace("_", " "), code, **json.loads(more[0] if more else "{}")))
            case "rules" | "carriers" | "setting":
                name, body = (word, rest) if word != "setting" else rest.split(" ", 1)
                self.put([("setting", name, {"value": json.loads(body)})])
            case "picked":
                fo, tote = rest.split()
                self._facts(fo, f.SlotAssigned(cart="", slot="", tote=tote), *self._picks(fo))
            case "cart":
                cart, *fos = rest.split()
                self._wave(cart, fos)
                for number, fo in enumerate(fos, 1):
                    slot = f.SlotAssigned(cart=cart, slot=f"S-{cart[2:]}-A{number}", tote=f"T-{number}1")
                    self._facts(fo, slot, *self._picks(fo))
            case "wave":
                cart, *fos = rest.split()
                self._wave(cart, fos)
            case "facts":
                fo, written = rest.split(" ", 1)
                self._facts(fo, *(made(part) for part in split(written)))
            case "experience":
                self._experience(rest)
            case "plan":
                self._facts(None, *(deed.fact for deed in plan_waves(self.store)[1]))
                for row in self.store.db.execute("SELECT wave FROM board_wave").fetchall():
                    self._facts(None, *(deed.fact for deed in release_deeds(self.store, row[0], "EVA")))
            case "work":
                if self.station.user is None:
                    self._sign_in("ANN")
                self.station.key(f"*{rest.upper()}")
            case "open":
                self._work_on(rest)
            case "sealing" | "packed":
                self._work_on(rest)
                doc = self.store.job(rest)
                assert doc is not None
                for line in doc.doc.lines:
                    for _ in range(line.quantity):
                        self.clock.pass_ms(STEP_MS)
                        self._line(self.filled("{" + line.sku + "}"))
                job = self.store.job(rest)
                assert job is not None
                box = job.order.boxes[-1]
                self.station.weight(sum((ln.item.weight_g or 0) * ln.quantity for ln in doc.doc.lines) + 100)
                if word == "packed":
                    self.clock.pass_ms(STEP_MS)
                    self._line(self.filled("{label " + rest + "}"))
                    assert self.station.state == "IDLE", self.station.message
                assert box.lpn
            case "online" | "scale":
                self._device(text)
            case "synced":
                self._synced_ms = self.clock.wall - int(rest.removesuffix("h")) * 3_600_000
                self.station.synced_ms = self._synced_ms
            case _:
                raise ValueError(f"given {text}: expected something of the shop.")

    def _experience(self, user: str) -> None:
        """The user packed 200 orders here, 60 mugs and 60 plates among them: no beginner's rule holds (FL4.57)."""
        self.put([shop.order("FO-9000-1", {"BLUE-MUG": 60, "PLATE": 60})])
        opened = f.CartonOpened(carton=1, lpn="C-1", type="M2", suggested="M2")
        for number, sku in enumerate(("BLUE-MUG", "PLATE"), 1):
            packed = f.ItemPacked(line=number, sku=sku, qty=60, carton="C-1", how="case", code="")
            self._facts("FO-9000-1", *(() if number > 1 else (opened,)), packed, user=user)
        for number in range(1, 200):
            box = f.CartonOpened(carton=1, lpn=f"C-{number + 1}", type="M2", suggested="M2")
            self._facts(f"FO-{9000 + number}-1", f.OrderOpened(via="tote", partial=False), box, user=user)
        self._facts("FO-9000-1", f.OrderOpened(via="tote", partial=False), f.OrderParked(), user=user)

    def _work_on(self, fo: str) -> None:
        if self.station.user is None:
            self._sign_in("ANN")
        for _ in range(2):
            if self.station.desk.job is None:
                self.clock.pass_ms(STEP_MS)
                self._line(fo)
        assert self.station.desk.job is not None, self.station.message

    def _picks(self, fo: str) -> tuple[Fact, ...]:
        picks = tuple(
            f.ItemPicked(
                line=line["line"], sku=line["sku"], qty=line["quantity"], location="A-04-2", how="scan", code=""
            )
            for line in self._bodies[fo]["lines"]
        )
        return (*picks, f.PickFinished(work=fo))

    def _facts(self, fo: str | None, *facts: Fact, user: str = "PAT") -> None:
        wall = self.clock.wall_ms()
        stamp = Stamp(self.station._new_id(wall), user, wall, self.clock.mono, self.clock.boot)
        self.store.record(None, [Deed(fo, fact) for fact in facts], stamp)

    def _wave(self, cart: str, fos: list[str]) -> None:
        route = ("A-04-2", "A-05-1", "B-01-1", "B-02-2")
        self._facts(
            None,
            f.CartPlanned(wave="W-1", rev=1, cart=cart, fos=tuple(fos), route=route),
            f.WavePlanned(wave="W-1", rev=1, carts=(cart,), cutoff="2026-03-02T16:00:00Z"),
            f.WaveReleased(wave="W-1", fos=tuple(fos), by="EVA"),
        )

    def decided(self, text: str) -> None:
        """An order as the hub says it is now: `FO-4471-1 BLUE-MUG=3 carrier="DHL"`; `copy ...` is any other copy."""
        fo, *parts = text.split(" ")
        if fo == "fact":
            self._from_another(*parts[:2], " ".join(parts[2:]))
            return
        if fo in ("copy", "rules", "carriers", "setting"):
            self.given(text)
            return
        lines: dict[str, int] = {}
        more: dict[str, Any] = {}
        for part in parts:
            key, _, value = part.partition("=")
            if key.isupper():
                lines[key] = int(value)
            else:
                plain = (
                    value not in ("true", "false", "null") and not value.isdigit() and value[:1] not in tuple('"[{')
                )
                more[key] = value if plain else json.loads(value)
        before = self._bodies.get(fo)
        body = shop.order(fo, lines or {"BLUE-MUG": 1})[2]
        if before is not None:
            body = {**before, **({"lines": body["lines"]} if lines else {}), "rev": before["rev"] + 1}
        lots = more.pop("lot", None)
        if lots:
            body["lines"] = [{**line, "lot": lots} for line in body["lines"]]
        self.put([("fo", fo, {**body, **more})])

    def _from_another(self, fo: str, station: str, written: str) -> None:
        """What another station of the site did, as the hub passes it on: `fact FO-4471-1 st-08 OrderOpened(...)`."""
        rows: list[tuple[str, str, dict[str, Any]]] = [shop.heard(self.store)]
        self.clock.pass_ms(STEP_MS)
        for at, part in enumerate(split(written)):
            wall = self.clock.wall_ms() + at
            self._heard += 1
            fact, id_ = made(part), f"{wall:012x}{self._heard:018x}00"
            entry = Entry(
                self._heard, id_, type(fact).__name__, 1, fo, None, "BEN", wall, self.clock.mono, "boot0002", fact
            )
            body = {"fo": fo, "station": station, "gen": "b0b0000000000001", "line": protocol.line(entry).decode()}
            rows.append(("fact", id_, body))
        self.put(rows)

    def filled(self, text: str) -> str:
        """The text with what stands in braces looked up."""
        return _PATTERN.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        word, *more = name.split()
        if word in ("label", "lpn"):
            job = self.station.desk.job
            fo = next((part for part in more if part.startswith("FO")), job.doc.fo if job else "")
            number = next((int(part) for part in more if part.isdigit()), 0)
            boxes = self.store.order(fo).boxes
            box = boxes[number - 1] if number else boxes[-1]
            if word == "lpn":
                return box.lpn
            assert box.labels, f"{name}: {fo} has no label"
            return box.labels[-1].tracking
        if word == "GS":
            return "\x1d"
        if word == "tag":
            return f"*{more[0]}.{command_tag(more[0], bytes.fromhex(COMMAND_KEY))}"
        if word == "long":
            return "X" * int(more[0])
        known = {
            "ANN": shop.ANN, "BEN": shop.BEN, "EVA": shop.EVA, "CAT": CAT, "PAT": PAT, "AUD": AUD,
            "PIN": shop.EVA_PIN, "BLUE-MUG": shop.BLUE_MUG, "WHITE-MUG": shop.WHITE_MUG, "PLATE": shop.PLATE,
            "TEA": shop.TEA, "RADIO": shop.RADIO, "MUG-CASE": shop.MUG_CASE,
        }  # fmt: skip
        return known[word]

    # --- what must hold ---

    def _check(self, step: Step, outcome: Outcome | None) -> None:
        assert step.expected is not None
        facts, text, cue = step.expected
        entries = self._since()
        said = outcome.message if outcome else ""
        heard = outcome.cue.value if outcome and outcome.cue else ""
        wanted = split(facts)
        told = f"{step.where}: {step.kind} {step.text}"
        got = f"{', '.join(_shown(entry) for entry in entries)} | {said} | {heard}"
        matches = len(wanted) == len(entries) and all(
            _same_fact(want, entry, self) for want, entry in zip(wanted, entries, strict=False)
        )
        assert matches, f"{told}: expected facts {facts or 'none'}, got {got}"
        assert _same_text(self.filled(text), said), f"{told}: expected {text!r}, got {got}"
        assert heard == cue.replace("—", ""), f"{told}: expected cue {cue or 'none'}, got {got}"

    def _since(self) -> list[Entry]:
        """The facts written since the last input."""
        gen = self.store.journal.gen
        assert gen is not None
        return [protocol.entry_of(line) for _, line, _ in self.store.journal.lines_after(gen, self._seen, 500)]

    def _check_end(self, case: Case, end: str) -> None:
        word, _, rest = end.partition(" ")
        station = self.station
        told = f"{case.file}/{case.name}: end {end}"
        prompt = station.prompt()
        match word:
            case "line":
                number, counts = rest.split()
                job = station.desk.job or self.store.job(self._last_fo())
                assert job is not None, told
                line = job.doc.line(int(number))
                assert f"{job.order.packed(line.line)}/{job.need(line)}" == counts, (
                    f"{told}: {job.order.packed_by_line}"
                )
            case "state":
                assert station.state == rest, f"{told}: {station.state}"
            case "error":
                assert (station.message.sticky if station.message else "") == rest.replace("none", ""), told
            case "held":
                assert len(prompt.held) == int(rest), f"{told}: {prompt.held}"
            case "title":
                assert prompt.title == rest.replace("none", ""), f"{told}: {prompt.title}"
            case "status":
                device, _, shown = rest.partition(" ")
                assert getattr(station.status(), device) == shown, f"{told}: {station.status()}"
            case "shows":
                assert rest in repr(prompt), f"{told}: {prompt}"
            case "hides":
                assert rest not in repr(prompt), f"{told}: {prompt}"
            case "prints":
                rows = [f"{row.what}{'' if row.copy == 1 else f' {row.copy}'}" for row in self.store.spool.open()]
                assert rows == [part.strip() for part in rest.split(",") if part != "none"], f"{told}: {rows}"
            case "scan_line":
                number = self.store.db.execute("SELECT count(*) FROM scan_line").fetchone()[0]
                assert number == int(rest), f"{told}: {number}"
            case "user":
                assert station.user is not None, told
                assert station.user.user == rest, f"{told}: {station.user}"
            case "boxes":
                assert len(self.store.order(self._last_fo()).boxes) == int(rest), told
            case "order":
                fo, stage = rest.split()
                assert self.store.order(fo).stage == stage, f"{told}: {self.store.order(fo).stage}"
            case _:
                raise ValueError(f"{told}: expected something to look at.")

    def _last_fo(self) -> str:
        row = self.store.db.execute("SELECT fo FROM fact WHERE fo IS NOT NULL ORDER BY seq DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def _check_laws(self, case: Case) -> None:
        told = f"{case.file}/{case.name}"
        before, after = self.store.rebuild()
        assert before == after, f"{told}: the board is not the replay of the journal"
        waiting = len(self.station.prompt().held) if not self.station.locked else len(self.station._held)
        on_disk = self.store.db.execute(
            "SELECT count(*), count(outcome) FROM scan_line WHERE device = 'scanner' AND outcome <> 'held'"
        ).fetchone()
        assert tuple(on_disk) == (self.lines - waiting,) * 2, f"{told}: {self.lines} lines, {on_disk} with an outcome"
        for fo in self._bodies:
            job = self.store.job(fo)
            if job is None or self.station.state == "STOP" or self.station.desk.remove:
                continue
            for line in job.doc.lines:
                packed = job.order.packed(line.line)
                assert 0 <= packed <= max(job.need(line), 0) or job.doc.state != "open", f"{told}: {fo} {packed}"

    def summary(self) -> dict[str, object]:
        """What two runs of one case must have in common."""
        orders = {}
        for fo in self._bodies:
            order = self.store.order(fo)
            boxes = [(b.lpn, b.type, b.state, b.contents, b.weight_g, b.verdict, b.labels) for b in order.boxes]
            orders[fo] = (
                order.stage,
                dict(order.picked),
                dict(order.packed_by_line),
                boxes,
                order.hold,
                order.shorts,
            )
        return {"state": self.station.state, "orders": orders}


def split(text: str) -> list[str]:
    """Facts of a column: `A(x=1, y=2), B` -> ["A(x=1, y=2)", "B"]."""
    return [found[0].strip() for found in re.finditer(r"\w+(?:\([^()]*\))?", text)]


def made(written: str) -> Fact:
    """A fact from its written form; fields keep the types of the kind."""
    found = _WRITTEN.fullmatch(written)
    assert found is not None, written
    kind = f.KINDS[found[1]]
    values: dict[str, Any] = {}
    for name, text in _fields(found[2]):
        values[name] = json.loads(text) if text in ("true", "false") or text.isdigit() or text[:1] == "[" else text
        if isinstance(values[name], list):
            values[name] = tuple(values[name])
    return kind(**values)


def _fields(text: str | None) -> list[tuple[str, str]]:
    pairs = re.findall(r"(\w+)=(.*?)(?=,\s*\w+=|$)", text or "")
    return [(name, value.strip()) for name, value in pairs]


def _same_fact(wanted: str, entry: Entry, floor: Floor) -> bool:
    found = _WRITTEN.fullmatch(wanted)
    if found is None or found[1] != entry.kind:
        return False
    for name, text in _fields(found[2]):
        have = {"fo": entry.fo, "user": entry.user}.get(name) if name in ("fo", "user") else getattr(entry.fact, name)
        written = have if isinstance(have, str) else json.dumps(have)
        if not _same_text(floor.filled(text), written):
            return False
    return True


def _same_text(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("…")), text, re.DOTALL) is not None


def _shown(entry: Entry) -> str:
    values = {name: getattr(entry.fact, name) for name in entry.fact.__struct_fields__}
    return f"{entry.kind}({', '.join(f'{k}={v}' for k, v in values.items() if v is not None)})"
