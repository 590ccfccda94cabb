"""The whole day without a screen: wave, pick, pack, load, sync; the same station code, scans over a serial port."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from packstation.commands.assembly import DOCUMENTS, Assembled
from packstation.commands.demo.line import SerialLine
from packstation.commands.demo.player import Act, Player, badges, users
from packstation.commands.demo.shop import SITES, Shop
from packstation.commands.errors import Refused
from packstation.commands.exchange import exchange
from packstation.station import Outcome, walking
from packstation.station.exceptions import open_exceptions
from packstation.workflows.ready import finished

STEP_MS = 400
AGO_MS = 40 * 60_000
REFUSED_MAX = 20
"""So many refusals after another are no mistake on purpose: the player does not know on."""


class PacedClock:
    """The demo's time: 400 ms from one gesture to the next, begun so long ago that the day ends about now."""

    boot = "demo"

    def __init__(self) -> None:
        import time

        self._wall = time.time_ns() // 1_000_000 - AGO_MS
        self._mono = 1_000_000

    def wall_ms(self) -> int:
        return self._wall

    def mono_ms(self) -> int:
        return self._mono

    def mono_s(self) -> float:
        return self._mono / 1000

    def pass_ms(self, ms: int) -> None:
        self._wall += ms
        self._mono += ms


@dataclass
class Told:
    """What came of the day."""

    orders: int = 0
    shipped: int = 0
    exceptions: int = 0
    facts: int = 0
    acked: int = 0
    files: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    undone: int = 0
    laws_broken: int = 0
    gestures: int = 0
    over_serial: int = 0
    folder: str = ""

    @property
    def good(self) -> bool:
        """Every order shipped or in a named exception, every fact at the hub, no law broken."""
        return self.shipped + self.exceptions == self.orders and self.facts == self.acked and self.laws_broken == 0

    def document(self) -> dict[str, object]:
        return {
            "orders": self.orders, "orders_shipped": self.shipped, "exceptions": self.exceptions,
            "facts_written": self.facts, "facts_acked": self.acked, "refusals": dict(sorted(self.refusals.items())),
            "undone": self.undone, "files_written": self.files, "laws_broken": self.laws_broken,
            "gestures": self.gestures, "scans_over_serial": self.over_serial, "out": self.folder,
        }  # fmt: skip

    def text(self) -> str:
        shown = ", ".join(f"{why} {n}" for why, n in sorted(self.refusals.items()))
        return "\n".join(
            (
                f"orders shipped        {self.shipped} of {self.orders}, {self.exceptions} in a named exception",
                f"facts written         {self.facts}",
                f"facts acknowledged    {self.acked}",
                f"refused on purpose    {shown or '-'}; {self.undone} undone",
                f"gestures              {self.gestures}, {self.over_serial} of them over a serial port",
                f"files written         {self.files} in {self.folder}",
                f"laws broken           {self.laws_broken}",
            )
        )


class Day:
    """One station's day."""

    def __init__(self, made: Assembled, clock: PacedClock, line: SerialLine | None, told: Told, seed: int) -> None:
        self.made, self.clock, self.line, self.told = made, clock, line, told
        self._rng = random.Random(seed)
        self._badges = badges()
        self._refused = 0

    def work(self, user: str, command: str) -> None:
        """One kind of work until nothing is left of it; the user signs in for it and out after it."""
        station = self.made.station
        player = Player(station, user, self._badges)
        if station.user is not None:
            station.key("*SIGNOUT")
        first = player.right()
        assert first is not None
        self.do(first)
        self.do(Act("key", command))
        while (act := player.right()) is not None:
            self.do(act)
            self._mistake(player, act)
            station.tick()
            if self._refused > REFUSED_MAX:
                raise Refused(f"demo: expected an end, got stuck at {station.state} with {act.text!r}.")

    def _mistake(self, player: Player, act: Act) -> None:
        """Now and then a wrong item, one unit too many, an unknown code or an undo; always put right again."""
        state = self.made.station.state
        if state not in ("ORDER", "UNIT") or act.kind != "scan":
            return
        made = {why: self.told.refusals[why] for why in ("over", "wrong_item", "unknown")} | {
            "undo": self.told.undone
        }
        for want in sorted(made, key=lambda why: made[why]):
            # The first of each as soon as it can be shown; then seldom, up to three.
            seldom = made[want] and self._rng.random() > 0.05
            if made[want] < 3 and not seldom and self._made(want, player, state):
                return

    def _made(self, want: str, player: Player, state: str) -> bool:
        """Make one mistake, if this moment has it."""
        station = self.made.station
        job = station.desk.job
        match want:
            case "undo" if state == "ORDER":
                if "GestureUndone" in self.do(Act("scan", "*UNDO")).facts:
                    self.told.undone += 1
                    return True
                return False
            case "over" if state == "ORDER" and job is not None:
                full = next((line for line in job.doc.lines if job.left(line) == 0), None)
                code = (
                    player.barcode(full.sku) if full and not full.item.flags & {"lot", "serial", "expiry"} else None
                )
                if code is None:
                    return False
                self.do(Act("scan", code))
            case "wrong_item" | "unknown":
                self.do(player.wrong() if want == "wrong_item" else Act("scan", "9999999"))
            case _:
                return False
        self.do(Act("scan", "*OK"))
        return True

    def do(self, act: Act) -> Outcome:
        """One gesture, as the device would give it."""
        station = self.made.station
        self.clock.pass_ms(STEP_MS)
        self.told.gestures += 1
        if act.kind == "weigh":
            outcome = station.weight(int(act.text), "scale")
        elif act.kind == "key":
            outcome = station.key(act.text)
        elif self.line is not None:
            self.line.send(act.text)
            line = self.line.take()
            self.told.over_serial += 1
            outcome = station.line(line.text, device=line.device, mono_ms=line.mono_ms, batch=line.batch)
        else:
            outcome = station.line(act.text, device="scanner", mono_ms=self.clock.mono_ms())
        if outcome.outcome == "refused":
            self.told.refusals[_why(self.made)] += 1
            self._refused += 1
        elif outcome.outcome != "ignored":
            self._refused = 0
        return outcome


