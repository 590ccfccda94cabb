"""Whatever is scanned and keyed at a door: a parcel is on one manifest at most, and the board is a replay."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packstation.store import Place, write_place
from sync import facts as f
from tests.shop import Bench, open_bench, order
from tests.workflows.test_shipping import pack, shop

UPS = ("FO-4480-1", "FO-4481-1", "FO-4482-1", "FO-4483-1")
DHL = ("FO-4484-1", "FO-4485-1")
STEPS = st.one_of(
    st.sampled_from([f"scan {what} {n}" for what in ("label", "lpn") for n in range(6)]),
    st.sampled_from(["door D-UPS-2", "door D-DHL-1", "door UPS", "junk X-99"]),
    st.sampled_from(
        ["key f8", "key f7", "key *CLOSE", "key f12", "key f3", "key *SHIPALL", "key *DROP", "key f11", "key *LIST"]
    ),
    st.sampled_from(["hub on_hold 0", "hub cancellation_requested 1", "hub open 0"]),
    st.just("crash"),
)
_numbers = count()


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station's folder with six parcels, one of them never read back; DHL takes its parcels in bulk."""
    folder = tmp_path_factory.mktemp("packed")
    carriers = {"UPS": {"doors": ["D-UPS-2"]}, "DHL": {"doors": ["D-DHL-1"], "door_scan": "no"}}
    made = shop(folder, *(f"{fo} UPS" for fo in UPS), *(f"{fo} DHL" for fo in DHL), carriers=carriers)
    for number, fo in enumerate((*UPS, *DHL)):
        pack(made, fo, label_back=number != 2)
    made.key("*LOAD")
    made.store.close()
    return folder


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_a_parcel_is_on_one_manifest_at_most(packed: Path, steps: list[str]) -> None:
    """FL7.1-FL7.12: conservation of parcels at the doors, J13: board == replay."""
    folder = packed.parent / f"run-{next(_numbers)}"
    shutil.copytree(packed, folder, ignore=shutil.ignore_patterns("*.lock"))
    write_place(Place(folder, "WH-1", "st-07"))
    made = open_bench(folder)
    made.clock.pass_ms(600_000)
    made.scan("B.ANNAAAAAAAAAAAAAAAAAAAAAAA")
    made.key("*LOAD")
    rev = 1
    try:
        for step in steps:
            rev += 1
            made = play(made, step, rev)
            load = made.station.desk.load
            if load is not None:
                fresh = made.station.look.load_again(load)
                assert sorted(fresh.parcels, key=lambda p: p.lpn) == sorted(load.parcels, key=lambda p: p.lpn)
                done, need = load.counts
                assert 0 <= done <= need <= 6
        on_manifest = conserved(made)
        board = made.store.db.execute("SELECT lpn, manifest FROM board_parcel WHERE state = 'loaded'").fetchall()
        assert dict(board) == on_manifest
        before, after = made.store.rebuild()
        assert before == after
    finally:
        made.store.close()
        shutil.rmtree(folder)


def play(made: Bench, step: str, rev: int) -> Bench:
    word, _, rest = step.partition(" ")
    if word == "crash":
        return made.again()
    if word == "key":
        made.key(rest)
    elif word in ("door", "junk"):
        made.scan(rest)
    elif word == "hub":
        state, number = rest.split()
        made.change(order(UPS[int(number)], {"BLUE-MUG": 1}, rev=rev, state=state))
        made.station.tick()
    else:
        what, number = rest.split()
        fo = (*UPS, *DHL)[int(number)]
        box = made.store.order(fo).boxes[0]
        assert box.label is not None
        made.scan(box.lpn if what == "lpn" else box.label.tracking)
    if made.station.message is not None and made.station.message.sticky in ("A", "B"):
        made.key("f12")
    return made


def conserved(made: Bench) -> dict[str, str]:
    """LPN -> manifest, told by the facts alone; asserts what must hold on the way."""
    undone = {i for e in made.store.journal.all() if isinstance(e.fact, f.GestureUndone) for i in e.fact.facts}
    on: dict[str, str] = {}
    carriers: dict[str, str] = {}
    closed: set[str] = set()
    for entry in made.store.journal.all():
        fact = entry.fact
        match fact:
            case f.ManifestOpened():
                assert fact.manifest not in carriers
                carriers[fact.manifest] = fact.carrier
            case f.ParcelLoaded() if entry.fact_id not in undone:
                assert fact.carton not in on, "a parcel was loaded twice"
                assert fact.manifest not in closed, "a parcel was loaded on a closed manifest"
                assert carriers[fact.manifest] == ("DHL" if entry.fo in DHL else "UPS")
                on[fact.carton] = fact.manifest
            case f.ParcelUnloaded():
                assert on.pop(fact.carton) == fact.manifest
            case f.ParcelLeft():
                assert fact.carton not in on, "a parcel on the manifest was said to have stayed"
            case f.ManifestClosed():
                assert fact.manifest not in closed
                loaded = [lpn for lpn, manifest in on.items() if manifest == fact.manifest]
                assert (fact.count, fact.weight_g) == (len(loaded), 450 * len(loaded))
                closed.add(fact.manifest)
            case _:
                pass
    return on
