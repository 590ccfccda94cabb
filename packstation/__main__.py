"""The command line: finds the command, turns its errors into one line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sqlite3
import sys
from typing import NoReturn

# The terminal is drawn at this rate; read once, when Textual is first imported (performance PF1.12).
os.environ.setdefault("TEXTUAL_FPS", "240")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

GROUPS = {
    # command -> module of packstation.commands; a command loads only its own module (PF2.3).
    "demo": "demo",
    "init": "stations",
    "run": "run",
    "replay": "stations",
    "sync": "stations",
    "rebuild": "stations",
    "verify": "stations",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "serve": "serve",
    "wave": "waves",
    "order": "orders",
    "alias": "alias",
    "hub": "hubs",
    "import": "imports",
    "export": "imports",
    "sheet": "sheets",
    "cartonize": "engines",
    "cartons": "cartons",
    "scan": "scans",
    "scale": "scales",
    "label": "paper",
    "slip": "paper",
    "customs": "paper",
}


class _Parser(argparse.ArgumentParser):
    """Usage errors are one line on stderr and exit 2, as every other bad input."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code is 0 done, 1 understood and refused, 2 usage or unreadable input."""
    from packstation.commands.errors import Refused, UsageError, said

    words = sys.argv[1:] if arguments is None else arguments
    if words in (["--version"], ["-V"]):
        from packstation import __version__

        print(f"packstation {__version__}")
        return 0
    parser = _Parser(prog="packstation", description="The packing app for the warehouse floor.")
    parser.add_argument("--version", "-V", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in words if not word.startswith("-")), None)
    modules = {GROUPS[wanted]} if wanted in GROUPS else dict.fromkeys(GROUPS.values())
    for module in modules:
        importlib.import_module(f"packstation.commands.{module}").add(commands)
    parsed = parser.parse_args(words)
    try:
        done = int(parsed.run(parsed))
        sys.stdout.flush()
        return done
    except UsageError as error:
        print(f"packstation {parsed.command}: {error}", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"packstation {parsed.command}: {error}", file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        told = said(error, getattr(parsed, "data", None) or getattr(parsed, "out", None) or ".")
        print(f"packstation {parsed.command}: expected databases that can be written, got: {told}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output left; silence Python's own complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        told = said(error, getattr(parsed, "data", None) or getattr(parsed, "out", None) or ".")
        where = f" {error.filename}" if error.filename else ""
        print(
            f"packstation {parsed.command}:{where} expected files that can be written, got: {told}.", file=sys.stderr
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
