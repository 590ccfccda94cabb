"""Whatever comes in: a packer, a picker and a vandal at one bench, input after input, and what must hold for each.

    python -m tests.station.fuzz INPUTS [SEED]     plays so many and tells what they led to

Two of three inputs are the next right gesture, so that orders get packed, labelled and loaded; the rest is right
codes at the wrong time, broken ones, noise, separators, hostile text, commands of another site, keys, weights,
batches, jumping clocks, decisions of the hub, and the end of the process. RUN inputs are one station's life.

What must hold: nothing raises; each line ends in exactly one outcome and one row of `scan_line` (FL2.1, FL2.2), but
for those that wait behind an error, and end with the process (FL2.16); nothing is packed beyond what is due; the
prompt can be drawn at three sizes and holds no control character; the board is the replay of the journal.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from packstation import scan
from packstation.commands.demo.player import Player
from packstation.scan import command_tag
from packstation.screens.drawing import Paper
from packstation.screens.floor import House
from packstation.screens.views import Views
from packstation.station import Outcome
from packstation.workflows.packing.show import KEYS
from sync import facts as f
from sync.hub.orders.progress import fold_all
from sync.protocol import Deed
from tests import shop
from tests.hostile import corpus
from tests.shop import ANN, BEN, EVA, EVA_PIN, item, order, put
from tests.workflows import pickshop

RUN = 500
"""Inputs of one station's life."""
OUTCOMES = {"accepted", "refused", "asked", "held", "ignored"}
PAPERS = (Paper(20, 16), Paper(40, 20), Paper(120, 40))
CONTROLS = {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x202E, 0x2066, 0x2069, 0x200B)}
FOS = tuple(f"FO-{n}-1" for n in range(4471, 4483))
DECIDED = ("FO-4481-1", "FO-4482-1")
"""Orders the hub changes its mind about: they may hold more than they are due, until it is taken out."""
COMMAND_KEY = bytes(range(16))
CODES = (
    shop.BLUE_MUG, shop.BLUE_MUG, shop.WHITE_MUG, shop.PLATE, shop.TEA, shop.RADIO, shop.MUG_CASE, "BLUE-MUG",
    "plate", "S1", "M2", "L3", ANN, BEN, EVA, "K-3", "K-4", "S-3-A1", "S-3-A2", "T-5", "T-6", "T-118", "A-04-2",
    "A-05-1",
    "B-01-1", "C-st-07-000001", "C-st-07-000002", "C-st-07-999999", "D-UPS", "D-DHL", "UPS", "st-07", "pr-zd420",
    "P-1", "H2", "1Z999AA10123456784", "00340123450000000018", "L77", "SN-1", "M-1", "#4471", "4472", *FOS,
    "]d20102000000000046172712311010L77", "]C10102000000000046\x1d10L77\x1d17271231", "(01)02000000000053(21)SN-1",
    "https://id.gs1.org/01/02000000000053/21/SN-2", "]E02000000000015", "200000000001", "CODE:TEST:ABC",
)  # fmt: skip
COMMANDS = (
    *KEYS, "*LOCK", "*SIGNOUT", "*PACK", "*PICK", "*LOAD", "*DROP", "*QTY3", "*QTY99", "*REOPEN", "*PARK", "*MOVE",
    "*FORCE", "*VOID", "*RESCAN", "*SINGLES", "*GETWORK", "*SKIP", "*BINFULL", "*PAUSE", "*RELEASE", "*CLOSE",
    "*SHIPALL", "*MEASURE", "*ALIAS", "*SELFTEST", "*TAKEOVER", "*MORE", "*LIST", "*EXIT", "*1", "*2", "*9",
    "*NO-SUCH",
)  # fmt: skip
NAMED_KEYS = (*(f"f{n}" for n in range(1, 13)), "enter", "enter", "escape", "backspace", "tab", "pagedown", "x", "É")
NOISE = (
    "\x1d",
    "\x1d\x1d",
    "\x1e",
    "\x04",
    "\x00",
    "\x1b[2J",
    "\r",
    "\n",
    " ",
    "\x18",
    "*",
    ".",
    "]",
    "é",
    "王",
    "\ud800",
)


