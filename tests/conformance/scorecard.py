"""Which system covers what (floor.md section 13): our column is computed from cases and tests, the others are read.

    python -m tests.conformance.scorecard            plays every case, runs every named test, prints the table
    python -m tests.conformance.scorecard --write    and writes it into the README
    ... --quick                                      as if all is green, which the rest of a test run looks after

`tests/data/scorecard.csv`: a row a feature; the columns of other systems carry source and date in their heads;
`proof` names rules of the floor (FL2.8) and tests (path::name); `limit` says what is missing: "P: ..." or "N: ...".
Y only when every case under the rules and every named test exists and is green, and nothing is missing.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conformance.floor import FOLDER, Floor, cases

ROOT = FOLDER.parent.parent
TABLE = ROOT / "tests" / "data" / "scorecard.csv"
README = ROOT / "README.md"
SYSTEMS = ("O", "H", "L", "S", "D", "P")
LETTERS = {"Y", "P", "N", "-", "?"}
BEGIN, END = "<!-- scorecard -->\n", "<!-- end of scorecard -->\n"


@dataclass(frozen=True, slots=True)
class Feature:
    """One row. `others`: the letter of each system, in the order of SYSTEMS."""

    group: str
    name: str
    priority: str
    others: tuple[str, ...]
    proof: tuple[str, ...]
    limit: str


def features() -> tuple[Feature, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return tuple(Feature(row[0], row[1], row[2], tuple(row[3:9]), tuple(row[9].split()), row[10]) for row in rows)


def heads() -> tuple[str, ...]:
    """The other systems, each with source and date."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file))[3:9])


def ours(feature: Feature, red: Collection[str] = ()) -> str:
    """Our letter. `red`: rules and tests that failed."""
    if feature.limit.startswith("N"):
        return "N"
    proven = [proof for proof in feature.proof if proof not in red and is_there(proof)]
    if not proven:
        return "N"
    return "Y" if len(proven) == len(feature.proof) and not feature.limit else "P"


def is_there(proof: str) -> bool:
    """A rule has a case, or the test beside the suite that rows.txt names cites it; a test stands in its file."""
    if not proof.startswith("FL"):
        path, _, name = proof.partition("::")
        return re.search(rf"def {name}\(", _text(path)) is not None
    if proof in covered():
        return True
    mark = _marks().get(proof, "")
    return mark.startswith("see ") and proof in cited(mark.removeprefix("see "))


@cache
def covered() -> frozenset[str]:
    return frozenset(rule for case in cases() for rule in case.covers)


def cited(path: str) -> set[str]:
    """The rules a test file names: FL6.43, or FL6.43-FL6.45 for all between."""
    return {
        f"FL{found[1]}.{number}"
        for found in re.finditer(r"FL(\d+)\.(\d+)(?:[-–](?:FL\d+\.)?(\d+))?", _text(path))
        for number in range(int(found[2]), int(found[3] or found[2]) + 1)
    }


@cache
def _marks() -> dict[str, str]:
    lines = (FOLDER / "rows.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in lines if not line.startswith("#")}


@cache
def _text(path: str) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.exists() else ""


def failed() -> set[str]:
    """Play every case and run every named test: the rules and tests that are not green."""
    red: set[str] = set()
    for case in cases():
        with tempfile.TemporaryDirectory() as folder:
            try:
                Floor(Path(folder)).play(case)
            except Exception as broken:
                print(f"{case.file}/{case.name}: {broken}", file=sys.stderr)
                red.update(case.covers)
    proofs = {proof for feature in features() for proof in feature.proof}
    by_file = {
        rule: _marks()[rule].removeprefix("see ") for rule in proofs if _marks().get(rule, "").startswith("see ")
    }
    tests = sorted({proof for proof in proofs if "::" in proof} | set(by_file.values()))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-rfE", *tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for found in re.finditer(r"^(?:FAILED|ERROR) ([^\s\[]+)", done.stdout, re.MULTILINE):
        path = found[1].partition("::")[0]
        red.add(found[1])
        red.update(rule for rule, file in by_file.items() if file == path)
    if done.returncode not in (0, 1):
        raise SystemExit(f"expected pytest to run the named tests, got:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return red


def table(red: Collection[str] = ()) -> str:
    """The section of the README."""
    rows = [(feature, ours(feature, red)) for feature in features()]
    first = Counter(letter for feature, letter in rows if feature.priority == "P0")
    plain = [sum(feature.others[n] == "Y" for feature, _ in rows) for n in range(len(SYSTEMS))]
    names = [head.split(": ", 1)[1].partition(" (")[0] for head in heads()]
    told = [
        f"{len(rows)} features. packstation: {sum(letter == 'Y' for _, letter in rows)} yes; of the {first.total()} "
        f"that come first (P0) {first['Y']} yes, {first['P']} in part, {first['N']} not. A plain yes elsewhere: "
        + ", ".join(f"{name} {count}" for name, count in zip(names, plain, strict=True))
        + ".",
        "",
        "Y yes, P in part, N no, - does not apply, ? not found in public material (no proof of absence). Our column "
        "is computed by `python -m tests.conformance.scorecard`: Y only when every case and test under the feature's "
        "rules is green. The others were read in their public source and documents, which are optimistic: "
        + "; ".join(head.split(": ", 1)[1] for head in heads())
        + ". Look again before you rely on a cell.",
        "",
        "<details><summary>The whole table</summary>",
        "",
        f"| feature | packstation | {' | '.join(names)} |",
        f"| --- | --- |{' --- |' * len(names)}",
    ]
    group = ""
    for feature, letter in rows:
        if feature.group != group:
            group = feature.group
            told.append(f"| **{group}** | |{' |' * len(names)}")
        limit = feature.limit.partition(": ")[2]
        mine = letter if letter == "Y" or not limit else f"{letter} ({limit})"
        told.append(f"| {feature.name} {feature.priority} | {mine} | {' | '.join(feature.others)} |")
    return "\n".join([*told, "", "</details>", ""])


def in_readme() -> str:
    text = README.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


def main(words: list[str]) -> int:
    red = set() if "--quick" in words else failed()
    made = table(red)
    print(made)
    for proof in sorted(red):
        print(f"not green: {proof}", file=sys.stderr)
    if "--write" in words:
        text = README.read_text(encoding="utf-8")
        at, end = text.index(BEGIN) + len(BEGIN), text.index(END)
        README.write_text(text[:at] + made + text[end:], encoding="utf-8")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
