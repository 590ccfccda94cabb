"""The same order is packed the same way on every machine (CG17, CT5.10)."""

import sys
from pathlib import Path

import pytest

from tests.cartons.generate import big, fuzzed, synthetic
from tests.cartons.interpreters import digest_by, other_interpreters

DOCUMENTS = [*map(synthetic, range(12)), big(1), *map(fuzzed, range(100, 160))]
MINE = Path(sys.executable)


@pytest.fixture(scope="module")
def mine() -> str:
    return digest_by(MINE, DOCUMENTS, budget=5)


def test_a_second_run_gives_the_same_bytes(mine: str) -> None:
    assert digest_by(MINE, DOCUMENTS, budget=5) == mine


OTHERS = other_interpreters()


@pytest.mark.skipif(not OTHERS, reason="one supported Python alone on the path and in pyenv: install a second")
@pytest.mark.parametrize("interpreter", [pytest.param(path, id=path.name) for path in OTHERS])
def test_another_python_gives_the_same_bytes(interpreter: Path, mine: str) -> None:
    assert digest_by(interpreter, DOCUMENTS, budget=5) == mine