def play(shop: Shop, *, seed: int, say: Callable[[str], None]) -> Told:
    """Play every station's day, then sync, then count."""
    told = Told(orders=shop.orders, folder=str(shop.folder))
    supervisor = users("supervisor")[0]
    packers = users("packer")
    stations = []
    for number, site in enumerate(SITES):
        clock = PacedClock()
        made = shop.station(site, clock)
        stations.append(made)
        exchange(made.store, None)
        made.start_printing()
        line = _serial_line(clock)
        try:
            day = Day(made, clock, line, told, seed + number)
            _waves(day, supervisor, say)
            day.work(packers[0], "*PICK")
            say(f"{site}: picked")
            exchange(made.store, None)
            day.work(packers[-1], "*PACK")
            say(f"{site}: packed")
            day.work(packers[0], "*LOAD")
            say(f"{site}: loaded")
        finally:
            if line is not None:
                line.close()
        _wait_for_paper(made)
        made.station.tick()
    for made in stations:
        exchange(made.store, None)
        told.facts += made.store.journal.last_seq
        told.acked += made.store.journal.last_seq - made.store.journal.pending()
        told.exceptions += len({row.order for row in open_exceptions(made.store) if row.order})
        told.shipped += _shipped(made)
        told.files += sum(1 for path in (made.store.place.folder / DOCUMENTS).iterdir() if path.is_file())
    told.laws_broken = len(_laws_broken(shop))
    return told


def _waves(day: Day, supervisor: str, say: Callable[[str], None]) -> None:
    """The supervisor plans and releases every wave, and the pick lists are printed."""
    from packstation.station.paper import Paper

    made = day.made
    day.do(Act("scan", badges()[supervisor]))
    waves, deeds = walking.plan_waves(made.store)
    if deeds:
        made.station.record(deeds)
    for wave in waves:
        made.station.record(walking.release_deeds(made.store, wave.wave, supervisor))
        folder: Path = made.store.place.folder / DOCUMENTS
        for name, drawn in Paper(made.store).wave_papers(wave.wave).items():
            (folder / f"{name}.pdf").write_bytes(drawn.content)
    carts = sum(len(wave.carts) for wave in waves)
    say(f"{made.store.place.site}: {len(waves)} waves, {carts} carts released")


def _serial_line(clock: PacedClock) -> SerialLine | None:
    """A real serial pty where the platform has one."""
    try:
        line = SerialLine(clock.mono_s)
    except (ImportError, OSError):
        return None
    line.start()
    return line


def _wait_for_paper(made: Assembled) -> None:
    import time

    ends = time.monotonic() + 120
    while time.monotonic() < ends and any(row.state in ("queued", "sending") for row in made.store.spool.open()):
        time.sleep(0.02)


def _why(made: Assembled) -> str:
    row = made.store.db.execute("SELECT why FROM scan_line ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row and row[0] else "refused"


def _shipped(made: Assembled) -> int:
    """Orders whose every parcel left on a closed manifest."""
    closed = {row[0] for row in made.store.db.execute("SELECT manifest FROM board_manifest WHERE closed = 1")}
    shipped = 0
    for (fo,) in made.store.db.execute("SELECT fo FROM board_fo WHERE gone > 0").fetchall():
        job = made.store.job(fo)
        boxes = job.order.boxes if job else ()
        shipped += bool(job and boxes and finished(job) and all(box.manifest in closed for box in boxes))
    return shipped


def _laws_broken(shop: Shop) -> list[dict[str, object]]:
    from sync.hub.api.doors import open_door

    door = open_door(shop.folder / "hub")
    try:
        return door.check()
    finally:
        door.close()
