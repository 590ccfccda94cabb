"""A shop on a string: a Floor that answers with real Prompts, so that screens can be tried without a database."""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import dataclass, field

from msgspec.structs import replace

from packstation.screens.floor import Boards, DemoKeys, ExceptionRow, Health, House, WaveRow
from packstation.workflows.prompt import LOOKS, Cue, Key, Message, Panel, Prompt, Row, Status, View

KEYS = (
    Key("*UNDO", "f8", "Undo"),
    Key("*SHORT", "f5", "Short"),
    Key("*HOLD", "f9", "Hold"),
    Key("*NEXTBOX", "f10", "Next box"),
    Key("*CANTSCAN", "f6", "Can't scan"),
    Key("*REMOVE", "f7", "Remove"),
    Key("*OK", "f12", "OK"),
    Key("*BACK", "f3", "Back"),
    Key("*REPRINT", "f11", "Reprint"),
    Key("*PARK", "", "Park order"),
    Key("*RELEASE", "", "Give the order back"),
)
STATUS = Status(
    user="ann",
    station="st-07",
    printer="ZD420",
    scanner="HS-7580",
    scale="PS60",
    waiting=0,
    held=0,
    unsynced=12,
    sync_age_s=5,
    online=True,
    clock="14:02",
)
PANEL = Panel(
    "Box 1: M2 (310×220×140)",
    ("LPN C-st-07-000123", "78 % full, 1.9 kg", "Saves 1.10 EUR vs M3 (dim 4.2 kg)", "Must ship by 16:00 (UPS)"),
    (
        View(
            "On the bottom:",
            (
                ("┌──────────────┬────────┐", "│      1       │   2    │", "└──────────────┴────────┘"),
                ("┌──────┬────┐", "│  1   │ 2  │", "└──────┴────┘"),
            ),
        ),
    ),
)
TEXTS = {
    Cue.TICK: ("MUG BLUE 350: 1 of 2", "MUG BLUE 350: 1 of 2", ""),
    Cue.LINE: ("MUG BLUE 350: 2 of 2", "MUG BLUE 350: 2 of 2", ""),
    Cue.DONE: ("#4471 complete.", "#4471 complete.", ""),
    Cue.ASK: (
        "2 of 5 not picked yet. Scan again to pack what is here.",
        "2 of 5 not picked. Scan again to pack.",
        "ask",
    ),
    Cue.WRONG: (
        "WRONG ITEM. Expected: MUG BLUE 350 or PLATE WHITE 27. Got: MUG WHITE 350. Put aside → problem tote. "
        "Nothing recorded.",
        "WRONG ITEM. Got MUG WHITE 350. Problem tote.",
        "A",
    ),
    Cue.OVER: (
        "3rd scan refused: this box takes 2. Count stays 2. Take this one out.",
        "Takes 2 only. Take this one out.",
        "A",
    ),
    Cue.UNKNOWN: ("Not known: 5012345… (raw bytes F2). Nothing recorded.", "Not known: 5012345… F2.", "A"),
    Cue.STOP: ("STOP. #4471 cancelled at 14:20. Put 3 units back.", "STOP. #4471 cancelled. Put 3 back.", "B"),
    Cue.NET: ("Working offline. 12 scans are kept.", "Offline. 12 kept.", ""),
}
NAMES = ("MUG BLUE 350", "PLATE WHITE 27", "TEA POT GREEN 1 L", "BOWL GREY XL", "CUP YELLOW S", "TRAY OAK 40×30")
PLACES = ("A-04-2", "A-05-1", "B-01-3", "B-02-2", "C-11-4", "C-12-1")


def message(cue: Cue) -> Message:
    text, short, sticky = TEXTS[cue]
    return Message(text, short, cue, sticky)


def order_rows(count: int = 6, current: int = 0, done: int = 0) -> tuple[Row, ...]:
    """The lines of an order: some full, some begun, one in hand."""
    return tuple(
        Row(
            key=str(line),
            title=NAMES[line % len(NAMES)] + (f" No. {line}" if line >= len(NAMES) else ""),
            done=done if line == current else (2 if line < current else 0),
            need=2,
            detail="blue, L" if line % 2 else "",
            where=PLACES[line % len(PLACES)],
            current=line == current,
        )
        for line in range(count)
    )


