"""The table in the README is the one that cases and tests give (floor.md section 13, issue 3 point 9).

Computed here as if all is green: what is not, fails in the same run by itself.
"""

from __future__ import annotations

import re

import pytest

from tests.conformance.scorecard import LETTERS, Feature, features, heads, in_readme, is_there, ours, table


def test_the_table_in_the_readme_is_the_computed_one() -> None:
    """FL13.1: after a change: python -m tests.conformance.scorecard --write"""
    assert in_readme() == table(), "run: python -m tests.conformance.scorecard --write --quick"


def test_the_rows_are_those_of_the_plan() -> None:
    """FL13.1: 111 features in ten groups, source and date for each other system."""
    rows = features()
    assert len(rows) == 111
    assert len({row.group for row in rows}) == 10
    assert len(set(rows)) == 111
    assert all(" (" in head for head in heads())
    for row in rows:
        assert len(row.others) == 6
        assert row.name == "languages" or set(row.others) <= LETTERS, row
        assert re.fullmatch("P[012]", row.priority)
        assert re.fullmatch(r"([PN]: .+)?", row.limit)
        assert bool(row.proof) is not row.limit.startswith("N"), (
            f"{row.name}: expected a proof, or why there is none."
        )


@pytest.mark.parametrize("proof", sorted({p for row in features() for p in row.proof if "::" in p}))
def test_a_named_test_is_there(proof: str) -> None:
    assert is_there(proof)


def test_a_red_rule_costs_the_plain_yes() -> None:
    feature = Feature("Sign-in", "badge", "P0", ("N",) * 6, ("FL1.3", "FL1.4"), "")
    assert ours(feature) == "Y"
    assert ours(feature, {"FL1.4"}) == "P"
    assert ours(feature, {"FL1.3", "FL1.4"}) == "N"
    assert ours(Feature("", "", "P0", (), ("FL1.3", "FL99.1"), "")) == "P"
    assert ours(Feature("", "", "P0", (), ("FL1.3",), "P: half of it")) == "P"
    assert ours(Feature("", "", "P0", (), (), "N: not built")) == "N"


def test_the_best_other_system_has_a_plain_yes_on_fewer_than_half() -> None:
    """FL13.1"""
    rows = features()
    assert max(sum(row.others[n] == "Y" for row in rows) for n in range(6)) < len(rows) / 2
