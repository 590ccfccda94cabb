"""A hub in a process of its own, as a shop runs it: started, told to stop, or killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
READY_S = 90.0


class HubProcess:
    """`packstation hub serve` on the files of a folder."""

    def __init__(self, folder: Path, *more: str, port: int = 0) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "packstation", "hub", "serve", "--data", str(folder), "--port", str(port)]
        self.process = subprocess.Popen(
            [*command, *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env=dict(os.environ),
        )
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], READY_S)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.kill()
            assert self.process.stderr is not None
            raise AssertionError(f"the hub was not ready in {READY_S} s: {self.process.stderr.read()}")
        self.told: dict[str, Any] = json.loads(line)
        self.url = str(self.told["url"])
        self.port = int(self.url.rsplit(":", 1)[1])

    @property
    def note(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "hub.json").read_text())
        return found

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit code and what stood on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, told = self.process.communicate(timeout=30)
        return self.process.returncode, told

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
