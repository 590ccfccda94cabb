"""Which page is open over the job, and what a key means on it. Pure: wishes come out, the app fulfils them.

    key --pressed--> Wish(gesture | right | wrong | deed | close) or nothing        draw --> Picture
Everything the app itself can do has a command, so that it is reached by scan, key and menu alike (FL10.3).
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from packstation.screens.board import Board
from packstation.screens.drawing import Paper, Picture
from packstation.screens.floor import House, Outcome, ScannerLine
from packstation.screens.help import help_lines
from packstation.screens.job import HEIGHT_MIN, WIDTH_MIN, JobScreen, too_small
from packstation.screens.leave import Tally, leave_lines
from packstation.screens.menu import Menu
from packstation.screens.pages import TextPage
from packstation.screens.raw import RawLog, Readings
from packstation.screens.start import START_STATES, health_panel
from packstation.screens.words import word
from packstation.workflows.prompt import Cue, Key, Message, Prompt, Status

_PAGES = {"*HELP": "help", "*RAW": "raw", "*EXIT": "leave"}
_OWN = (*_PAGES, "*MORE", "*LIST", "*BOARD")
_PAGE_KEYS = {"f1": "*HELP", "f2": "*RAW", "ctrl+c": "*EXIT"}
_SCROLLS = {"up": -1, "down": 1, "pageup": -8}


class Wish(Struct, frozen=True):
    """What the app has to do. `kind`: gesture (a key for the station), right, wrong (demo), deed (board), close."""

    kind: str
    name: str = ""


class Views:
    """The job screen and the pages over it, and which of them is open."""

    def __init__(self, house: House, readings: Readings, since: str, language: str) -> None:
        self._house = house
        self._readings = readings
        self._language = language
        self._job = JobScreen()
        self._raw = RawLog()
        self._page = TextPage()
        self._menu: Menu | None = None
        self._board: Board | None = None
        self.open = "job"
        """job, menu, board, help, raw or leave."""
        self.notice: Message | None = None
        """News of the app itself, until the next gesture; it never covers what the station says."""
        self.tally = Tally(since)

    def judged(self, line: ScannerLine, outcome: Outcome) -> None:
        """A line was judged: its answer must be in sight, whatever page was open (FL2.3)."""
        self._raw.add(line, outcome)
        self.tally.scans += 1
        command = command_of(line.text)
        if command in _OWN:
            self._own(command)
        elif self.open != "raw" or outcome.cue is Cue.STOP:
            self.open = "job"

    def answered(self, outcome: Outcome) -> None:
        self.tally.count(outcome.outcome)
        self.notice = None

    def deed_done(self, told: str) -> None:
        if self._board is not None:
            self._board.told = told
            self._board.reload()

    def pressed(self, name: str, prompt: Prompt) -> Wish | None:
        """A key of a hand, or a tap."""
        self.notice = None
        if name in _PAGE_KEYS:
            return self._own(_PAGE_KEYS[name])
        if self.open == "menu" and self._menu is not None:
            return self._menu_pressed(self._menu, name, prompt)
        if self.open == "board" and self._board is not None:
            return self._board_pressed(self._board, name)
        if self.open != "job":
            return self._page_pressed(name, prompt)
        return self._job_pressed(name, prompt)

    def draw(self, prompt: Prompt, status: Status, paper: Paper) -> Picture:
        if paper.width < WIDTH_MIN or paper.height < HEIGHT_MIN:
            return too_small(paper)
        if self.open == "menu" and self._menu is not None:
            return self._menu.draw(status, paper)
        if self.open == "board" and self._board is not None:
            return self._board.draw(status, paper)
        if self.open in ("help", "raw", "leave"):
            return self._draw_page(prompt, status, paper)
        sticky = prompt.message is not None and prompt.message.sticky != ""
        if self.notice is not None and not sticky:
            prompt = replace(prompt, message=self.notice)
        if prompt.panel is None and prompt.state in START_STATES:
            prompt = replace(prompt, panel=health_panel(self._house.devices(), paper))
        return self._job.draw(prompt, status, paper, self._demo_keys())

    def _draw_page(self, prompt: Prompt, status: Status, paper: Paper) -> Picture:
        title = word(self.open, self._language)
        keys: tuple[Key, ...] = ()
        if self.open == "help":
            lines = help_lines(prompt, self._own_keys(prompt), self._house.scannable(), paper)
        elif self.open == "raw":
            lines = self._raw.lines(paper, self._readings)
        else:
            lines = leave_lines(prompt, status, self.tally, paper)
            keys = (Key("enter", "enter", word("key_exit", self._language)),)
        return self._page.draw(title, lines, keys, status, paper)

    def _job_pressed(self, name: str, prompt: Prompt) -> Wish | None:
        demo = self._house.demo_keys
        if lists_orders(name, prompt):
            return Wish("gesture", name)
        if name in _OWN or name == "pagedown":
            return self._own("*MORE" if name == "pagedown" else name)
        if name == "*":
            self._menu = Menu(prompt, self._own_keys(prompt))
            self.open = "menu"
            return None
        if name in _SCROLLS:
            self._job.scroll(_SCROLLS[name])
            return None
        if name == "escape" and self._job.leave():
            return None
        # In a code that is typed they are characters; behind a number alone the right one still scans. The key bar
        # writes a letter large, and Caps Lock stays on at many a bench: both cases are one key.
        typed = prompt.entry or ""
        demo_keys = () if demo is None else (demo.right_key, demo.wrong_key)[: 2 if not typed else typed.isdecimal()]
        if demo is not None and name.lower() in demo_keys:
            return Wish("right" if name.lower() == demo.right_key else "wrong")
        if name in ("*RIGHT", "*WRONG"):
            return Wish(name[1:].lower()) if demo is not None else None
        if is_gesture(name) or (prompt.entry is not None and len(name) == 1):
            return Wish("gesture", name)
        if len(name) == 1:
            text = word("typed", self._language)
            self.notice = Message(text, text)
        return None

    def _menu_pressed(self, menu: Menu, name: str, prompt: Prompt) -> Wish | None:
        # A tap names what it does; a key is looked up in the menu.
        chosen = name if name.startswith("*") and name != "*" else menu.pressed(name)
        if chosen == "":
            return None
        self.open, self._menu = "job", None
        if chosen is None:
            return None
        if chosen in _OWN and not lists_orders(chosen, prompt):
            return self._own(chosen)
        if chosen in ("*RIGHT", "*WRONG") and self._house.demo_keys is not None:
            return Wish(chosen[1:].lower())
        return Wish("gesture", chosen)

    def _board_pressed(self, board: Board, name: str) -> Wish | None:
        chosen = board.pressed(name)
        if chosen is None:
            self.open = "job"
        elif chosen.startswith("*"):
            self.open = "job"
            return Wish("gesture", chosen)
        elif chosen:
            return Wish("deed", chosen)
        return None

    def _page_pressed(self, name: str, prompt: Prompt) -> Wish | None:
        if self._page.pressed(name):
            return None
        if self.open == "leave" and name in ("enter", "f12", "*OK"):
            return Wish("close")
        self.open = "job"
        return None if name in ("escape", "f3", "*BACK", "enter") else self._job_pressed(name, prompt)

    def _own(self, command: str) -> Wish | None:
        """One of the app's own commands; a page that is open already closes."""
        if command == "*MORE":
            if self.open == "job":
                self._job.more()
            else:
                self._page.pressed("*MORE")
        elif command == "*LIST":
            self.open = "job"
            self._job.list_all()
        elif command == "*BOARD":
            self._open_board()
        elif self.open == _PAGES[command]:
            if self.open == "leave":
                return Wish("close")
            self.open = "job"
        else:
            self._page = TextPage()
            self.open = _PAGES[command]
        return None

    def _open_board(self) -> None:
        boards = self._house.boards
        if boards is None:
            return
        self.open = "job"
        refused = boards.refused()
        if refused:
            self.notice = Message(refused, refused, Cue.ASK)
            return
        self._board = Board(boards)
        self.open = "board"

    def _demo_keys(self) -> list[Key]:
        demo = self._house.demo_keys
        if demo is None:
            return []
        return [
            Key("*RIGHT", demo.right_key, word("demo_right", self._language)),
            Key("*WRONG", demo.wrong_key, word("demo_wrong", self._language)),
        ]

    def _own_keys(self, prompt: Prompt) -> list[Key]:
        """The app's own actions, as the menu and the help page name them."""
        keys = [
            *self._demo_keys(),
            Key("*MORE", "PgDn", word("key_more", self._language)),
            Key("*LIST", "", word("key_list", self._language)),
            Key("*HELP", "f1", word("key_help", self._language)),
            Key("*RAW", "f2", word("key_raw", self._language)),
        ]
        if self._house.boards is not None:
            keys.append(Key("*BOARD", "", word("key_board", self._language)))
        keys.append(Key("*EXIT", "ctrl+c", word("key_exit", self._language)))
        named = {key.command for key in prompt.keys}
        return [key for key in keys if key.command not in named]


def is_gesture(name: str) -> bool:
    """Keys the station knows in every state: F keys, Enter, Esc, digits, backspace and commands.

    >>> is_gesture("f8"), is_gesture("*UNDO"), is_gesture("q")
    (True, True, False)
    """
    if name in ("enter", "escape", "backspace") or (name.startswith("*") and len(name) > 1):
        return True
    return (len(name) == 1 and name.isdecimal()) or (name[:1] == "f" and name[1:].isdecimal())


def lists_orders(command: str, prompt: Prompt) -> bool:
    """Whether `*LIST` is the station's own here: without rows on the screen it lists the work that waits (FL6.4)."""
    return command == "*LIST" and not prompt.rows and any(key.command == "*LIST" for key in prompt.keys)


def command_of(text: str) -> str:
    """The command that a scanned line is, without symbology identifier and tag, or "".

    >>> command_of("]C0*MORE.ABCDEFGH")
    '*MORE'
    """
    bare = text[3:] if text.startswith("]") else text
    return bare.split(".")[0] if bare.startswith("*") else ""
