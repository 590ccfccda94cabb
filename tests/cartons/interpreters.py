"""Other Pythons on this machine, and what the carton engine answers under each of them (CG17).

The room is pure and needs nothing installed, so any interpreter of a supported version can run it from the checkout.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

_PROGRAM = """
import hashlib, json, sys
from packstation.cartons.document import plan_document, read_order
from packstation.cartons.engine import planned
budget = int(sys.argv[1])
digest = hashlib.sha256()
for line in sys.stdin:
    order, _ = read_order(json.loads(line))
    plan = plan_document(planned(order, budget=budget))
    digest.update(json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode())
print(digest.hexdigest())
"""


def other_interpreters() -> list[Path]:
    """One of each supported version but the one that runs, from the path and from pyenv."""
    found: dict[str, Path] = {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        named = shutil.which(f"python{version}")
        places = [*([Path(named)] if named else []), *sorted(pyenv.glob(f"{version}.*/bin/python{version}"))]
        for place in places:
            if _version(place) == version:
                found[version] = place
                break
    found.pop(f"{sys.version_info.major}.{sys.version_info.minor}", None)
    return list(found.values())


def digest_by(interpreter: Path, documents: Sequence[dict[str, Any]], *, budget: int) -> str:
    """A digest over the bytes of all plans, made by this interpreter in a process of its own, hashes seeded anew."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "random"}
    done = subprocess.run(
        [str(interpreter), "-c", _PROGRAM, str(budget)],
        input="\n".join(json.dumps(document) for document in documents),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    return done.stdout.strip()


def _version(interpreter: Path) -> str:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        command = [str(interpreter), "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
