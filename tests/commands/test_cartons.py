"""`packstation cartons`: what packing taught, without a screen; and plans that a release leaves behind."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.cartons.words import sentences
from packstation.station import planning
from packstation.station.cartoning import Answered
from packstation.station.exceptions import open_exceptions
from packstation.station.suggesting import Cartoner
from packstation.station.supplies import SupplyRoom
from packstation.store.view import StoreView
from packstation.workflows.suggestion import Wanted
from packstation.workflows.texts import words
from tests.shop import ANN, BLUE_MUG, EVA_PIN, PLATE, Bench, bench, item, order


@pytest.fixture(autouse=True)
def without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute for every data directory is too long for a test: the plans are pure."""
    monkeypatch.setattr(planning.PlanRun, "_was_compiled", lambda run: False)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert main(["cartons", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def pack(made: Bench, fo: str, into: str, why: str) -> None:
    """Pack an order of one mug and one plate into another carton than the suggested M2."""
    made.scan(fo, fo)
    if into != "M2":
        made.scan(into)
        made.key(why)
    made.scan(BLUE_MUG, PLATE)
    tare_g = 100
    made.station.weight(350 + 500 + tare_g)
    label = made.store.order(fo).boxes[-1].labels[-1].tracking
    made.scan(label)
    assert made.station.state == "IDLE", made.station.message


@pytest.fixture
def packed(tmp_path: Path) -> Bench:
    made = bench(tmp_path)
    fos = [f"FO-45{n:02d}-1" for n in range(4)]
    made.change(*(order(fo, {"BLUE-MUG": 1, "PLATE": 1}) for fo in fos))
    for fo, into, why in zip(fos, ("M2", "L3", "L3", "S1"), ("", "1", "1", "2"), strict=True):
        pack(made, fo, into, why)
    return made


def measure(made: Bench, *sides: int) -> None:
    made.key("*MEASURE")
    made.scan(PLATE)
    for side in sides:
        made.key(f"={side}")
    made.station.weight(480)


def test_suspects_proposals_and_cartons_that_ran_out_are_listed(
    packed: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT1.3, CT6.4: for the supervisor, on the board and as a command."""
    for sides in ((120, 90, 80), (80, 121, 91), (122, 91, 81)):
        measure(packed, *sides)
    shown = {(row.what, words(row.text).partition(":")[0].partition(" ")[0]) for row in open_exceptions(packed.store)}
    assert shown >= {("size in doubt", "BLUE-MUG"), ("size to approve", "PLATE"), ("carton ran out", "M2")}
    packed.store.close()
    data = str(tmp_path)
    answer = told(capsys, "suspects", "--data", data)
    assert [(one["sku"], one["why"], one["times"], one["parcels"]) for one in answer["suspects"]] == [
        ("BLUE-MUG", "too_small", 2, 4),
        ("PLATE", "too_small", 2, 4),
    ]
    (proposal,) = answer["proposals"]
    assert (proposal["sku"], proposal["size_mm"], proposal["catalog_mm"]) == ("PLATE", [121, 91, 80], [100, 90, 80])
    assert [one["code"] for one in answer["out_of_stock"]] == ["M2"]
    monkeypatch.setattr("sys.stdin", io.StringIO("000000\n"))
    assert main(["cartons", "approve", "PLATE", "--data", data]) == 1
    assert "PIN of EVA: expected the right one, got a wrong one" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{EVA_PIN}\n"))
    approved = told(capsys, "approve", "PLATE", "--data", data)
    assert approved == {"sku": "PLATE", "size_mm": [121, 91, 80], "weight_g": 480}
    assert told(capsys, "count", "M2", "40", "--data", data) == {"carton": "M2", "count": 40}
    after = told(capsys, "suspects", "--data", data)
    assert [one["sku"] for one in after["suspects"]] == ["BLUE-MUG"]
    assert (after["proposals"], after["out_of_stock"]) == ([], [])


def test_figures_say_what_the_suggestions_were_worth(
    packed: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CT1.8: accepted, fill, void, money, overrides by reason, carton and item."""
    packed.store.close()
    answer = told(capsys, "figures", "--data", str(tmp_path))
    assert (answer["boxes"], answer["suggested"], answer["accepted"], answer["accepted_permille"]) == (4, 4, 1, 250)
    assert answer["overrides_by_reason"] == {"too_small": 2, "out_of_stock": 1}
    assert answer["overrides_by_carton"] == {"M2>L3": 2, "M2>S1": 1}
    assert answer["overrides_by_sku"] == {"BLUE-MUG": 3, "PLATE": 3}
    units_mm3, inner_mm3 = 4 * 2 * 720_000, 310 * 220 * 140 + 2 * 400 * 300 * 300 + 200 * 150 * 100
    assert answer["fill_permille"] == 1000 * units_mm3 // inner_mm3
    assert answer["void_l"] == (inner_mm3 - units_mm3) // 1_000_000
    assert main(["cartons", "figures", "--data", str(tmp_path)]) == 0
    assert "25.0 % accepted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("approve", "PLATE"), 1, "expected three measurements that agree, or --size, got neither"),
        (("approve", "PLATE", "--size", "big"), 2, "expected three sides in mm such as 122x98x92, got 'big'"),
        (("approve", "NO-SUCH", "--size", "1x2x3"), 1, "expected an item of the catalog, got none"),
        (("count", "XXL", "3"), 1, "expected a carton type of the catalog, got none"),
        (("count", "M2", "-3"), 2, "expected 0 to 1000000, got -3"),
        (("count", "M2", "3", "--user", "ANN"), 1, "expected a user who may see the board, got a packer"),
        (("plan", "W-9"), 1, "wave W-9: expected a wave with orders, got none"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    words: tuple[str, ...], code: int, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(tmp_path, signed_in=None).store.close()
    assert main(["cartons", *words, "--data", str(tmp_path)]) == code
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


def test_a_measured_size_counts_at_this_station_at_once(tmp_path: Path) -> None:
    """CT6.3: before any hub heard of it."""
    made = bench(tmp_path)
    cartons = Cartoner(made.store, made.clock.wall_ms)
    job = made.store.job("FO-4472-1")
    assert job is not None
    before = cartons.now(job, Wanted())
    assert before is not None
    assert before.code == "S1"
    made.key("*MEASURE")
    made.scan(PLATE)
    for side in (300, 200, 120):
        made.key(f"={side}")
    # Three times the catalog's: the bench asks whether that is right.
    made.key("*OK")
    made.station.weight(480)
    after = cartons.now(job, Wanted())
    assert after is not None
    assert after.code in ("M2", "L3")
    assert {lie.sku: sorted(lie.size_mm) for lie in after.lies}["PLATE"] == [120, 200, 300]


def test_a_carton_that_ran_out_is_suggested_no_more(tmp_path: Path) -> None:
    """CT1.3: at once at this station; counted, it is back."""
    made = bench(tmp_path)
    cartons = Cartoner(made.store, made.clock.wall_ms)
    made.station.look._suggest = cartons.now
    made.scan("FO-4472-1", "FO-4472-1", "M2")
    made.key("2")
    job = made.store.job("FO-4471-1")
    assert job is not None
    without = cartons.now(job, Wanted())
    assert without is not None
    assert without.code == "M2"
    assert "S1 is out of stock" in sentences(without.why)
    made.store.close()
    assert main(["cartons", "count", "S1", "5", "--data", str(tmp_path)]) == 0
    again = bench(tmp_path, signed_in=ANN)
    back = Cartoner(again.store, again.clock.wall_ms).now(job, Wanted())
    assert back is not None
    assert back.code == "S1"
    again.store.close()


def test_a_released_wave_is_planned_without_anybody_waiting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CT9: `wave release` returns at once; a process of its own plans every order of the wave."""
    made = bench(tmp_path, signed_in=None)
    place = made.store.place
    made.store.close()
    data = str(tmp_path)
    assert main(["wave", "plan", "--data", data]) == 0
    assert main(["wave", "release", "--all", "--data", data]) == 0
    capsys.readouterr()
    ends = time.monotonic() + 60
    plans: list[Any] = []
    while time.monotonic() < ends and len(plans) < 5:
        view = StoreView(place)
        plans = [plan for n in range(1, 6) if (plan := view.mirror.plans.of_order(f"FO-447{n}-1")) is not None]
        view.close()
        time.sleep(0.1)
    assert len(plans) == 5
    answer = told(capsys, "plan", "W-1", "--data", data)
    assert answer["orders"] == 5
    assert sum(answer.get(status, 0) for status in ("proven", "searched", "estimated")) == 5


def never_done(*_: object, **__: object) -> Answered:
    """What a worker answers whom the clock always stops."""
    return Answered(None, stopped=True)


def test_orders_that_the_clock_cut_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CT5.10: a plan that was cut is not kept, and whoever asked for plans hears of it."""
    bench(tmp_path, signed_in=None).store.close()
    monkeypatch.setattr(planning, "answered", never_done)
    answer = told(capsys, "plan", "--data", str(tmp_path))
    assert answer == {"orders": 5, "planned": 0, "cut_by_clock": 5}
    assert main(["cartons", "plan", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "orders 5, planned 0, cut_by_clock 5\n"


def test_an_order_without_a_plan_is_named_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CT1.4, CT3.1: `none 1` alone tells nobody what to do."""
    made = bench(tmp_path, signed_in=None)
    made.change(
        *item("MAST", "MAST", "2000000000169", length_mm=4_000, width_mm=90, height_mm=90, weight_g=9_000),
        order("FO-4499-1", {"MAST": 1}),
    )
    made.store.close()
    assert main(["cartons", "plan", "--data", str(tmp_path)]) == 0
    heard = capsys.readouterr()
    assert "none 1" in heard.out
    assert heard.err == (
        "packstation cartons plan: FO-4499-1: no carton. No carton holds any of this. "
        "Not placed: 1 unit (MAST): too large for every carton.\n"
    )


def test_a_rate_sheet_prices_the_suggestion(tmp_path: Path) -> None:
    """CT4.4, CT4.5: service, zone and day choose the sheet; alternatives tell the difference in money."""
    made = bench(tmp_path)
    band = {"zone": "1", "over_g": 0, "upto_g": None, "price_minor": 0, "per_step_minor": 100}
    zone = {"zone": "1", "origin_country": "DE", "origin_from": "", "origin_thru": "", "dest_country": "ES",
            "dest_from": "", "dest_thru": "", "over_km": None, "upto_km": None}  # fmt: skip
    sheet = {"currency": "EUR", "dim_divisor_mm3_per_g": 5000, "weight_step_g": 500, "bands": [band], "zones": [zone],
             "charges": []}  # fmt: skip
    revisions = [
        {**sheet, "hash": "old", "valid_from": "2020-01-01"},
        {**sheet, "hash": "new", "valid_from": "2026-03-02"},
    ]
    made.change(("rate", "UPS/standard", {"carrier": "UPS", "service": "standard", "revisions": revisions}))
    job = made.store.job("FO-4471-1")
    assert job is not None
    found = Cartoner(made.store, made.clock.wall_ms).now(job, Wanted())
    assert found is not None
    # S1 206x156x106 mm: 900 g billed as 1,000 -> 2.00; M2 316x226x146 mm: dim 2,086 g billed as 2,500 -> 5.00.
    assert (found.code, found.saves, found.than, found.sheet) == ("S1", "€3.00", "M2 (dim 2.1 kg)", "new")
    assert found.alternatives[0] == ("M2", "M2 +€3.00 · 15 %")


def test_a_surcharge_applies_where_the_order_says_so(tmp_path: Path) -> None:
    """CT4.4, hub P2: hazmat by the flags of the items, residential by the address."""
    made = bench(tmp_path)
    band = {"zone": "1", "over_g": 0, "upto_g": None, "price_minor": 100, "per_step_minor": 0}
    zone = {"zone": "1", "origin_country": "", "origin_from": "", "origin_thru": "", "dest_country": "",
            "dest_from": "", "dest_thru": "", "over_km": None, "upto_km": None}  # fmt: skip
    charges = [
        {"code": when, "when": when, "limit": "", "amount_minor": minor, "valid_from": "2020-01-01"}
        for when, minor in (("residential", 455), ("hazmat", 3_500), ("signature", 700))
    ]
    sheet = {"hash": "new", "valid_from": "2020-01-01", "currency": "EUR", "weight_step_g": 500, "bands": [band],
             "zones": [zone], "charges": charges}  # fmt: skip
    home = order("FO-4490-1", {"PLATE": 1})
    home[2]["to"]["residential"] = True
    made.change(
        ("rate", "UPS/standard", {"carrier": "UPS", "service": "standard", "revisions": [sheet]}),
        home,
        *item("GLUE", "GLUE", "2000000000077", length_mm=90, width_mm=40, height_mm=40, flags=["hazmat:3"]),
        order("FO-4491-1", {"GLUE": 1, "PLATE": 1}, signature=True),
        order("FO-4492-1", {"PLATE": 1}),
    )
    room = SupplyRoom(made.store.mirror, made.store.db)
    told_minor = {}
    for fo in ("FO-4490-1", "FO-4491-1", "FO-4492-1"):
        doc = made.store.mirror.doc(fo)
        assert doc is not None
        told_minor[fo] = sum(row.amount_minor for row in room.of(doc, "2026-03-02").rate.surcharges)
    assert told_minor == {"FO-4490-1": 455, "FO-4491-1": 4_200, "FO-4492-1": 0}
