"""The process of one browser's station: started without a shell, fed with packets, ended for certain.

Only names of an allow-list reach its environment; which station and who signed in come by environment, never as
words of a command. It is told to quit when its socket closes, asked by signal after 5 s, killed after 8: all work is
on the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

QUIT_S, TERM_S = 5.0, 3.0
PACKET_BYTES_MAX = 8 << 20
COMPLAINT_CHARS_MAX = 8_000
CUES = frozenset({"T1", "T2", "T3", "T4", "E1", "E2", "E3", "E4", "N1"})
ALLOWED = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
    "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
)  # fmt: skip
"""What a station needs of our environment; whatever else is set here, a secret perhaps, stays here."""


class StationProcess(AppService):
    """`packstation run` on a station's folder, drawn for a browser. `user`: who signs in at its start, or None."""

    def __init__(
        self,
        folder: Path,
        user: str | None,
        options: tuple[str, ...],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(
            "packstation run",
            write_bytes=write_bytes,
            write_str=write_str,
            close=close,
            download_manager=DownloadManager(),
        )
        self._folder, self._user, self._options = folder, user, options
        self.complaint = ""
        self.ended_well = False
        """The person closed the station; it was not taken away."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        made = {name: os.environ[name] for name in ALLOWED if name in os.environ}
        made |= {
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM": "xterm-256color",
            "TERM_PROGRAM": "textual",
            "TERM_PROGRAM_VERSION": version("textual-serve"),
            "COLUMNS": str(width),
            "ROWS": str(height),
            "PYTHONUTF8": "1",
            "PACKSTATION_DATA": str(self._folder),
        }
        if self._user is not None:
            made["PACKSTATION_SIGN_IN"] = self._user
        return made

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # textual-serve hands its command to a shell; ours is a list of words that never changes.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "packstation", "run", *self._options,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=self._build_environment(width, height), start_new_session=True,
        )  # fmt: skip
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        """Pass on what the app draws until it ends; what it says on stderr is kept for whoever looks."""
        process = self._process
        assert process is not None, "the process was not started"
        assert process.stdout is not None, "its output is a pipe"
        complaints = asyncio.create_task(self._complaints(process))
        try:
            while (line := await process.stdout.readline()) and line != b"__GANGLION__\n":
                pass
            while True:
                kind = await process.stdout.readexactly(1)
                size = int.from_bytes(await process.stdout.readexactly(4), "big")
                if size > PACKET_BYTES_MAX:
                    break
                payload = await process.stdout.readexactly(size)
                if kind == b"D":
                    await self.on_data(payload)
                elif kind == b"M":
                    await self.on_meta(payload)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass  # it ended, or the socket did; whoever waits for either sees it
        finally:
            await complaints

    async def _complaints(self, process: Process) -> None:
        assert process.stderr is not None, "its complaints are a pipe"
        while said := await process.stderr.read(4096):
            self.complaint = (self.complaint + said.decode("utf-8", "replace"))[-COMPLAINT_CHARS_MAX:]

    async def on_meta(self, data: bytes) -> None:
        """Of what an app can ask of a browser, ours may end, and be heard."""
        try:
            told: Any = json.loads(data)
        except ValueError:
            return
        if not isinstance(told, dict):
            return
        if told.get("type") == "exit":
            self.ended_well = True
            await self.remote_close()
        elif told.get("type") == "cue" and told.get("cue") in CUES:
            await self.remote_write_str(json.dumps(["cue", told["cue"]]))

    async def stop(self) -> None:
        """Returns when the process is gone: only then may the next one open the station's databases."""
        process, task = self._process, self._task
        if process is None:
            return
        self._process = self._task = None
        if process.returncode is None:
            self._process = process
            await self.send_meta({"type": "quit"})
            self._process = None
            await _gone(process, QUIT_S)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await _gone(process, TERM_S)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def wait(self) -> int:
        """Until the process ends by itself; its exit code."""
        assert self._process is not None, "the process was not started"
        return await self._process.wait()


async def _gone(process: Process, wait_s: float) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(process.wait(), wait_s)