class Fuzz:
    """Stations one after the other, until so many inputs were played."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.told: Counter[str] = Counter()
        self.recent: list[str] = []
        self._hostile = [hostile.text for hostile in corpus() if len(hostile.text) <= 2_000]

    def play(self, inputs: int, *, on_break: Callable[[AssertionError], None] | None = None) -> None:
        """Raises AssertionError with the inputs that led there; `on_break` takes it, and the next life begins."""
        lives = 0
        while inputs > 0:
            lives += 1
            try:
                self._live(self.folder / f"{lives}", min(inputs, RUN))
            except AssertionError as broken:
                if on_break is None:
                    raise
                on_break(broken)
            inputs -= RUN

    def play_lines(self, lines: Sequence[bytes]) -> None:
        """These lines and no other, at a bench where somebody has signed in."""
        self._begin(self.folder / "lines")
        try:
            for line in lines:
                self._line(scan.decoded(line))
                self._draw()
            self._check_end()
        finally:
            self.made.store.close()

    def _live(self, folder: Path, inputs: int) -> None:
        self._begin(folder)
        self.recent = []
        try:
            for _ in range(inputs):
                self._input()
            self._check_end()
        except Exception as broken:
            raise AssertionError(f"{broken!r} after {self.recent[-40:]}") from broken
        finally:
            self.made.store.close()

    def _begin(self, folder: Path) -> None:
        folder.mkdir()
        self.made = shop.bench(folder, signed_in=None)
        self._not_flushed()
        copies = [
            *pickshop.shelves(),
            *item("EVIL", self._text(), "2000000000077", attributes={"colour": self._text()}),
            order("FO-4476-1", {"PLATE": 3, "BLUE-MUG": 1}, carrier="DHL"),
            order("FO-4477-1", {"WHITE-MUG": 2, "TEA": 1, "RADIO": 1}),
            order(
                "FO-4478-1", {"EVIL": 2}, note=self._text(), notes=[{"note": "N1", "rev": 1, "text": self._text()}]
            ),
            order("FO-4479-1", {"BLUE-MUG": 1, "EVIL": 1}, service=self._text(), to=self._buyer()),
            order("FO-4480-1", {"PLATE": 1}, ship_complete=True, carrier="DHL"),
            order("FO-4481-1", {"BLUE-MUG": 3}),
            order("FO-4482-1", {"PLATE": 2}),
            (
                "setting",
                "rules",
                {"value": {"four_eyes": 0, **self.chance.choice(({}, {"zero_check": 1}, {"weigh": 0}))}},
            ),
        ]
        if self.chance.random() < 0.3:
            copies.append(("setting", "command_key", {"value": COMMAND_KEY.hex()}))
        put(self.made.store, copies)
        self.made.scan(EVA)
        pickshop.cart(self.made, "K-3", "FO-4471-1", "FO-4472-1", "FO-4473-1")
        pickshop.cart(self.made, "K-4", "FO-4475-1", wave="W-2")
        for fo in FOS[3:]:
            if fo != "FO-4475-1" and self.chance.random() < 0.8:
                self._picked(fo)
        self.made.scan(BEN, BEN, "*OK") if self.chance.random() < 0.3 else self.made.scan("*SIGNOUT", ANN)
        self.lines = self.made.station._n
        self.gone = 0
        self.rows = 0
        self._rev = 1
        self._row = 0
        self._player = Player(self.made.station, "ANN", {"ANN": ANN})
        self._views = Views(House(), lambda text, device: (), "", "en")

    def _picked(self, fo: str) -> None:
        job = self.made.store.job(fo)
        assert job is not None
        picks = [
            f.ItemPicked(line=line.line, sku=line.item.sku, qty=line.quantity, location="A-04-2", how="scan", code="")
            for line in job.doc.lines
        ]
        tote = f.SlotAssigned(cart="", slot="", tote=f"T-{job.doc.order_no}")
        self.made.station.record([Deed(fo, fact) for fact in (tote, *picks, f.PickFinished(work=fo))])

    def _not_flushed(self) -> None:
        # A million commits: what the disk does with them is tested where processes are killed.
        self.made.store.db.execute("PRAGMA synchronous=OFF")

    # --- inputs ---

    def _input(self) -> None:
        form = self.chance.random()
        if form < 0.65:
            self._right()
        elif form < 0.82:
            self._line(self._wild_line())
        elif form < 0.90:
            self._key(self._wild_key())
        elif form < 0.92:
            self._did(f"weigh {(weight := self.chance.choice((0, 1, 20, 450, 950, 2_000, 31_000, 10**9)))}")
            self._passed(400)
            self._answer(self.made.station.weight(weight, self.chance.choice(("scale", "typed"))))
        elif form < 0.95:
            self._time()
        elif form < 0.965:
            self._decided()
        elif form < 0.98:
            self._printed()
        elif form < 0.99:
            # The same again: a double trigger, a unit at 151 ms, a burst of a device that remembers.
            text = self.chance.choice(CODES)
            for gap in (0, 150, 151):
                self._passed(gap)
                self._line(text, paced=False, batch=self.chance.random() < 0.3)
        else:
            self._ended()
        if self.chance.random() < 0.05:
            self._draw()

    def _right(self) -> None:
        station = self.made.station
        if self.chance.random() < 0.02:
            self._line("*" + self.chance.choice(("PACK", "PICK", "LOAD")))
            return
        if station._held:
            self._key(self.chance.choice(("f12", "*OK", "*DROP")))
            return
        if station.message is not None and station.message.sticky and self.chance.random() < 0.8:
            self._passed(400)
            self._key("f12")
            return
        if station._wants_typing():
            self._key(f"={EVA_PIN}")
            return
        try:
            act = self._player.right()
        except (StopIteration, AssertionError):
            # The demo's player has never seen a bench like this one: it leaves what is open.
            self._key(self.chance.choice(("f3", "f8", "*PARK", "*OK", "enter")))
            return
        if act is None:
            self._line(
                self.chance.choice((self._player.next_work(), "*PACK", *FOS[:2], "K-3", "K-4", "T-4476", "#4477"))
            )
            return
        if act.kind == "scan":
            self._line(act.text)
        elif act.kind == "weigh":
            self._did(f"weigh {act.text}")
            self._passed(400)
            self._answer(station.weight(int(act.text), "scale"))
        else:
            self._key(act.text)

    def _wild_line(self) -> str:
        form = self.chance.random()
        if form < 0.35:
            return self.chance.choice(CODES)
        if form < 0.55:
            return self._mutated(self.chance.choice(CODES))
        if form < 0.67:
            name = self.chance.choice(COMMANDS)
            tag = self.chance.choice(("", "", f".{command_tag(name[1:], COMMAND_KEY)}", ".AAAAAAAA", ".aaaa2222"))
            return name + tag
        if form < 0.77:
            return self._text()
        if form < 0.84:
            return scan.decoded(self.chance.randbytes(self.chance.randint(0, 60)))
        if form < 0.90:
            # At the limit and beyond it; and what a device says of a line it could not give whole.
            size = self.chance.choice((511, 512, 513, 600, 5_000))
            cut = scan.cut("9" * 20, f"too_long: expected at most 512 bytes, got {size}")
            return self.chance.choice(("X" * size, "9" * size, "é" * size, "\x1d" * size, cut))
        if form < 0.95:
            return self._label()
        return "".join(self.chance.choices((*CODES, *NOISE), k=self.chance.randint(2, 5)))

    def _mutated(self, text: str) -> str:
        letters = list(text)
        for _ in range(self.chance.randint(1, 3)):
            at = self.chance.randrange(len(letters) + 1)
            match self.chance.randrange(4):
                case 0:
                    letters[at:at] = self.chance.choice(NOISE)
                case 1 if at < len(letters):
                    del letters[at]
                case 2 if at < len(letters):
                    letters[at] = chr(self.chance.randrange(32, 127))
                case _:
                    letters[at:at] = chr(self.chance.randrange(32, 127))
        return "".join(letters)

    def _text(self) -> str:
        return self.chance.choice(self._hostile)

    def _buyer(self) -> dict[str, object]:
        names = ("name", "postcode", "city", "region", "country", "phone", "email")
        return {"lines": [self._text(), self._text()], **{name: self._text() for name in names}}

    def _label(self) -> str:
        rows = self.made.store.db.execute(
            "SELECT code FROM board_code WHERE kind IN ('label', 'lpn', 'tote')"
        ).fetchall()
        return str(self.chance.choice(rows)[0]) if rows else "NO-LABEL"

    def _wild_key(self) -> str:
        form = self.chance.random()
        if form < 0.4:
            return self.chance.choice(COMMANDS)
        if form < 0.7:
            return self.chance.choice(NAMED_KEYS)
        if form < 0.85:
            return str(self.chance.randrange(10))
        return "=" + self.chance.choice(
            (EVA_PIN, "0", "2", "950", "9" * 30, "-1", "1e9", "٣", "①", self._text(), "L77", "")
        )

    def _time(self) -> None:
        clock = self.made.clock
        match self.chance.randrange(6):
            case 0:
                clock.wall += self.chance.choice((-86_400_000, -3_600_000, -1, 3_600_000, 40 * 86_400_000))
                self._did(f"wall {clock.wall}")
            case 1:
                self._passed(self.chance.choice((301_000, 11_000)))
            case 2:
                self._passed(13 * 3_600_000 if self.chance.random() < 0.1 else 1_000)
            case _:
                self._passed(self.chance.choice((1, 100, 149, 250, 299, 301, 2_000)))
        outcome = self.made.station.tick()
        if outcome is not None:
            self._answer(outcome)

    def _decided(self) -> None:
        """The hub decided; the network came or went."""
        fo = self.chance.choice(DECIDED)
        self._rev += 1
        state = self.chance.choice(("open", "open", "on_hold", "cancellation_requested", "cancelled"))
        quantity = self.chance.randint(1, 4)
        self._did(f"hub {fo} {state} {quantity}")
        self.made.change(order(fo, {"BLUE-MUG" if fo == FOS[10] else "PLATE": quantity}, rev=self._rev, state=state))
        self.made.station.online = self.chance.random() < 0.5
        outcome = self.made.station.tick()
        if outcome is not None:
            self._answer(outcome)

    def _printed(self) -> None:
        spool = self.made.store.spool
        for row in spool.open()[:3]:
            spool.sending(row.job, row.printer)
            self.chance.choice((spool.sent, spool.sent, lambda job: spool.failed(job, "paper out")))(row.job)
        self._did("printed")
        outcome = self.made.station.tick()
        if outcome is not None:
            self._answer(outcome)

    def _ended(self) -> None:
        """The process ends and begins anew; sometimes the machine did, and its clock counts from nothing."""
        self.gone += sum(not raw.held_row for raw in self.made.station._held)
        devices = dict(self.made.station.devices)
        self.made = self.made.again()
        self._not_flushed()
        self.made.station.devices.update(devices)
        if self.chance.random() < 0.3:
            self.made.clock.boot = f"boot{self.chance.randrange(10_000):04d}"
            self.made.clock.mono = 1_000
        self._player = Player(self.made.station, "ANN", {"ANN": ANN})
        self._did("ended")
        self._check_lines()

    # --- one input ---

    def _line(self, text: str, *, paced: bool = True, batch: bool = False) -> None:
        if paced:
            self._passed(self.chance.choice((5, 50, 160, 400, 400, 400)))
        station = self.made.station
        device = self.chance.choice(("scanner", "scanner", "scanner", "scanner-2"))
        self._did(f"{device} {text[:80]!r}")
        self.lines += 1
        flood = self.chance.random() < 0.002
        mono_ms = self.made.clock.mono - self.chance.choice((0, 0, 0, 5, 500))
        self._answer(station.line(text, device=device, mono_ms=mono_ms, batch=batch, flood=flood))

    def _key(self, name: str) -> None:
        self._passed(400)
        self._did(f"key {name[:80]!r}")
        self._answer(self.made.station.key(name))

    def _answer(self, outcome: Outcome) -> None:
        assert outcome.outcome in OUTCOMES, outcome
        self.told[outcome.outcome] += 1
        self.told[f"at {outcome.state}"] += 1
        for kind in outcome.facts:
            self.told[kind] += 1
        self._check_lines()

    def _passed(self, ms: int) -> None:
        self.made.clock.pass_ms(ms)

    def _did(self, told: str) -> None:
        self.recent.append(told)

    # --- what must hold ---

    def _check_lines(self) -> None:
        """FL2.1, FL2.2: what came in is on disk with its one outcome, or waits, or went with the process."""
        new = self.made.store.db.execute(
            "SELECT id, device, outcome FROM scan_line WHERE id > ? ORDER BY id", (self._row,)
        ).fetchall()
        for number, device, outcome in new:
            assert outcome
            self._row = number
            self.rows += device.startswith("scanner")
        waiting = sum(not raw.held_row for raw in self.made.station._held)
        assert self.rows + waiting + self.gone == self.lines, (
            f"expected {self.lines} lines, got {self.rows} on disk, {waiting} waiting, {self.gone} gone"
        )

    def _draw(self) -> None:
        prompt, status = self.made.station.prompt(), self.made.station.status()
        for paper in PAPERS:
            picture = self._views.draw(prompt, status, paper)
            shown = "".join(part for line in picture.lines for part, _ in line)
            assert len(picture.lines) == paper.height
            assert not CONTROLS & set(shown), shown
        self.told["drawn"] += 1

    def _check_end(self) -> None:
        made = self.made
        before, after = made.store.rebuild()
        assert before == after, "the board is not the replay of the journal"
        made.store.journal.verify()
        self.told["facts"] += made.store.journal.last_seq
        serials: list[str] = []
        for fo in FOS:
            job = made.store.job(fo)
            assert job is not None
            for line in job.doc.lines:
                packed = job.order.packed(line.line)
                assert packed >= 0, fo
                assert packed <= line.quantity or fo in DECIDED, (fo, packed, line.quantity)
                inside = sum(c.qty for box in job.order.boxes for c in box.contents if c.line == line.line)
                assert packed == inside, (fo, packed, inside)
            serials.extend(job.order.serials)
            at_hub = fold_all(made.store.journal.of_fo(fo)).packed
            here = {str(number): units for number, units in job.order.packed_by_line.items() if units}
            assert {number: units for number, units in at_hub.items() if units} == here, fo
        assert len(serials) == len(set(serials)), serials


def played(
    inputs: int,
    seed: int,
    tell: Callable[[str], None] = lambda text: None,
    on_break: Callable[[AssertionError], None] | None = None,
) -> Counter[str]:
    """Play so many inputs; what they led to, counted. Folders are removed as they are done."""
    told: Counter[str] = Counter()
    step = 20 * RUN
    for first in range(0, inputs, step):
        with tempfile.TemporaryDirectory() as folder:
            fuzz = Fuzz(Path(folder), seed + first)
            fuzz.play(min(step, inputs - first), on_break=on_break)
            told += fuzz.told
        tell(f"{first + step} of {inputs}")
    return told


def main(inputs: int, seed: int) -> int:
    """Every place that broke is told once, with what led there; 1 if there was any."""
    places: Counter[str] = Counter()

    def broke(broken: AssertionError) -> None:
        cause = broken.__cause__ or broken
        frames = traceback.extract_tb(cause.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno} {cause!r:.120}"
        places[place] += 1
        if places[place] == 1:
            print("".join(traceback.format_exception(cause)), broken, flush=True)

    start = time.monotonic()
    told = played(inputs, seed, lambda text: print(text, flush=True), broke)
    print(
        f"{inputs} inputs in {time.monotonic() - start:.0f} s, {places.total()} lives broke at {len(places)} places"
    )
    for what, count in [*places.most_common(), *sorted(told.items())]:
        print(f"{count:9} {what}")
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
