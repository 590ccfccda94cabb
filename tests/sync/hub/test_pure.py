"""The hub's pure rooms: stock in its bounds, the routing rule, verdicts on journals; by tables and by properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hub import routing, stock
from sync.hub.orders.incoming import Wrong, minor_units, order_id, plain_id, source, time_ms
from sync.hub.routing import Site
from sync.hub.stock import Stock
from sync.protocol import first_hash, next_hash
from sync.protocol.messages import Hello, PushHead, PushReply
from sync.protocol.verdicts import Known, accepted, first_probes, heeded, next_probes, verdict

NYC = Site("NYC", "warehouse", "US", "10001", 1, ("100", "11"))
DEN = Site("DEN", "store", "US", "80201", 2, ("80",))
SEA = Site("SEA", "store", "US", "98101", 3, ())


@st.composite
def stocks(draw: st.DrawFn) -> Stock:
    parts = {name: draw(st.integers(0, 6)) for name in ("damaged", "expired", "quality", "quarantine", "suspect")}
    allocated, free = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    held = sum(parts.values()) + allocated + free
    return Stock(held, allocated, draw(st.integers(0, 5)), **parts)


@given(stocks(), st.integers(1, 12), st.integers(0, 3), st.sampled_from([*"abc", "not_found", "short", "damaged",
       "mismatch", "expired", "recalled", "no_capacity", "worn_display"]))  # fmt: skip
def test_a_short_breaks_no_bound_and_loses_no_unit(held: Stock, missing: int, seen: int, reason: str) -> None:
    """Q1, X1: whatever is reported, `after` asserts the bounds; on_hand falls for a mismatch alone."""
    after = held.after(stock.shorted(held, missing, reason, seen))
    assert (after.on_hand == held.on_hand) or reason == "mismatch"
    waiting = held.after(stock.waits(held, missing, reason, seen))
    assert waiting.allocated + waiting.short >= held.allocated + held.short - missing + missing - held.short


@given(stocks(), st.integers(0, 12), st.integers(0, 12))
def test_what_left_has_left(held: Stock, promised: int, beyond: int) -> None:
    """L9: units the books do not have are found first; no bucket goes below zero."""
    after = held.after(stock.left(held, promised, beyond))
    assert after.on_hand == max(held.on_hand, promised + beyond) - promised - beyond


@given(stocks(), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_a_count_breaks_no_bound(held: Stock, expected: int, found: int, everywhere: bool) -> None:
    after = held.after(stock.counted(held, expected, found, everywhere=everywhere))
    assert after.on_hand == max(0, held.on_hand + found - expected) or found < expected
    assert not (everywhere and after.suspect)


@given(stocks(), st.integers(0, 20))
def test_what_arrives_covers_promises_first(held: Stock, units: int) -> None:
    """L10."""
    after = held.after(stock.arrived(held, units))
    assert after.on_hand == held.on_hand + units
    assert after.short == 0 or after.available == 0


@pytest.mark.parametrize(
    ("postcode", "country", "held", "site", "code"),
    [
        ("10001", "US", {"NYC": 5, "DEN": 5, "SEA": 5}, "NYC", "routed"),
        ("80202", "US", {"NYC": 5, "DEN": 5, "SEA": 5}, "DEN", "routed"),
        ("98199", "US", {"NYC": 5, "DEN": 5, "SEA": 5}, "SEA", "routed"),
        ("80202", "US", {"NYC": 5, "DEN": 1, "SEA": 5}, "NYC", "routed"),
        ("55555", "US", {"NYC": 5, "DEN": 5, "SEA": 5}, "NYC", "routed"),
        ("55555", "US", {"NYC": 1, "DEN": 5, "SEA": 5}, "DEN", "routed"),
        ("10001", "CA", {"NYC": 1, "DEN": 5, "SEA": 5}, "DEN", "routed"),
        ("10001", "US", {"NYC": 1, "DEN": 1, "SEA": 0}, None, "no_stock"),
        ("10001", "US", {}, None, "no_stock"),
    ],
)
def test_the_nearest_that_holds_all_else_the_first(
    postcode: str, country: str, held: dict[str, int], site: str | None, code: str
) -> None:
    available = {(place, "BLUE-MUG"): units for place, units in held.items()}
    choice = routing.choose({"BLUE-MUG": 2}, country, postcode, [NYC, DEN, SEA], available)
    assert (choice.site, choice.code) == (site, code)
    assert choice.reason.endswith(".")
    assert [c.site for c in choice.candidates] == ["NYC", "DEN", "SEA"]


def test_an_order_is_not_split_and_says_so() -> None:
    available = {("NYC", "BLUE-MUG"): 5, ("DEN", "RED-MUG"): 5}
    choice = routing.choose({"BLUE-MUG": 1, "RED-MUG": 1}, "US", "10001", [NYC, DEN], available)
    assert (choice.site, choice.code) == (None, "no_single_site")
    assert choice.candidates[0].missing == {"RED-MUG": 1}


def test_closed_and_excluded_sites_are_not_asked() -> None:
    available = {("NYC", "BLUE-MUG"): 5, ("DEN", "BLUE-MUG"): 5}
    paused = replace(NYC, closed="is paused")
    assert routing.choose({"BLUE-MUG": 1}, "US", "10001", [paused, DEN], available).site == "DEN"
    barred = routing.choose({"BLUE-MUG": 1}, "US", "10001", [paused, DEN], available, {"DEN": "could not find it"})
    assert (barred.site, barred.code) == (None, "no_site")
    assert "NYC is paused; DEN could not find it" in barred.reason
    assert routing.choose({"BLUE-MUG": 1}, "US", "10001", [], {}).code == "no_site"


def test_money_is_read_without_floats() -> None:
    """I3."""
    assert [minor_units(text, "USD", "p") for text in ("12.95", "12.9", "12", "0.10", "12.9500")] == [
        *(1295, 1290, 1200, 10, 1295)
    ]
    assert (minor_units("1200", "JPY", "p"), minor_units("1.005", "KWD", "p")) == (1200, 1005)
    for text in ("12.955", "1e3", "NaN", "12,95", "", ".5", "٣"):
        with pytest.raises(Wrong):
            minor_units(text, "USD", "p")


def test_times_are_read_as_shops_write_them() -> None:
    same = {time_ms(text, "t") for text in ("2026-11-20 10:15:00 -0500", "2026-11-20T15:15:00Z", "2026-11-20T15:15")}
    assert len(same) == 1


def test_order_numbers_and_ids() -> None:
    """I2: one leading #; an id of 20 characters prints as a barcode."""
    assert (source(" #1001 "), source("##1")) == ("1001", "#1")
    assert (plain_id("4471"), plain_id("114-1234567-1234567"), plain_id("a b")) == ("4471", None, None)
    assert order_id("web", "1") == order_id("web", "1") != order_id("shop", "1")


# --- verdicts ------------------------------------------------------------------------------------------------------


def chain(lines: list[bytes], start: bytes = b"") -> list[bytes]:
    found = [start or first_hash("st-07", "a" * 16)]
    for line in lines:
        found.append(next_hash(found[-1], line))
    return found


def said(mine: list[bytes], probes: list[int], *, acked: int = 0, epoch: str | None = "e", cursor: int = 0) -> Hello:
    return Hello(
        proto=1, app="", schema=1, gen="a" * 16, oldest_seq=1, last_seq=len(mine) - 1,
        probes=tuple((seq, mine[seq].hex()) for seq in probes), acked_seq=acked, hub_epoch=epoch, cursor=cursor,
        fingerprint="", mono_ms=0, wall_ms=0, free_bytes=0,
    )  # fmt: skip


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_hello_always_finds_the_last_common_fact(common: int, mine_more: int, theirs_more: int) -> None:
    """N8: however the journals differ, a few questions end in the right verdict."""
    shared = [b"[%d,x]" % n for n in range(1, common + 1)]
    mine = chain(shared + [b"m%d" % n for n in range(mine_more)])
    theirs = chain(shared + [b"t%d" % n for n in range(theirs_more)])
    known = Known(len(theirs) - 1, theirs[-1], 1)
    probes = first_probes(1, len(mine) - 1, 0)
    for _ in range(40):
        found = verdict(
            said(mine, probes), known, lambda seq: theirs[seq] if seq < len(theirs) else None, epoch="e", head=0
        )
        if found.kind != "probe":
            break
        probes = next_probes(found.lo, found.hi)
        assert len(probes) <= 64
    if mine_more and theirs_more:
        assert (found.kind, found.common) == ("fork", common)
    elif theirs_more:
        assert (found.kind, found.acked) == ("rollback", len(mine) - 1)
    else:
        assert (found.kind, found.acked) == ("ok", len(theirs) - 1)


