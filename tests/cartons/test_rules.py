"""One order for every rule of section 3 and every step of money, each with the carton that must come out (CT12.2)."""

from typing import Any

import pytest

from tests.cartons.check import broken_rules
from tests.cartons.engine import answered
from tests.cartons.published import needs_data, rows_of, unmet

ROWS = rows_of("rules")


@needs_data
def test_all_28_fixtures_are_there() -> None:
    assert len(ROWS) == 28


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_a_rule_is_kept_and_its_carton_found(row: dict[str, Any]) -> None:
    """CT12.2, CG13; the fixture names its rule."""
    answer = answered(row["input"])
    assert broken_rules(row["input"], answer) == []
    assert unmet(row["input"], row["expected"], answer) == [], f"{row['rule']}: {row['about']}"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_a_rule_is_kept_by_the_deterministic_pass_alone(row: dict[str, Any]) -> None:
    """Less search may find less, never break more."""
    assert broken_rules(row["input"], answered(row["input"], budget=0)) == []
