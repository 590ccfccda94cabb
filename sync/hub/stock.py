"""What happens to a site's stock, as moves between buckets (hub.md sections 2, 3 and 8). Pure.

on_hand     units in the building                     allocated   promised to fulfillment orders here
short       promised here, but nothing behind them    suspect, damaged, expired, quality, quarantine   not for sale

A move is (bucket, delta); a list of moves keeps the bounds of Q1 after each of its steps.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

UNAVAILABLE = ("damaged", "expired", "quality", "quarantine", "suspect")

Move = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Stock:
    """The buckets of one SKU at one site."""

    on_hand: int = 0
    allocated: int = 0
    short: int = 0
    damaged: int = 0
    expired: int = 0
    quality: int = 0
    quarantine: int = 0
    suspect: int = 0

    @property
    def unavailable(self) -> int:
        return sum(getattr(self, bucket) for bucket in UNAVAILABLE)

    @property
    def available(self) -> int:
        """What can still be promised."""
        return self.on_hand - self.unavailable - self.allocated

    def after(self, moves: list[Move]) -> Stock:
        """The stock when the moves are done; asserts that it stays in its bounds."""
        found = self
        for bucket, delta in moves:
            found = replace(found, **{bucket: getattr(found, bucket) + delta})
        assert found.sound, f"stock out of bounds: {found} after {moves} on {self}"
        return found

    @property
    def sound(self) -> bool:
        """Q1: nothing negative, nothing promised that is not there."""
        return all(getattr(self, f.name) >= 0 for f in fields(self)) and self.available >= 0


def shorted(stock: Stock, missing: int, reason: str, seen: int) -> list[Move]:
    """Units of an order here could not be had (floor.md section 8): its promise is taken back, then the reason acts.

    `not_found` moves all that is unallocated after the release to suspect: if two are missing, the rest is doubtful.
    """
    released = min(missing, stock.allocated)
    moves: list[Move] = [("allocated", -released)]
    if missing > released:
        moves.append(("short", -min(missing - released, stock.short)))
    free = stock.after(moves).available
    match reason:
        case "not_found" if seen == 0:
            moves += [("suspect", free)]
        case "not_found" | "short":
            moves += [("suspect", min(missing, free))]
        case "damaged" | "worn_display":
            moves += [("damaged", min(missing, free))]
        case "expired":
            moves += [("expired", min(missing, free))]
        case "recalled":
            moves += [("quarantine", free)]
        case "mismatch":
            moves += [("on_hand", -min(missing, free))]
        case _:
            pass  # no_capacity, cannot_ship, no_split, customer_cancel, other: the units are there
    return _told(moves)


def waits(stock: Stock, missing: int, reason: str, seen: int) -> list[Move]:
    """As `shorted`, but the order keeps its line: its units become short until more arrives (hub.md X4)."""
    return _told([*shorted(stock, missing, reason, seen), ("short", missing)])


def left(stock: Stock, promised: int, beyond: int) -> list[Move]:
    """Units left the building: `promised` were due, `beyond` were not (L9).

    What the books do not have is booked in first; what is then missing is taken from doubtful units, then from
    other promises, which become short.
    """
    moves: list[Move] = []
    gone = promised + beyond
    released = min(promised, stock.allocated)
    moves.append(("allocated", -released))
    if promised > released:
        moves.append(("short", -min(promised - released, stock.short)))
    if stock.on_hand < gone:
        moves.append(("on_hand", gone - stock.on_hand))
    return _told([*moves, *_lowered(stock.after(moves), gone)])


def counted(stock: Stock, expected: int, found: int, *, everywhere: bool) -> list[Move]:
    """A face was counted: the difference goes to on_hand, and what is missing was doubtful first.

    `everywhere`: no other place here holds the SKU, so nothing stays doubtful.
    """
    moves: list[Move] = [("on_hand", found - expected)]
    if found < expected:
        moves = _lowered(stock, min(expected - found, stock.on_hand), doubt_first=True)
    if everywhere:
        moves = [*moves, ("suspect", -stock.after(_told(moves)).suspect)]
    return _told(moves)


def arrived(stock: Stock, units: int) -> list[Move]:
    """Units came in; open promises with nothing behind them are covered first (L10)."""
    covered = min(stock.short, stock.available + units)
    return _told([("on_hand", units), ("short", -covered), ("allocated", covered)])


def _lowered(stock: Stock, units: int, *, doubt_first: bool = False) -> list[Move]:
    """`units` less on hand, without breaking a bound: free units, then doubtful ones, then promises."""
    missing = units if doubt_first else max(0, units - stock.available)
    doubt = min(missing, stock.suspect)
    moves: list[Move] = [("suspect", -doubt)]
    missing = max(0, units - stock.available - doubt)
    broken = min(missing, stock.allocated)
    moves += [("allocated", -broken), ("short", broken)]
    missing -= broken
    for bucket in ("quality", "quarantine", "expired", "damaged"):
        taken = min(missing, getattr(stock, bucket))
        moves.append((bucket, -taken))
        missing -= taken
    return [*moves, ("on_hand", -units)]


def _told(moves: list[Move]) -> list[Move]:
    """Moves that move nothing are not told; several of one bucket are one, releases before increases."""
    sums: dict[str, int] = {}
    for bucket, delta in moves:
        sums[bucket] = sums.get(bucket, 0) + delta
    return [(bucket, delta) for bucket, delta in sums.items() if delta]
