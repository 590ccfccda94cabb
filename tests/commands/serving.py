"""`packstation serve` in a process of its own, as a shop runs it, and what a program may ask of it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
READY_S = 90.0


class Served:
    """The server of a station's folder, or of a folder of stations."""

    def __init__(self, folder: Path, *more: str, env: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-m", "packstation", "serve", "--data", str(folder), "--port", "0", *more]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], READY_S)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            raise AssertionError(f"the server was not ready in {READY_S} s: {self.process.communicate()[1]}")
        self.told = json.loads(line)
        self.folder = folder
        self.url = str(self.told["url"])
        self.origin = {"Origin": self.url}

    def listens_on(self) -> int:
        """Its own port, where `url` names that of a relay."""
        return int(self.told["port"])

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        with httpx.Client(timeout=20, trust_env=False, verify=False) as client:
            return client.request(method, self.url + path, **more)  # type: ignore[arg-type]

    def sign_in(self, **form: str) -> httpx.Response:
        return self.ask("POST", "/login", data=form, headers=self.origin)

    def cookie(self, **form: str) -> str:
        """The cookie of a login that worked, as a header."""
        answer = self.sign_in(**form)
        assert answer.status_code == 303, answer.text
        return answer.headers["set-cookie"].partition(";")[0]

    def children(self) -> list[int]:
        """The stations' processes that run now."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit code and what stood on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, told = self.process.communicate(timeout=30)
        return self.process.returncode, told

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise
