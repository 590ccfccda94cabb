"""A scale on a real pty: a thread that answers one protocol, and can lie in every way we know of (D18.1).

ScaleEmulator(path, "nci") ... .load("1.250", "kg") ... .lie = "motion_inverted" ... .unplug() ... .plug_in()
"""

from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Load:
    value: str = "0.000"
    unit: str = "lb"
    motion: bool = False
    under: bool = False
    over: bool = False

    @property
    def zero(self) -> bool:
        return not self.value.strip("0.")


class ScaleEmulator:
    """`lie`: none, silent, garbage, half, motion_inverted, restless, forgets_bytes, status_only,
    stuck: it hears the zero and shows what it showed."""

    def __init__(self, path: Path, protocol: str) -> None:
        self.path, self.protocol = path, protocol
        self.now = Load()
        self.lie = "none"
        self.asked = 0
        self.zeroed = 0
        self._asks = {"nci": b"W\r", "8217": b"W", "sics": b"SI\r\n", "fairbanks": b"\r"}[protocol]
        self._zeros = {"nci": b"Z\r", "8217": b"Z", "sics": b"Z\r\n", "fairbanks": b"!"}[protocol]
        self._master: int | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self.plug_in()

    def load(
        self, value: str, unit: str = "lb", *, motion: bool = False, under: bool = False, over: bool = False
    ) -> None:
        self.now = Load(value, unit, motion, under, over)

    def plug_in(self) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)
        self._master = master
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(master, self._stop), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._stop.set()
        assert self._thread is not None
        self._thread.join(timeout=5)
        self.path.unlink()
        assert self._master is not None
        os.close(self._master)
        self._master = None

    def close(self) -> None:
        if self._master is not None:
            self.unplug()

    def _run(self, master: int, stop: threading.Event) -> None:
        heard = b""
        while not stop.is_set():
            readable, _, _ = select.select([master], [], [], 0.02)
            if not readable:
                continue
            try:
                heard += os.read(master, 256)
            except OSError:
                # Nobody has the other end open at this moment.
                time.sleep(0.01)
                continue
            while heard:
                if heard.startswith(self._zeros):
                    heard = heard[len(self._zeros) :]
                    self.zeroed += 1
                    if self.lie != "stuck":
                        self.now = Load("0.000", self.now.unit)
                elif heard.startswith(self._asks):
                    heard = heard[len(self._asks) :]
                    self.asked += 1
                    self._say(master)
                elif self._asks.startswith(heard) or self._zeros.startswith(heard):
                    break
                else:
                    heard = heard[1:]

    def _say(self, master: int) -> None:
        if self.lie == "silent":
            return
        if self.lie == "garbage":
            os.write(master, bytes((self.asked * 37 + n * 91) % 256 for n in range(20)) + b"\r\n\x03\x04")
            return
        load = self.now
        if self.lie == "restless":
            load = Load(f"1.{self.asked % 1000:03d}", load.unit)
        if self.lie == "motion_inverted":
            load = Load(load.value, load.unit, not load.motion, load.under, load.over)
        answer = self._answer(load)
        if self.lie == "status_only":
            answer = self._answer(Load(load.value, load.unit, motion=True))
        if self.lie == "half":
            answer = answer[: len(answer) // 2]
        if self.lie == "forgets_bytes":
            cut = self.asked % len(answer)
            answer = answer[:cut] + answer[cut + 1 :]
        # As a slow line does: in two pieces.
        os.write(master, answer[:3])
        time.sleep(0.005)
        os.write(master, answer[3:])

    def _answer(self, load: Load) -> bytes:
        if self.protocol == "nci":
            zero = load.zero
            if self.lie == "motion_inverted":
                zero = not zero
            first = 0x30 | (1 if load.motion else 0) | (2 if zero else 0)
            second = 0x30 | (1 if load.under else 0) | (2 if load.over else 0)
            status = bytes((first, second))
            weight = f"\n{float(load.value):07.3f}{load.unit.upper()}\r".encode()
            if load.under or load.over:
                weight = b""
            return weight + b"\n" + status + b"\r\x03"
        if self.protocol == "8217":
            status = 0x40 | (load.motion << 0) | (load.over << 1) | (load.under << 2)
            if load.motion or load.over or load.under:
                return bytes((0x02, 0x3F, status, 0x0D))
            return f"\x02{float(load.value):06.3f}\r".encode()
        if self.protocol == "sics":
            if load.over or load.under:
                return b"S +\r\n" if load.over else b"S -\r\n"
            return f"S {'D' if load.motion else 'S'} {load.value:>10} {load.unit}\r\n".encode()
        assert self.protocol == "fairbanks"
        if load.over or load.under:
            return b"\x04"
        return f"  {load.value} {load.unit} {'gr' if load.motion else 'GR'}  \r\n\x04".encode()
