"""`packstation hub ...` from outside: serve, check, why, route, enrol, review."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.commands.hub_shop import filled, packstation, packstation_started, told
from tests.sync.hub.shop import ORDER_HEAD, order_row
from tests.sync.hub_process import HubProcess


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = filled(tmp_path_factory.mktemp("shop"))
    orders = data.parent / "orders.csv"
    orders.write_text(
        ORDER_HEAD + order_row("4471") + order_row("4474", "TEA-250", 3) + order_row("4475", "NOPE", name="Zebulon")
    )
    assert packstation("import", "orders", str(orders), data=data).returncode == 0
    return data


def test_check_says_that_all_laws_hold(shop: Path) -> None:
    done = packstation_started("hub", "check", "--json", data=shop)
    assert (done.returncode, told(done)) == (0, [])
    assert packstation("hub", "check", data=shop).stdout == "All laws hold.\n"


def test_check_lists_what_breaks_a_law(tmp_path: Path) -> None:
    """T16: a unit that vanished from the books is found."""
    data = filled(tmp_path)
    with sqlite3.connect(data / "hub.db") as db:
        db.execute("UPDATE stock SET on_hand = on_hand - 1 WHERE site_id = 'NYC' AND sku = 'BLUE-MUG'")
    db.close()
    done = packstation("hub", "check", "--json", data=data)
    assert done.returncode == 1
    (row,) = told(done)
    assert (row["law"], row["site"], row["what"], row["expected"], row["got"]) == (
        *("c1", "NYC", "BLUE-MUG on_hand", 10, 9),
    )
    assert "break a law" in done.stderr


def test_why_shows_the_stored_decision(shop: Path) -> None:
    done = packstation("hub", "why", "4471", "--verify", "--json", data=shop)
    assert done.returncode == 0
    (order,) = told(done)["orders"]
    (decision,) = order["decisions"]
    assert (decision["site"], decision["fo"], decision["follows"]) == ("NYC", "FO-4471-1", True)
    assert [one["site"] for one in decision["candidates"]] == ["DEN", "NYC"]
    assert "NYC is nearest: postcode 100." in packstation("hub", "why", "FO-4471-1", data=shop).stdout
    assert "now waits: TEA-250: 3 wanted" in packstation("hub", "why", "4474", data=shop).stdout
    unknown = packstation("hub", "why", "9999", data=shop)
    assert unknown.returncode == 1
    assert "expected an order the hub knows" in unknown.stderr


def test_why_finds_a_decision_that_does_not_follow(tmp_path: Path) -> None:
    data = filled(tmp_path)
    orders = tmp_path / "o.csv"
    orders.write_text(ORDER_HEAD + order_row("4471"))
    packstation("import", "orders", str(orders), data=data)
    with sqlite3.connect(data / "hub.db") as db:
        db.execute("UPDATE decision SET site_id = 'DEN'")
    db.close()
    done = packstation("hub", "why", "4471", "--verify", data=data)
    assert done.returncode == 1
    assert "4471 decision 1" in done.stderr


def test_route_says_where_an_order_would_go(shop: Path) -> None:
    done = packstation("hub", "route", "4474", "--dry-run", "--json", data=shop)
    assert told(done)["plans"][0]["code"] == "no_stock"
    assert packstation("hub", "route", "4471", data=shop).stdout == "4471: waits: No unit of it waits to be routed.\n"
    plan = shop.parent / "plan.json"
    plan.write_text("{}")
    assert packstation("hub", "route", str(plan), data=shop).returncode == 1


def test_review_lists_what_was_refused_without_a_name(shop: Path) -> None:
    done = packstation("hub", "review", "--json", data=shop)
    (row,) = told(done)["review"]
    assert (row["order"], row["path"]) == ("4475", "row[4].sku")
    assert "Zebulon" not in done.stdout


def test_a_station_enrols_with_a_code_and_keeps_its_token_to_itself(tmp_path: Path) -> None:
    """X4: the code at the hub, the code at the station, and station.json is the owner's alone."""
    data = filled(tmp_path)
    hub = HubProcess(data)
    try:
        code = told(packstation("hub", "enrol", "--site", "DEN", "--station", "st-02", "--json", data=data))["code"]
        bench = tmp_path / "bench"
        done = packstation("hub", "enrol", "--hub", hub.url, "--code", code, data=bench)
        assert done.returncode == 0, done.stderr
        told_there = json.loads((bench / "station.json").read_text())
        assert (told_there["site"], told_there["station"], len(told_there["token"])) == ("DEN", "st-02", 64)
        assert (bench / "station.json").stat().st_mode & 0o777 == 0o600
        assert told_there["token"] not in done.stdout
        again = packstation("hub", "enrol", "--hub", hub.url, "--code", code, data=bench)
        assert again.returncode == 1
    finally:
        hub.stop()


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["hub", "serve", "--host", "0.0.0.0"], 2, "expected 127.0.0.1 or ::1 without a certificate"),
        (["hub", "serve", "--port", "70000"], 2, "expected 0 to 65535"),
        (["hub", "serve", "--database", "mysql://x"], 1, "expected sqlite or postgresql+psycopg"),
        (["hub", "serve", "--database", "what"], 1, "expected sqlite:///PATH"),
        (["hub", "serve", "--database", "sqlite:////nowhere/at/all/hub.db"], 2, "No such file"),
        (["hub", "check"], 1, "expected a hub"),
        (["hub", "enrol"], 2, "expected --site and --station"),
        (["hub"], 2, "PART"),
    ],
)
def test_every_trouble_is_one_line_and_an_exit_code(tmp_path: Path, words: list[str], code: int, text: str) -> None:
    done = packstation(*words, data=tmp_path)
    assert done.returncode == code, done.stderr
    assert text in done.stderr
