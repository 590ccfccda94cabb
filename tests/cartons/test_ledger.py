"""Every order of the ledger still takes the cartons it took: better or worse, a change is seen and given a reason."""

import pytest

from tests.cartons.ledger import LEDGER, Entry, entries, entry, own_orders, published_orders
from tests.cartons.published import needs_data

OWN = own_orders()
REAL = published_orders(every=40)


def _moved(orders: list[tuple[str, dict[str, object]]]) -> list[tuple[Entry, Entry]]:
    kept = entries()
    now = [entry(order) for order in orders]
    return [(kept[one.id], one) for one in now if kept[one.id] != one]


@pytest.mark.parametrize("first", range(0, len(OWN), 25))
def test_drawn_orders_take_what_the_ledger_says(first: int) -> None:
    """CT10.1; regenerate with python -m tests.cartons.ledger --write, and say why in the commit."""
    assert _moved(OWN[first : first + 25]) == []


@needs_data
def test_real_orders_take_what_the_ledger_says() -> None:
    """CT10.1, every 40th."""
    assert _moved(REAL) == []


@pytest.mark.long
@needs_data
def test_all_real_orders_take_what_the_ledger_says() -> None:
    """CT10.1, all 4,288."""
    assert _moved(published_orders()) == []


def test_the_sums_of_the_ledger_are_those_of_its_rows() -> None:
    """A row edited by hand would show."""
    rows = entries().values()
    litres = sum(one.inner_mm3 for one in rows)
    head = LEDGER.read_text(encoding="utf-8").splitlines()[2]
    assert f"{sum(one.cartons for one in rows):,} cartons, {litres // 10**6}.{litres % 10**6:06} litres" in head


@needs_data
def test_the_real_orders_stay_within_the_published_sums() -> None:
    """CG8, the must: 4,557 cartons; the ledger holds all 4,288."""
    real = [one for name, one in entries().items() if not name.startswith(("drawn-", "big-"))]
    assert len(real) == 4288
    assert sum(one.cartons for one in real) <= 4557
