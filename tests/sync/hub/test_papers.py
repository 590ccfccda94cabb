"""What carriers answer and which papers go along, from the import to the bench's copy (floor.md FL5.13-FL5.19)."""

from __future__ import annotations

import base64
from typing import Any

from sync import facts
from sync.client import Client
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row, packed

FO = "FO-4471-1"
LPN = "C-st-07-000001"
HEAD = "fo,tracking,carton,carrier,service,carton_type,weight_g,format,content,scan_keys,refused,words\n"
ZPL = base64.b64encode(b"^XA^FO20,20^FD1Z001^FS^XZ").decode()


def told(client: Client, bench: Bench, fo: str = FO) -> dict[str, Any]:
    """The order as the bench's copy has it after an exchange."""
    assert client.exchange().error == ""
    found: dict[str, Any] = bench.copies("fo")[fo]
    return found


def test_a_label_bought_ahead_reaches_the_bench(shop: Shop, bench: Bench, client: Client) -> None:
    """FL5.13: with the exact contents of its symbols, and the bytes the carrier made."""
    shop.orders(order_row("4471"))
    row = f"{FO},1Z001,,UPS,Ground,BOX-S,820,zpl,{ZPL},420100011Z001|1Z001,,\n"
    assert shop.take("labels", HEAD + row)["created"] == 1
    assert shop.take("labels", HEAD + row)["unchanged"] == 1
    assert told(client, bench)["labels"] == [
        {
            "tracking": "1Z001", "service": "Ground", "carrier": "UPS", "format": "zpl",
            "scan_keys": ["420100011Z001", "1Z001"], "carton_type": "BOX-S", "weight_g": 820, "content": ZPL,
        }
    ]  # fmt: skip


def test_a_refusal_comes_down_and_ends_with_a_label(shop: Shop, bench: Bench, client: Client) -> None:
    """FL5.14, FL5.19: the carrier's words reach the bench; a label for the order settles it."""
    shop.orders(order_row("4471"))
    shop.take("labels", HEAD + f"{FO},,,UPS,Ground,,,,,,ADDRESS,No such house number\n")
    assert told(client, bench)["refused"] == [{"carton": None, "code": "ADDRESS", "words": "No such house number"}]
    shop.take("labels", HEAD + f"{FO},1Z001,,UPS,Ground,,,,,,,\n")
    body = told(client, bench)
    assert body["refused"] == []
    assert [label["tracking"] for label in body["labels"]] == ["1Z001"]


def test_a_refusal_of_one_box_leaves_the_others(shop: Shop, bench: Bench, client: Client) -> None:
    shop.orders(order_row("4471"))
    shop.take("labels", HEAD + f"{FO},,{LPN},UPS,,,,,,,TOO-HEAVY,\n{FO},1Z001,C-st-07-000002,UPS,,,,,,,,\n")
    assert told(client, bench)["refused"] == [{"carton": LPN, "code": "TOO-HEAVY", "words": "TOO-HEAVY"}]


def test_another_address_ends_what_the_carrier_said_of_the_old_one(shop: Shop, bench: Bench, client: Client) -> None:
    """FL4.53, C8: the address may be put right while the bench holds the order; the old labels are void."""
    shop.orders(order_row("4471"))
    shop.take("labels", HEAD + f"{FO},,,UPS,,,,,,,ADDRESS,No such street\n")
    assert told(client, bench)["claim"]["station"] == "st-07"
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN)
    before = told(client, bench)
    assert shop.orders(order_row("4471", address1="12 First St"))["updated"] == 1
    after = told(client, bench)
    assert (after["refused"], after["to"]["lines"]) == ([], ["12 First St"])
    assert after["rev"] > before["rev"]
    assert shop.broken() == []


def conflicts(shop: Shop) -> list[tuple[str, str, bool]]:
    rows = shop.rows("SELECT code, conflict, resolved_at FROM conflict ORDER BY conflict")
    return [(code, name, ended is not None) for code, name, ended in rows]


def label(number: int) -> facts.LabelAssigned:
    return facts.LabelAssigned(
        carton=LPN, label=f"L-{LPN}-{number}", tracking=f"1Z00{number}", source="house", scan_key_digests=()
    )


