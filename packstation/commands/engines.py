"""The pure engines from files: JSON in, JSON out, no data directory (commands.md)."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from packstation.cartons.words import money
from packstation.commands.arguments import json_flag, whole
from packstation.commands.errors import UsageError
from packstation.safe import safe, shown_json

LINE_CHARS_MAX = 2_000
_WORK_MS_MAX = 86_400_000
_UNIT_US = 40
_NOTICE_S = 4.0  # loading the compiled engine takes a second
_BYTES_MAX = 256 * 1024 * 1024


def add(commands: Any) -> None:
    """Add the parsers of this module."""
    parser = commands.add_parser(
        "cartonize",
        help="which carton, how filled, in which order, and why",
        description="Choose cartons for orders and say how to fill them. FILE holds one order, or a list under "
        '"orders"; - reads standard input.',
        epilog='Example: echo \'{"cartons":[{"code":"S","inner_mm":[200,150,100],"max_weight_g":9000,'
        '"empty_weight_g":90}],"items":[{"sku":"BLUE-MUG","quantity":2,"size_mm":[95,95,95],"weight_g":350}]}\''
        " | packstation cartonize - --json",
    )
    parser.add_argument("file", metavar="FILE", help="the JSON document, or - for standard input")
    parser.add_argument(
        "--budget-ms", type=whole(0, _WORK_MS_MAX), default=50, metavar="N", help="work per order, default 50"
    )
    parser.add_argument(
        "--seed", type=whole(0, 2**63), default=0, metavar="S", help="another seed, another search; default 0"
    )
    parser.add_argument(
        "--engine", choices=("pure", "fast"), default="pure", help="fast = compiled, needs the extra `fast`"
    )
    parser.add_argument(
        "--prove",
        action="store_true",
        help="settle what is open: every way to share out up to 8 units; extra `exact`: up to 20 in one carton",
    )
    json_flag(parser, help="one JSON document on standard output")
    parser.set_defaults(run=run_cartonize)


def run_cartonize(parsed: argparse.Namespace) -> int:
    """Answer each order of the document; exit 1 when one of several could not be read."""
    from packstation.cartons import exact
    from packstation.cartons.engine import FastMissing, warm

    document = read_document(parsed.file)
    notice = threading.Timer(_NOTICE_S, _compiles)
    if parsed.engine == "fast":
        notice.start()
    try:
        warm(parsed.engine)
    except FastMissing as error:
        raise UsageError(str(error)) from error
    finally:
        notice.cancel()
    if parsed.prove and not exact.is_installed():
        print(
            "packstation cartonize: --prove: expected the extra `exact` (pip install 'packstation[exact]'), "
            "got no ortools; only orders of a few units are proven beyond the search.",
            file=sys.stderr,
        )
    if not isinstance(document, dict) or "orders" not in document:
        answer = _answered(document, parsed, "")
        _write(answer, as_json=parsed.json)
        return 0
    orders = document["orders"]
    if not isinstance(orders, list):
        raise UsageError(f"orders: expected a list of documents, got {type(orders).__name__}.")
    answers: list[dict[str, Any]] = []
    code = 0
    for n, order in enumerate(orders):
        try:
            answers.append(_answered(order, parsed, f"orders[{n}]: "))
        except UsageError as error:
            answers.append({"error": str(error)})
            print(f"packstation cartonize: orders[{n}]: {error}", file=sys.stderr)
            code = 1
    _write({"orders": answers}, as_json=parsed.json)
    return code


def _compiles() -> None:
    print(
        "packstation cartonize: compiling the engine, once for each installation: about half a minute.",
        file=sys.stderr,
    )


def read_document(file: str) -> Any:
    """The JSON document in a file or on standard input; a UsageError names line and column of what is wrong."""
    try:
        raw = sys.stdin.buffer.read(_BYTES_MAX + 1) if file == "-" else _file_bytes(Path(file))
    except OSError as error:
        raise UsageError(f"{file}: expected a readable file, got {error.strerror}.") from error
    if len(raw) > _BYTES_MAX:
        raise UsageError(f"{file}: expected at most {_BYTES_MAX} bytes.")
    if not raw.strip():
        raise UsageError(f"{file}: expected a JSON document, got nothing.")
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{file}: line {error.lineno} column {error.colno}: expected JSON, got {error.msg}."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: expected UTF-8, got byte {raw[error.start]:#04x} at {error.start}.") from error
    except RecursionError as error:
        raise UsageError(f"{file}: expected JSON nested less deeply.") from error
    except ValueError as error:
        raise UsageError(f"{file}: expected JSON, got {error}.") from error


def _answered(document: object, parsed: argparse.Namespace, where: str) -> dict[str, Any]:
    from packstation.cartons.document import DocumentError, plan_document, read_order
    from packstation.cartons.engine import planned
    from packstation.cartons.proving import PROOF_MS

    try:
        order, warnings = read_order(document)
    except DocumentError as error:
        raise UsageError(str(error)) from error
    for warning in warnings:
        print(f"packstation cartonize: {where}{warning}", file=sys.stderr)
    started_ns = time.perf_counter_ns()
    # The clock is only a safety stop (CT5.10); the budget itself is counted in work.
    # What the search found has to be written down too, unit by unit: a huge order ends its search the sooner.
    units = sum(item.quantity for item in order.items)
    search_ms = max(1000, 2 * parsed.budget_ms)
    deadline_ns = started_ns + max(search_ms * 500, search_ms * 1000 - _UNIT_US * units) * 1000
    proof_ns = deadline_ns + 2 * PROOF_MS * 1_000_000
    plan = planned(
        order,
        budget=parsed.budget_ms,
        seed=parsed.seed,
        prove=parsed.prove,
        stop=lambda: time.perf_counter_ns() > deadline_ns,
        proof_stop=lambda: time.perf_counter_ns() > proof_ns,
        engine=parsed.engine,
    )
    answer = plan_document(plan)
    answer["elapsed_ms"] = elapsed_ms = (time.perf_counter_ns() - started_ns) // 1_000_000
    if plan.stopped is not None:
        # Counted work is the same everywhere; what a clock cuts is not, so whoever reads the plan should know.
        print(
            f"packstation cartonize: {where}stopped by the clock after {elapsed_ms:,} ms; more time may find "
            f"a better plan (--budget-ms, now {parsed.budget_ms}).",
            file=sys.stderr,
        )
    return answer


def _write(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(shown_json(answer, separators=(",", ":")))
        return
    if "orders" not in answer:
        print("\n".join(_lines(answer)))
        return
    for number, one in enumerate(answer["orders"], 1):
        print("\n".join([*([""] if number > 1 else []), f"order {number}", *_lines(one)]))


def _lines(answer: dict[str, Any]) -> list[str]:
    if "error" in answer:
        return [safe(f"error: {answer['error']}", chars_max=LINE_CHARS_MAX)]
    lines = [answer["why"]]
    if answer["parcels"]:
        lines.append(_how_sure(answer))
    for number, parcel in enumerate(answer["parcels"], 1):
        lines.append(
            f"{number}: {parcel['carton']} {parcel['fill'] * 100:.0f} % full, {parcel['weight_g']} g, "
            f"cost {money(parcel['cost_minor'])}"
        )
        lines += [f"   {item['words']}" for item in parcel["items"]]
    lines += [f"no place: {unit['sku']} {unit['unit']}: {unit['reason']}" for unit in answer["unplaced"]]
    return [safe(line, chars_max=LINE_CHARS_MAX) for line in lines]


def _how_sure(answer: dict[str, Any]) -> str:
    """As the panel of a bench says it (CT1.5)."""
    from packstation.workflows.carton_words import WORDS

    guessed = [item["sku"] for parcel in answer["parcels"] for item in parcel["items"] if item.get("estimated")]
    if guessed:
        return f"Not known, so it was assumed: the size of {', '.join(dict.fromkeys(guessed))}."
    return WORDS[f"panel_{answer['status']}"][0]


def _file_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_BYTES_MAX + 1)


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(f"{text}, which is no number")