def order_prompt(rows: tuple[Row, ...] | None = None, **changes: object) -> Prompt:
    rows = order_rows() if rows is None else rows
    prompt = Prompt(
        state="ORDER",
        title="#4471",
        instruction="Scan the next unit of MUG BLUE 350",
        instruction_short="Scan MUG BLUE 350",
        rows=rows,
        panel=PANEL,
        keys=KEYS,
        done=sum(row.done for row in rows),
        need=sum(row.need for row in rows),
    )
    return replace(prompt, **changes)  # type: ignore[arg-type]


IDLE = Prompt(
    state="IDLE",
    title="",
    instruction="Scan tote, order or item",
    instruction_short="Scan tote, order or item",
    panel=Panel("Next", ("Tote T-118, shelf 3, #4471", "Ship by 16:00 (UPS)", "8 ready, 2 on hold")),
    keys=(Key("*GETWORK", "", "Next work"), Key("*LOCK", "", "Lock")),
)
START = Prompt("START", "", "Scan your badge", "Scan your badge", keys=(Key("*SELFTEST", "", "Self-test"),))
HOSTILE = (
    "O'Brien & Sons <Ltd>",
    "[/] [bold]x[/bold] [@click=app.quit]quit[/]",
    "\x1b[2J\x1b]52;c;cHduZWQ=\x07\x1b]0;owned\x07",
    "\x9b31mred\x9b0m \x90q\x9c",
    "evil\u202egnp.exe \u2066x\u2069 zero\u200bwidth",
    "王小明山田太郎김철수 " * 4,
    "نور 12 الدين",
    "e\u0301" * 30 + "\u0300" * 60,
    "😀👩‍👩‍👧 emoji 🇩🇪",
    "A" * 400,
    "line\nfeed\rreturn\ttab\x00nul",
    "%s {0} ${HOME} ~",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop says to one gesture: station's Outcome, as far as screens look."""

    n: int
    input: str
    outcome: str
    cue: Cue | None
    state: str
    message: str
    facts: tuple[str, ...] = ()


@dataclass
class Shop:
    """One order of six lines, each unit scanned as its place: a small Floor. Tests set `now` to any Prompt."""

    now: Prompt = field(default_factory=lambda: IDLE)
    state: Status = STATUS
    order: tuple[Row, ...] = field(default_factory=order_rows)
    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    judge_s: float = 0.0

    def prompt(self) -> Prompt:
        return self.now

    def status(self) -> Status:
        return self.state

    def tick(self) -> Answer | None:
        return None

    def line(self, text: str, *, device: str, mono_ms: int, batch: bool = False, flood: bool = False) -> Answer:
        self.lines.append(text)
        if self.judge_s:
            time.sleep(self.judge_s)
        bare = text[3:] if text.startswith("]") else text
        sticky = self.now.message is not None and self.now.message.sticky in ("A", "B")
        if bare == "*OK":
            return self.key("f12")
        if sticky and self.now.message is not None and self.now.message.sticky == "B":
            self.now = replace(self.now, held=(*self.now.held, bare))
            return self._answer(text, "held", None)
        if bare.startswith("T-"):
            self.now = order_prompt(self.order)
            return self._said(text, "accepted", Cue.TICK, "#4471 open. 12 units. Must ship by 16:00 (UPS).")
        if self.now.state != "ORDER":
            return self._cue(text, Cue.UNKNOWN)
        if bare in LOOKS:
            return self._cue(text, Cue(bare))
        current = next((at for at, row in enumerate(self.now.rows) if row.current), 0)
        if bare != "OK-UNIT":
            return self._cue(text, Cue.WRONG)
        rows = list(self.now.rows)
        row = rows[current]
        rows[current] = row = replace(row, done=row.done + 1)
        cue = Cue.TICK
        if row.done == row.need:
            cue = Cue.LINE
            rows[current] = replace(row, current=False)
            if current + 1 < len(rows):
                rows[current + 1] = replace(rows[current + 1], current=True)
            else:
                cue = Cue.DONE
        next_title = next((one.title for one in rows if one.current), "")
        self.now = replace(
            self.now,
            rows=tuple(rows),
            done=self.now.done + 1,
            instruction=f"Scan the next unit of {next_title}" if next_title else "Close the box",
            instruction_short=f"Scan {next_title}" if next_title else "Close the box",
        )
        self.state = replace(self.state, unsynced=self.state.unsynced + 1)
        return self._said(text, "accepted", cue, f"{row.title}: {row.done} of {row.need}")

    def key(self, name: str) -> Answer:
        self.keys.append(name)
        if name in ("f12", "enter", "*OK"):
            self.now = replace(self.now, message=None, held=())
        elif name.isdigit() and self.now.entry is not None:
            self.now = replace(self.now, entry=self.now.entry + name)
        elif name == "f7":
            red = self.now.frame != "red"
            self.now = replace(self.now, state="REMOVE" if red else "ORDER", frame="red" if red else "")
        elif name == "f9":
            reasons = (("1", "damaged"), ("2", "missing"), ("3", "address"), ("4", "question"), ("5", "other"))
            return self._said(name, "asked", Cue.ASK, "Hold #4471. Why? 1–5", choices=reasons, state="HOLD")
        elif name == "f5":
            self.now = replace(self.now, entry="", state="SHORT", instruction="How many are missing? Enter")
        return self._answer(name, "accepted", None)

    def weight(self, weight_g: int, how: str) -> Answer:
        self.weights.append(weight_g)
        return self._said(f"weigh:{weight_g}", "accepted", Cue.TICK, f"{weight_g} g.")

    def _cue(self, text: str, cue: Cue) -> Answer:
        self.now = replace(self.now, message=message(cue))
        return self._answer(text, "refused", cue)

    def _said(self, text: str, outcome: str, cue: Cue, words: str, **changes: object) -> Answer:
        self.now = replace(self.now, message=Message(words, words[:57], cue), **changes)  # type: ignore[arg-type]
        return self._answer(text, outcome, cue)

    def _answer(self, text: str, outcome: str, cue: Cue | None) -> Answer:
        words = self.now.message.text if self.now.message is not None else ""
        return Answer(len(self.lines) + len(self.keys), text, outcome, cue, self.now.state, words)


DEVICES = (
    Health("scanner", "HS-7580"),
    Health("scale", "PS60", "No answer", "Check the cable."),
    Health("printer", "ZD420", "Paper out"),
    Health("hub", "https://hub.example"),
)
BOARDS = Boards(
    waves=lambda: (
        WaveRow(
            "W-01",
            "released",
            "16:00 UPS",
            143,
            20,
            120,
            90,
            3,
            23,
            4,
            60,
            "UPS 16:00 misses 23 parcels; move 2 packers.",
        ),
        WaveRow("W-02", "planned", "18:00 DHL", 80, 0, 0, 70, 10, 0, 0, 0),
    ),
    exceptions=lambda: (
        ExceptionRow("Wrong label caught", "#4472", "st-07", "ann", 95, "Box 1 had the label of #4480."),
        ExceptionRow("Print failed", "#4470", "st-03", "ben", 4000, "ZD420: paper out."),
    ),
    plan=lambda: "Planned 2 waves, 80 orders.",
    release=lambda wave: f"{wave} released.",
)


def demo_house(shop: Shop, post: list[object]) -> House:
    return House(devices=lambda: DEVICES, boards=BOARDS)


def main() -> None:
    """Run the app on the shop, for eyes and ptys: python -m tests.screens.shop [THEME] [ascii] [deep] [hostile]."""
    from packstation.app import PackstationApp
    from packstation.devices.framer import Line
    from packstation.screens.drawing import ASCII, UNICODE
    from packstation.screens.looks import THEMES

    words = sys.argv[1:]
    shop = Shop(START)
    if "deep" in words:
        shop.order = tuple(replace(row, need=50) for row in order_rows(200))
    theme = next((word for word in words if word in THEMES), "default")
    names = itertools.cycle(HOSTILE)

    if "broken" in words:

        def broken(text: str, **rest: object) -> Answer:
            buyer = "Jane Doe, 12 Main Street"
            raise RuntimeError(f"expected a journal, got none for {len(buyer)} characters")

        shop.line = broken  # type: ignore[method-assign, assignment]

    def mean() -> None:
        text = next(names)
        rows = tuple(replace(row, title=text, detail=text, where=text) for row in order_rows(3))
        shop.now = order_prompt(
            rows, title=text, instruction=text, instruction_short=text, panel=Panel(text, (text,))
        )
        scan(text)

    def scan(text: str) -> None:
        app.post_line(Line(text, text.encode(), "HS-7580", time.monotonic_ns() // 1_000_000, 0, "CR"))

    cues = iter([*Cue] * 100)

    def right() -> None:
        scan("OK-UNIT" if shop.now.state == "ORDER" else "T-118")

    demo = DemoKeys(right=mean if "hostile" in words else right, wrong=lambda: scan(next(cues)))
    house = House(devices=lambda: DEVICES, boards=BOARDS, demo_keys=demo, scannable=lambda: ("tote", "order", "item"))
    app = PackstationApp(shop, house, theme=theme, glyphs=ASCII if "ascii" in words else UNICODE)
    app.run()
    print("\n".join(app.farewell()))
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
