"""`packstation order`: lines, parcels and history of one order, beside a running station and with its hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from tests.shop import Bench, order
from tests.workflows.test_shipping import at_door, lpn, pack, shop

CATALOG = """sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags
BLUE-MUG,MUG BLUE 350,2000000000015,100,90,80,350,1295,
"""
LOCATIONS = "location,zone,sequence,aisle,bay,x_mm,y_mm\nA-04-2,A,42,4,2,1,2\n"
STOCK = "site,location,sku,quantity,lot,expiry\nWH-1,A-04-2,BLUE-MUG,40,,\n"
ORDERS = """order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,\
sku,quantity,price_minor,currency,note
4471,web,2026-03-02T09:00:00Z,2026-03-02T16:00:00Z,standard,Jo,Calle 1,,Madrid,,28013,ES,,,BLUE-MUG,2,1295,EUR,
4471,shop,2026-03-02T09:00:00Z,2026-03-02T16:00:00Z,standard,Jo,Calle 1,,Madrid,,28013,ES,,,BLUE-MUG,1,1295,EUR,
4472,web,2026-03-02T09:00:00Z,2026-03-02T16:00:00Z,standard,Jo,Calle 1,,Madrid,,28013,ES,,,BLUE-MUG,1,1295,EUR,
"""


def shipped(folder: Path) -> tuple[Bench, str]:
    """Order 4480, packed, loaded and on a closed manifest. Returns the label's tracking number too."""
    made = shop(folder, "FO-4480-1 UPS")
    label = pack(made, "FO-4480-1")
    at_door(made)
    made.scan(label)
    made.key("*CLOSE")
    return made, label


def asked(capsys: pytest.CaptureFixture[str], folder: Path, wanted: str) -> Any:
    assert main(["order", wanted, "--data", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_lines_parcels_and_history_of_a_shipped_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """commands.md: read while the station has its databases open."""
    made, label = shipped(tmp_path)
    told = asked(capsys, tmp_path, "4480")
    assert told["lines"] == [
        {
            "fo": "FO-4480-1", "line": 1, "sku": "BLUE-MUG", "name": "MUG BLUE 350",
            "ordered": 1, "picked": 1, "packed": 1, "shipped": 1, "short": 0,
        }
    ]  # fmt: skip
    (parcel,) = told["parcels"]
    assert (parcel["carton"], parcel["weight_g"], parcel["tracking"], parcel["state"]) == (
        "M2",
        450,
        label,
        "shipped",
    )
    assert parcel["sscc"] is None
    assert parcel["manifest"] == made.station.desk.manifest
    assert [paper["what"] for paper in parcel["documents"]] == ["label", "slip"]
    kinds = [event["what"] for event in told["timeline"]]
    assert kinds[0] == "OrderOpened"
    assert kinds[-2:] == ["ParcelLoaded", "ManifestClosed"]
    assert {event["user"] for event in told["timeline"]} == {"ANN"}


@pytest.mark.parametrize("wanted", ["#4480", "FO-4480-1", "lpn", "tracking"])
def test_an_order_is_found_by_whatever_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: str
) -> None:
    """FL9.7: order, LPN, tracking number."""
    made, label = shipped(tmp_path)
    code = {"lpn": lpn(made, "FO-4480-1"), "tracking": label}.get(wanted, wanted)
    assert asked(capsys, tmp_path, code)["order"] == "4480"


def test_a_loaded_parcel_is_not_shipped_before_its_manifest_closes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shop(tmp_path, "FO-4480-1 UPS")
    label = pack(made, "FO-4480-1")
    at_door(made)
    made.scan(label)
    told = asked(capsys, tmp_path, "4480")
    assert (told["lines"][0]["packed"], told["lines"][0]["shipped"]) == (1, 0)
    assert told["parcels"][0]["state"] == "loaded"


def test_all_parts_of_an_order_are_shown_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shop(tmp_path, "FO-4480-1 UPS")
    made.change(order("FO-4480-2", {"PLATE": 3}))
    told = asked(capsys, tmp_path, "FO-4480-2")
    assert [(line["fo"], line["ordered"]) for line in told["lines"]] == [("FO-4480-1", 1), ("FO-4480-2", 3)]


def test_the_same_number_at_two_channels_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shop(tmp_path, "FO-4480-1 UPS")
    made.change(order("FO-4480-9", {"PLATE": 1}, channel="market"))
    assert main(["order", "4480", "--data", str(tmp_path), "--json"]) == 1
    shown = capsys.readouterr()
    assert [(one["channel"], one["fos"]) for one in json.loads(shown.out)["matches"]] == [
        ("web", ["FO-4480-1"]), ("market", ["FO-4480-9"]),
    ]  # fmt: skip
    assert "4480: expected one order, got 2" in shown.err


def test_an_order_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(tmp_path)
    assert main(["order", "9999", "--data", str(tmp_path), "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"matches": []}
    assert shown.err == "packstation order: 9999: expected an order this station or its hub knows, got none.\n"


def test_a_folder_without_a_station_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["order", "4480", "--data", str(tmp_path / "nowhere")]) == 2
    assert "station.json" in capsys.readouterr().err


def test_hostile_order_data_reaches_the_terminal_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shop(tmp_path)
    made.change(order("FO-4480-1", {"BLUE-MUG": 1}, channel="\x1b]0;owned\x07web", ship_by="\x1b[2J"))
    assert main(["order", "4480", "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "BLUE-MUG" in out


def hub(folder: Path) -> str:
    """A station with a hub beside it, which holds three orders."""
    data = str(folder / "data")
    assert main(["init", "--data", data, "--site", "WH-1", "--station", "st-07"]) == 0
    for kind, text in (("catalog", CATALOG), ("locations", LOCATIONS), ("stock", STOCK), ("orders", ORDERS)):
        path = folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert main(["import", kind, str(path), "--data", data]) == 0
    return data


def test_the_hubs_decisions_stand_in_the_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """commands.md: the timeline of facts and hub decisions; the order is fetched before it is shown."""
    data = hub(tmp_path)
    capsys.readouterr()
    told = asked(capsys, Path(data), "4472")
    routed = next(event for event in told["timeline"] if event["what"] == "Routed")
    assert (routed["from"], routed["detail"]["site"]) == ("hub", "WH-1")
    assert routed["detail"]["reason"]
    assert told["fos"][0]["state"] == "open"
    assert main(["order", "4471", "--data", data, "--json"]) == 1
    matches = json.loads(capsys.readouterr().out)["matches"]
    assert {one["channel"] for one in matches} == {"web", "shop"}
