"""Which site ships an order (hub.md section 6). Pure.

The rule in force: among active sites that hold ALL lines, the nearest by postcode prefix, else the first by priority
(the lowest number is asked first). It never splits an order; what it cannot place waits with a named reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

RULE = "nearest-postcode-else-priority/1"
_PREFIX_MIN = 2  # a shared first character says too little where a site names no prefixes


@dataclass(frozen=True, slots=True)
class Site:
    """A place that can ship. `prefixes`: postcodes it serves first, "SW", "901". `closed`: why it takes no orders."""

    site: str
    kind: str
    country: str
    postcode: str
    priority: int
    prefixes: tuple[str, ...]
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What was found at one site: units missing by SKU, and how many characters of the postcode it shares."""

    site: str
    missing: Mapping[str, int]
    shared: int
    priority: int
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the order goes and why; `site` is None when it has to wait, then `code` names the reason."""

    site: str | None
    code: str
    reason: str
    candidates: tuple[Candidate, ...]


def choose(
    need: Mapping[str, int],
    country: str,
    postcode: str,
    sites: Sequence[Site],
    available: Mapping[tuple[str, str], int],
    excluded: Mapping[str, str] | None = None,
) -> Choice:
    """The site for units `need` by SKU. `available`: by (site, SKU). `excluded`: site -> why it may not."""
    barred = excluded or {}
    candidates = tuple(
        Candidate(
            place.site,
            {sku: q - have for sku, q in need.items() if (have := available.get((place.site, sku), 0)) < q},
            _shared(place, country, postcode),
            place.priority,
            place.closed or barred.get(place.site, ""),
        )
        for place in sites
    )
    chosen = best(candidates)
    if chosen is None:
        return Choice(None, *_why_not(need, candidates, available), candidates)
    able = [c for c in candidates if not c.missing and not c.closed]
    winner = next(c for c in able if c.site == chosen)
    return Choice(chosen, "routed", _why(winner, able, postcode, len(need)), candidates)


def best(candidates: Sequence[Candidate]) -> str | None:
    """The rule itself: of those that can, the nearest, then the first by priority, then by name."""
    able = [c for c in candidates if not c.missing and not c.closed]
    return min(able, key=lambda c: (-c.shared, c.priority, c.site)).site if able else None


def _shared(place: Site, country: str, postcode: str) -> int:
    if place.country.upper() != country.upper():
        return 0
    wanted = _plain(postcode)
    if place.prefixes:
        return max((len(_plain(p)) for p in place.prefixes if wanted.startswith(_plain(p))), default=0)
    count = 0
    for theirs, ours in zip(_plain(place.postcode), wanted, strict=False):
        if theirs != ours:
            break
        count += 1
    return count if count >= _PREFIX_MIN else 0


def _plain(postcode: str) -> str:
    return postcode.replace(" ", "").replace("-", "").upper()


def _why(winner: Candidate, able: Sequence[Candidate], postcode: str, skus: int) -> str:
    held = "It holds the one item wanted." if skus == 1 else f"It holds all {skus} items wanted."
    if winner.shared:
        near = f"{winner.site} is nearest: postcode {_plain(postcode)[: winner.shared]}."
        equal = [c.site for c in able if c.shared == winner.shared and c.site != winner.site]
        return f"{near} {held}" if not equal else f"{near} {held} Before {', '.join(equal)} by priority."
    others = [c.site for c in able if c.site != winner.site]
    if not others:
        return f"No site is near this postcode, and {winner.site} is the only one that could. {held}"
    return f"No site is near this postcode: {winner.site} comes before {', '.join(others)} by priority. {held}"


def _why_not(
    need: Mapping[str, int], candidates: Sequence[Candidate], available: Mapping[tuple[str, str], int]
) -> tuple[str, str]:
    if not candidates:
        return "no_site", "No site is set up that could ship this."
    open_ones = [c for c in candidates if not c.closed]
    if not open_ones:
        return "no_site", "No site may ship this: " + "; ".join(f"{c.site} {c.closed}" for c in candidates) + "."
    for sku in sorted(need):
        have = {c.site: available.get((c.site, sku), 0) for c in open_ones}
        if all(units < need[sku] for units in have.values()):
            best = max(sorted(have), key=lambda site: have[site])
            return "no_stock", f"{sku}: {need[sku]} wanted, no site has more than {max(0, have[best])} free ({best})."
    return "no_single_site", f"No single site holds all {len(need)} items; the order is not split."
