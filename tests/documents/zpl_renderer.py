"""ZPL to pixels, offline: zpl-renderer-js in Node (`npm install zpl-renderer-js@3.4`, found by NODE_PATH)."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
const {ready} = require("zpl-renderer-js");
(async () => {
  const {api} = await ready;
  const jobs = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const out = [];
  for (const job of jobs) {
    out.push(await api.zplToBase64MultipleAsync(job.zpl, job.width_mm, job.height_mm, job.dpmm));
  }
  require("fs").writeSync(1, JSON.stringify(out));
  process.exit(0);
})();
"""


@cache
def _absent() -> str:
    """Why nothing can be rendered here, or ""."""
    if shutil.which("node") is None:
        return "Node is not installed"
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
    done = subprocess.run(
        ["node", "-e", _PROGRAM],
        input=json.dumps(jobs).encode(),
        capture_output=True,
        cwd=_ROOT,
        env=os.environ,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return [
        [Image.open(io.BytesIO(base64.b64decode(page))).convert("L") for page in pages]
        for pages in json.loads(done.stdout)
    ]


def codes_on(picture: Any) -> set[tuple[str, str]]:
    """Every symbol on the picture as AIM identifier and text."""
    import zxingcpp

    return {
        (code.symbology_identifier, code.text)
        for code in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain, try_rotate=False)
    }