def test_a_label_made_without_knowing_the_new_address_is_told_until_it_is_void(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """C8: a label fact with an older revision is stale_rev; a bench that saw the change makes a good one."""
    shop.orders(order_row("4471"))
    fence = told(client, bench)["claim"]["fence"]
    assert shop.orders(order_row("4471", address1="12 First St"))["updated"] == 1
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN, claim=fence)
    rev = told(client, bench)["rev"]
    assert conflicts(shop) == [("stale_rev", f"stale_rev:{FO}:L-{LPN}-1", False)]
    seen = facts.ChangeSeen(rev=rev, what="address")
    bench.did(FO, seen, facts.LabelVoided(label=f"L-{LPN}-1", reason="address"), label(2), claim=fence)
    assert client.exchange().error == ""
    assert conflicts(shop) == [("stale_rev", f"stale_rev:{FO}:L-{LPN}-1", True)]
    assert shop.broken() == []


def test_a_parcel_that_leaves_under_the_old_address_is_told(shop: Shop, bench: Bench, client: Client) -> None:
    """C8: labelled before the change, loaded by a bench that has not heard of it: somebody has to intercept it."""
    shop.orders(order_row("4471"))
    fence = told(client, bench)["claim"]["fence"]
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN, claim=fence)
    assert client.exchange().error == ""
    assert conflicts(shop) == []
    assert shop.orders(order_row("4471", address1="12 First St"))["updated"] == 1
    bench.did(FO, facts.ParcelLoaded(carton=LPN, label=f"L-{LPN}-1", manifest="M-1"))
    assert client.exchange().error == ""
    assert conflicts(shop) == [("stale_rev", f"stale_rev:{FO}:L-{LPN}-1", False)]
    assert shop.rows("SELECT outcome, code FROM fact WHERE kind = 'ParcelLoaded'") == [("conflict", "stale_rev")]


def test_an_address_put_right_before_anybody_began_makes_no_label_stale(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """C8: whoever claims the order afterwards was never told of another one."""
    shop.orders(order_row("4471"))
    assert shop.orders(order_row("4471", address1="12 First St"))["updated"] == 1
    fence = told(client, bench)["claim"]["fence"]
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN, claim=fence)
    assert client.exchange().error == ""
    assert conflicts(shop) == []


def test_another_address_comes_too_late_when_the_box_is_on_the_truck(
    shop: Shop, bench: Bench, client: Client
) -> None:
    """FL4.52."""
    shop.orders(order_row("4471"))
    client.exchange()
    packed(bench, FO, 1, "BLUE-MUG", 2, LPN)
    bench.did(FO, facts.ParcelLoaded(carton=LPN, label=f"L-{LPN}-1", manifest="M-1"))
    client.exchange()
    refused = shop.orders(order_row("4471", address1="12 First St"))["rejected"]
    assert "nobody works on" in refused[0]["reason"]


def test_wrong_rows_about_labels_are_refused_by_themselves(shop: Shop) -> None:
    shop.orders(order_row("4471"), order_row("4472"))
    done = shop.take(
        "labels",
        HEAD
        + f"{FO},,,UPS,,,,,,,,\n"  # neither
        + f"{FO},1Z001,,UPS,,,,,,,ADDRESS,\n"  # both
        + "FO-9999-1,1Z002,,UPS,,,,,,,,\n"
        + f"{FO},1Z003,,UPS,,,,gif,,,,\n"
        + f"{FO},1Z004,,UPS,,,,zpl,not base64!,,,\n"
        + f"{FO},1Z005,,UPS,,,,,,,,\n"
        + "FO-4472-1,1Z005,,UPS,,,,,,,,\n",
    )
    assert (done["created"], [row["path"] for row in done["rejected"]]) == (
        1,
        ["tracking", "tracking", "fo", "format", "content", "tracking"],
    )


def test_papers_of_other_systems_are_told_by_a_file(shop: Shop, bench: Bench, client: Client) -> None:
    head = "fo,document,required,ready\n"
    shop.orders(order_row("4471"))
    assert shop.take("documents", head + f"{FO},invoice,warn,no\n")["created"] == 1
    assert told(client, bench)["documents"] == [{"kind": "invoice", "required": "warn", "ready": False}]
    assert shop.take("documents", head + f"{FO},invoice,warn,yes\n")["updated"] == 1
    assert told(client, bench)["documents"] == [{"kind": "invoice", "required": "warn", "ready": True}]
    wrong = shop.take(
        "documents", head + f"{FO},Invoice 7,warn,yes\n{FO},invoice,maybe,yes\n{FO},customs,warn,soon\n"
    )
    assert [row["path"] for row in wrong["rejected"]] == ["document", "required", "ready"]
