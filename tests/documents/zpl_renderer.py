"""ZPL to pixels, offline: zpl-renderer-js in Node (`npm install zpl-renderer-js@3.4`, found by NODE_PATH)."""

from __future__ import annotations

import atexit
import base64
import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_ANSWER_S_MAX = 120.0
# One JSON array of jobs a line in, one array of their pages a line out, as long as the tests run: a Node and its
# renderer take seconds to start, a label milliseconds.
_PROGRAM = """
const {ready} = require("zpl-renderer-js");
const fs = require("fs");
(async () => {
  const {api} = await ready;
  const lines = require("readline").createInterface({input: process.stdin});
  for await (const line of lines) {
    const out = [];
    for (const job of JSON.parse(line)) {
      out.push(await api.zplToBase64MultipleAsync(job.zpl, job.width_mm, job.height_mm, job.dpmm));
    }
    fs.writeFileSync(Number(process.argv[1]), JSON.stringify(out) + "\\n");
  }
  process.exit(0);
})();
"""


class _Renderer:
    """The Node process of this test run; its answers come on a pipe of their own, whatever it prints."""

    def __init__(self) -> None:
        answers, theirs = os.pipe()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
        self._node = subprocess.Popen(
            ["node", "-e", _PROGRAM, str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=(theirs,),
            cwd=_ROOT,
        )
        os.close(theirs)
        self._answers = os.fdopen(answers, "rb")
        atexit.register(self.close)

    def pages(self, jobs: list[dict[str, Any]]) -> list[list[str]]:
        assert self._node.stdin is not None
        too_slow = threading.Timer(_ANSWER_S_MAX, self._node.kill)
        too_slow.start()
        try:
            self._node.stdin.write(json.dumps(jobs).encode() + b"\n")
            self._node.stdin.flush()
            answer = self._answers.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            too_slow.cancel()
        if not answer:
            self._errors.seek(0)
            _renderer.cache_clear()
            pytest.fail(f"the ZPL renderer ended: {self._errors.read().decode()[-2000:]}")
        return json.loads(answer)  # type: ignore[no-any-return]  # what the program above writes

    def close(self) -> None:
        self._node.kill()
        self._node.wait()


@cache
def _renderer() -> _Renderer:
    return _Renderer()


@cache
def _absent() -> str:
    """Why nothing can be rendered here, or ""."""
    if shutil.which("node") is None:
        return "Node is not installed: node is expected on the path"
    found = subprocess.run(["node", "-e", 'require.resolve("zpl-renderer-js")'], capture_output=True, cwd=_ROOT)
    return "" if found.returncode == 0 else "zpl-renderer-js is not installed: set NODE_PATH to its node_modules"


def needs_renderer() -> None:
    if _absent():
        pytest.skip(_absent())


def rendered(labels: list[bytes], size: tuple[int, int]) -> list[list[Any]]:
    """The pictures (PIL, grey) of each document: one for each label that the renderer saw in it."""
    from PIL import Image

    needs_renderer()
    # At 8 dots a millimetre the picture has the dots we ask for, whatever the printer's own dpi.
    width, height = size
    jobs = [
        {"zpl": label.decode("ascii"), "width_mm": width / 8, "height_mm": height / 8, "dpmm": 8} for label in labels
    ]
    return [
        [Image.open(io.BytesIO(base64.b64decode(page))).convert("L") for page in pages]
        for pages in _renderer().pages(jobs)
    ]


def codes_on(picture: Any) -> set[tuple[str, str]]:
    """Every symbol on the picture as AIM identifier and text."""
    import zxingcpp

    return {
        (code.symbology_identifier, code.text)
        for code in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain, try_rotate=False)
    }
