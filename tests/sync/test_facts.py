"""The vocabulary of the journal is documented field by field."""

from __future__ import annotations

import re

import pytest

from sync import facts


def _kinds(kind: type[facts.Fact]) -> list[type[facts.Fact]]:
    found = []
    for one in kind.__subclasses__():
        found += [one, *_kinds(one)]
    return found


@pytest.mark.parametrize("kind", _kinds(facts.Fact), ids=lambda kind: kind.__name__)
def test_every_field_of_every_kind_is_described(kind: type[facts.Fact]) -> None:
    """A field is named in its kind's own words, or among the words that all kinds share at the head of the module."""
    shared = {
        name
        for line in (facts.__doc__ or "").splitlines()
        for head in re.findall(r"(?:^  |   )([a-z_]+(?:, [a-z_]+)*) +", line)
        for name in head.split(", ")
    }
    shared |= set(re.findall(r"`([a-z_]+)`", facts.__doc__ or ""))
    own = set(re.findall(r"`([a-z_]+)`", kind.__doc__ or ""))
    units = ("_g", "_mm", "_minor")
    left = [name for name in kind.__struct_fields__ if name not in shared | own and not name.endswith(units)]
    assert left == []
    assert "why" not in kind.__struct_fields__ or "why" in own