def test_a_hub_that_lost_its_tail_is_told() -> None:
    """C16: acknowledged beyond what it holds, or a cursor beyond its head, in its own epoch."""
    mine = chain([b"a", b"b", b"c"])
    known = Known(1, mine[1], 1)
    hash_at = dict(enumerate(mine[:2])).get
    assert verdict(said(mine, [3, 1, 0], acked=3), known, hash_at, epoch="e", head=0).restored
    assert verdict(said(mine, [3, 1, 0], cursor=9), known, hash_at, epoch="e", head=5).restored
    assert not verdict(said(mine, [3, 1, 0], acked=3, epoch="other"), known, hash_at, epoch="e", head=0).restored
    assert not verdict(said(mine, [3, 1, 0], acked=1), known, hash_at, epoch="e", head=0).restored


def test_a_generation_that_begins_later_leaves_a_hole() -> None:
    """N8: facts pruned before the hub had them are gone, and that is an alarm, not an end."""
    mine = chain([b"[%d,x]" % n for n in range(1, 10)])
    hello = replace(said(mine, [9, 4]), oldest_seq=5)
    found = verdict(hello, None, lambda _s: None, epoch="e", head=0)
    assert (found.kind, found.acked, found.hole, found.hole_hash) == ("ok", 4, 4, mine[4])
    found = verdict(hello, Known(2, mine[2], 1), lambda seq: mine[seq] if seq <= 2 else None, epoch="e", head=0)
    assert (found.kind, found.acked, found.hole) == ("ok", 4, 2)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 7))
def test_a_batch_is_taken_only_where_it_continues(n: int, base: int, count: int, differs_at: int) -> None:
    """N10: contiguous, on the same chain, overlaps equal; else nothing of it."""
    lines = [b"[%d,x]" % seq for seq in range(1, 20)]
    mine = chain(lines)
    theirs = chain(lines[: max(0, differs_at - 1)] + [b"other"] * 20) if differs_at else mine
    known = Known(n, theirs[n], 1)
    head = PushHead(
        proto=1, gen="a" * 16, session="s", base_seq=base, base_hash=mine[base].hex(),
        last_hash=mine[base + count].hex(), count=count,
    )  # fmt: skip
    found = accepted(head, lines[base : base + count], known, "s", lambda seq: theirs[seq] if seq <= n else None)
    same_base = base <= n and mine[base] == theirs[base]
    top = min(n, base + count)
    same_overlap = mine[top] == theirs[top]
    assert (found.answer == "taken") == (same_base and same_overlap)
    if found.answer == "taken":
        assert found.first == max(0, top - base)
        assert list(found.hashes) == mine[base + 1 : base + count + 1]


def test_an_ack_counts_only_for_facts_one_has() -> None:
    """N12, N13: another hash, another epoch, or a number beyond one's own: hello first."""
    mine = chain([b"a", b"b"])

    def reply(**changed: object) -> PushReply:
        fields: dict[str, object] = {"hub_epoch": "e", "server_ms": 0, "answer": "taken", "acked_seq": 2}
        return PushReply(**(fields | {"acked_hash": mine[2].hex()} | changed))  # type: ignore[arg-type]

    hash_at = dict(enumerate(mine)).get
    assert heeded(reply(), "e", hash_at, 2).acked == 2
    assert heeded(reply(acked_seq=1, acked_hash=mine[1].hex()), "e", hash_at, 2).acked == 1
    for wrong in ({"acked_hash": "0" * 64}, {"hub_epoch": "f"}, {"acked_seq": 3}, {"acked_seq": -1}):
        assert heeded(reply(**wrong), "e", hash_at, 2).then == "hello"
    assert heeded(reply(answer="broken"), "e", hash_at, 2).then == "halve"
    assert heeded(reply(answer="superseded"), "e", hash_at, 2).then == "hello"
