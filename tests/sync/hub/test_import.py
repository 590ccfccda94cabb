"""Files into the hub: what goes in, what is refused with row, path and reason, and what garbage does to memory."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sync.hub.intake.read import Unusable
from sync.hub.tables.database import one
from tests.sync.hub.shop import CATALOG, ORDER_HEAD, Shop, order_row

ROOT = Path(__file__).resolve().parent.parent.parent.parent

SHOPIFY_HEAD = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Total,Shipping Method,"
    "Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,"
    "Lineitem fulfillment status,Shipping Name,Shipping Address1,Shipping Address2,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Cancelled at,Phone,Phone\n"
)


def shopify_row(number: str, sku: str, units: str = "1", price: str = "12.95", **other: str) -> str:
    """A row of Shopify's export; `first=""` is a further line of the order above."""
    first = other.get("first", "yes")
    lead = (
        f"ann@example.com,{other.get('status', 'paid')},2026-11-20,unfulfilled,{other.get('currency', 'USD')},1,1,1,"
        "Express,2026-11-20 10:15:00 -0500"
        if first
        else ",,,,,,,,,"
    )
    to = (
        f"{other.get('name', 'Ann Lee')},1 First St,,New York,{other.get('zip', chr(39) + '10001')},NY,US,,"
        f"{other.get('note', '')},{other.get('cancelled', '')},,"
        if first
        else ",,,,,,,,,,,"
    )
    ships = f"{other.get('ships', 'true')},{other.get('done', 'pending')}"
    return f"{number},{lead},{units},Thing,{price},{sku},{ships},{to}\n"


def test_our_own_orders_go_in_once(shop: Shop) -> None:
    rows = (order_row("4471", quantity=2), order_row("4472", "RED-MUG", 1), order_row("4472", "BLUE-MUG", 1))
    assert counts(shop.orders(*rows)) == (2, 0, 0, 0)
    assert counts(shop.orders(*rows)) == (0, 2, 0, 0)
    assert shop.rows("SELECT order_id, line, sku, ordered FROM order_line ORDER BY order_id, line") == [
        ("4471", 1, "BLUE-MUG", 2),
        ("4472", 1, "RED-MUG", 1),
        ("4472", 2, "BLUE-MUG", 1),
    ]
    assert shop.broken() == []


def test_a_dry_run_says_the_same_and_changes_nothing(shop: Shop) -> None:
    rows = (order_row("4471"), order_row("4472", "NOPE"))
    assert counts(shop.orders(*rows, dry_run=True)) == (1, 0, 0, 1)
    assert shop.rows("SELECT * FROM orders") == []
    assert shop.rows("SELECT * FROM intake_row") == []
    assert shop.stock("NYC", "BLUE-MUG") == {"on_hand": 10, "rev": 1}
    assert counts(shop.orders(*rows)) == (1, 0, 0, 1)


def test_an_order_goes_in_whole_or_not_at_all(lite_shop: Shop) -> None:
    """I1: one bad line refuses the order; the good orders around it go in."""
    done = lite_shop.orders(
        order_row("1"), order_row("2"), order_row("2", "NOPE"), order_row("2", "RED-MUG"), order_row("3")
    )
    assert counts(done) == (2, 0, 0, 1)
    assert done["rejected"] == [
        {"row": 4, "order": "2", "path": "row[4].sku", "reason": "expected an item of the catalog, got 'NOPE'."}
    ]
    assert lite_shop.rows("SELECT what, key, row, state FROM intake_row") == [("orders", "2", 4, "open")]


def test_a_refused_order_goes_in_when_it_is_put_right(lite_shop: Shop) -> None:
    lite_shop.orders(order_row("1", "NOPE"))
    assert counts(lite_shop.orders(order_row("1", "RED-MUG"))) == (1, 0, 0, 0)
    assert lite_shop.rows("SELECT state FROM intake_row") == [("settled",)]


@pytest.mark.parametrize(
    ("row", "path", "told"),
    [
        (order_row("1", quantity=0), "row[2].quantity", "expected 1 to 9999, got 0."),
        (order_row("1", quantity=-3), "row[2].quantity", "expected 1 to 9999, got -3."),
        (order_row("1", quantity="two"), "row[2].quantity", "expected a whole number, got 'two'."),
        (order_row("1", quantity="1.5"), "row[2].quantity", "expected a whole number, got '1.5'."),
        (order_row("1", quantity="9" * 30), "row[2].quantity", "expected a whole number"),
        (order_row("1", price_minor="12.95"), "row[2].price_minor", "expected a whole number, got '12.95'."),
        (order_row("1", price_minor="-1"), "row[2].price", "expected 0 or more, got -1."),
        (order_row("1", currency="Dollar"), "currency", "expected three letters, got 'DOLLAR'."),
        (order_row("1", ordered_at="yesterday"), "ordered_at", "expected a time such as"),
        (order_row("1", ship_by="99999-01-01"), "ship_by", "expected a time such as"),
        (order_row("1", postcode="1"), "postcode", "expected a postcode of US, got 1 other characters."),
        (order_row("1", country="USA"), "country", "expected two letters, got 'USA'."),
        (order_row("1", name=""), "name", "expected a name, got none."),
        (order_row("1", address1=""), "address1", "expected a street line, got none."),
        (order_row(""), "order", "expected an order number, got none."),
        (order_row("1", sku=""), "row[2].sku", "expected an item code, got none."),
        (order_row("1", name="A\0B"), "row", "expected text, got a NUL byte."),
    ],
)
def test_wrong_values_are_named(lite_shop: Shop, row: str, path: str, told: str) -> None:
    done = lite_shop.orders(row)
    assert counts(done) == (0, 0, 0, 1)
    assert done["rejected"][0]["path"] == path
    assert told in done["rejected"][0]["reason"]
    assert "O'Brien" not in json.dumps(done), "no name in a reason (I10)"


def test_an_order_told_twice_with_other_content_is_refused(lite_shop: Shop) -> None:
    """Neither half can be trusted; the same order copied below itself counts once."""
    done = lite_shop.orders(order_row("1", quantity=2), order_row("2"), order_row("1", quantity=3), order_row("2"))
    assert counts(done) == (1, 1, 0, 1)
    assert "rows 2 and 4" in done["rejected"][0]["reason"]
    done = lite_shop.orders(order_row("3"), order_row("4"), order_row("3"))
    assert counts(done) == (2, 1, 0, 0)


def test_hidden_characters_are_taken_out_of_names(lite_shop: Shop) -> None:
    """I9, B12: escapes and bidi marks of order data never reach a screen or a label."""
    lite_shop.orders(order_row("1", name="Ann\x1b[31m \u202eLee\u200b"))
    address = json.loads(lite_shop.rows("SELECT address FROM pii")[0][0])
    assert address["name"] == "Ann[31m Lee"


def test_names_stand_in_one_table_only(lite_shop: Shop) -> None:
    """I10: an order's address is in `pii` and in no event, decision or review row."""
    lite_shop.orders(order_row("1", name="Zebulon Quartz"), order_row("2", "NOPE", name="Zebulon Quartz"))
    for (table,) in lite_shop.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        held = str(lite_shop.rows(f"SELECT * FROM {table}"))
        assert ("Zebulon" in held) == (table == "pii"), table


def test_other_encodings_are_read_or_named_never_guessed_at(lite_shop: Shop) -> None:
    """I4: UTF-8 with or without BOM, else cp1252, said so; a declared one; UTF-16 is named."""
    text = ORDER_HEAD + order_row("1", name="Zoë Müller")
    assert counts(lite_shop.take("orders", b"\xef\xbb\xbf" + text.encode())) == (1, 0, 0, 0)
    done = lite_shop.take("orders", text.replace("1,web", "2,web").encode("cp1252"))
    assert counts(done) == (1, 0, 0, 0)
    assert done["notes"] == ["orders.csv line 2: expected utf-8, got byte 0xeb. Read as cp1252."]
    names = [json.loads(row[0])["name"] for row in lite_shop.rows("SELECT address FROM pii")]
    assert names == ["Zoë Müller"] * 2
    japanese = text.replace("1,web", "3,web").replace("Zoë Müller", "山田花子").encode("shift_jis")
    assert counts(lite_shop.take("orders", japanese, encoding="shift_jis")) == (1, 0, 0, 0)
    with pytest.raises(Unusable, match="got UTF-16"):
        lite_shop.take("orders", text.encode("utf-16"))
    with pytest.raises(Unusable, match="expected ascii"):
        lite_shop.take("orders", text.encode(), encoding="ascii")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected the columns order"),
        ("order,sku\n1,A\n", "expected the column ordered_at, name, address1, city, postcode, country, quantity"),
        ("\0\0\0\0" * 100, "expected the column"),
        ("x" * 300_000, "expected at most"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(lite_shop: Shop, text: str, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        lite_shop.take("orders", text)


def test_a_quote_that_never_ends_costs_its_own_rows_only(lite_shop: Shop) -> None:
    """An unclosed quote mark must not swallow the file, nor half an order."""
    rows = "".join(order_row(str(n)) for n in range(1500))
    done = lite_shop.take("orders", ORDER_HEAD + order_row("a") + order_row("b", name='"Ann') + rows, dry_run=True)
    assert done["created"] > 200
    assert done["rejected"]
    assert any("quote" in one["reason"] or "field" in one["reason"] for one in done["rejected"])


def test_columns_come_in_any_order_and_case(lite_shop: Shop) -> None:
    head, row = ORDER_HEAD.strip().split(","), order_row("1").strip().split(",")
    turned = ",".join(name.upper() for name in reversed(head)) + ",Extra\n" + ",".join(reversed(row)) + ",x\n"
    assert counts(lite_shop.take("orders", turned)) == (1, 0, 0, 0)


def test_shopify_orders_with_all_their_oddities(lite_shop: Shop) -> None:
    """I5: fields on the first row only, an apostrophe before the zip, two Phone columns, lines that do not ship."""
    done = lite_shop.take(
        "orders",
        SHOPIFY_HEAD
        + shopify_row("#1001", "BLUE-MUG", "2")
        + shopify_row("#1001", "RED-MUG", first="")
        + shopify_row("#1001", "GIFT-CARD", first="", ships="false")
        + shopify_row("#1002", "RED-MUG", status="pending")
        + shopify_row("#1003", "RED-MUG", status="refunded")
        + shopify_row("#1004", "RED-MUG", done="fulfilled")
        + shopify_row("#1005", "5012345678917")
        + shopify_row("#1006", "RED-MUG", price="12.999"),
        form="shopify-csv",
    )
    assert counts(done) == (3, 2, 0, 1)
    assert done["rejected"][0]["path"] == "row[9].Lineitem price"
    assert lite_shop.rows("SELECT order_id, sku, ordered, price_minor FROM order_line ORDER BY 1, line") == [
        ("1001", "BLUE-MUG", 2, 1295),
        ("1001", "RED-MUG", 1, 1295),
        ("1002", "RED-MUG", 1, 1295),
        ("1005", "RED-MUG", 1, 1295),
    ]
    assert lite_shop.rows("SELECT order_id, site_id FROM fo ORDER BY 1") == [("1001", "NYC"), ("1005", "NYC")]
    assert lite_shop.rows("SELECT wait_code FROM orders WHERE order_id = '1002'") == [("held:awaiting_payment",)]
    assert lite_shop.rows("SELECT ordered_at, shown FROM orders WHERE order_id = '1001'") == [
        (1795187700000, "#1001")
    ]
    assert lite_shop.rows("SELECT postcode_prefix FROM orders WHERE order_id = '1001'") == [("10001",)]
    paid = lite_shop.take("orders", SHOPIFY_HEAD + shopify_row("#1002", "RED-MUG"), form="shopify-csv")
    assert counts(paid) == (0, 0, 1, 0)
    assert ("1002", "NYC") in lite_shop.rows("SELECT order_id, site_id FROM fo")
    assert lite_shop.broken() == []


def test_a_cancelled_order_gives_its_units_back(lite_shop: Shop) -> None:
    lite_shop.take("orders", SHOPIFY_HEAD + shopify_row("#1001", "BLUE-MUG", "2"), form="shopify-csv")
    text = SHOPIFY_HEAD + shopify_row("#1001", "BLUE-MUG", "2", cancelled="2026-11-20 12:00:00 -0500")
    assert counts(lite_shop.take("orders", text, form="shopify-csv")) == (0, 0, 1, 0)
    assert lite_shop.rows("SELECT status FROM fo") == [("cancelled",)]
    assert lite_shop.stock("NYC", "BLUE-MUG") == {"on_hand": 10, "rev": 3}
    assert counts(lite_shop.take("orders", text, form="shopify-csv")) == (0, 1, 0, 0)
    assert lite_shop.broken() == []


def test_money_follows_its_currency(lite_shop: Shop) -> None:
    """I3: JPY has no decimals, KWD three; never through a float."""
    text = SHOPIFY_HEAD + shopify_row("#1", "RED-MUG", price="1200", currency="JPY")
    text += shopify_row("#2", "RED-MUG", price="1.005", currency="KWD") + shopify_row("#3", "RED-MUG", price="0.1")
    text += shopify_row("#4", "RED-MUG", price="1200.5", currency="JPY")
    done = lite_shop.take("orders", text, form="shopify-csv")
    assert counts(done) == (3, 0, 0, 1)
    assert lite_shop.rows("SELECT price_minor FROM order_line ORDER BY order_id") == [(1200,), (1005,), (10,)]


def test_the_json_formats(lite_shop: Shop) -> None:
    shopify = {
        "orders": [
            {
                "id": 5,
                "name": "#2001",
                "financial_status": "paid",
                "currency": "USD",
                "created_at": "2026-11-20T10:15:00-05:00",
                "shipping_address": {
                    "name": "Ann Lee",
                    "address1": "1 St",
                    "city": "New York",
                    "zip": "10001",
                    "country_code": "US",
                    "province_code": "NY",
                },
                "line_items": [
                    {"sku": "BLUE-MUG", "fulfillable_quantity": 2, "price": "12.95", "requires_shipping": True}
                ],
            },
            {"name": "#2002", "financial_status": "paid", "line_items": "none"},
            "what",
        ]
    }
    done = lite_shop.take("orders", json.dumps(shopify), form="shopify-json")
    assert counts(done) == (1, 0, 0, 2)
    assert [one["path"] for one in done["rejected"]] == ["[1].line_items", "[2]"]
    woo = [
        {
            "id": 9,
            "number": "3001",
            "status": "processing",
            "currency": "USD",
            "date_created_gmt": "2026-11-20T15:15:00",
            "billing": {
                "first_name": "Ann",
                "last_name": "Lee",
                "address_1": "1 St",
                "city": "Denver",
                "postcode": "80201",
                "country": "US",
                "state": "CO",
                "email": "a@example.com",
            },
            "line_items": [{"sku": "RED-MUG", "quantity": 3, "total": "10.00"}],
        }
    ]
    assert counts(lite_shop.take("orders", json.dumps(woo), form="woocommerce-json")) == (1, 0, 0, 0)
    assert lite_shop.rows("SELECT price_minor FROM order_line WHERE order_id = '3001'") == [(333,)]
    for broken in ("{", "[" * 100_000, '{"orders": NaN}', "42"):
        with pytest.raises(Unusable, match=r"orders.csv: expected"):
            lite_shop.take("orders", broken, form="shopify-json")


def test_what_a_rate_sheet_asks_of_a_delivery_comes_with_the_order(lite_shop: Shop) -> None:
    """P2, CT4.4: two columns of our own, a shop's own fields elsewhere; what nobody said stands nowhere."""
    head = ORDER_HEAD.rstrip() + ",residential,signature\n"
    said = {"1": "yes,", "2": "No,TRUE", "3": ",", "4": "perhaps,"}
    text = head + "".join(order_row(number).rstrip() + f",{told}\n" for number, told in said.items())
    done = lite_shop.take("orders", text)
    assert counts(done) == (3, 0, 0, 1)
    assert [(one["path"], one["reason"]) for one in done["rejected"]] == [
        ("residential", "expected yes, no or nothing, got 'perhaps'.")
    ]
    assert counts(lite_shop.take("orders", text)) == (0, 3, 0, 1)
    order = {
        "name": "#5",
        "financial_status": "paid",
        "currency": "USD",
        "created_at": "2026-11-20T10:15:00-05:00",
        "shipping_address": {
            "name": "Ann",
            "address1": "1 St",
            "zip": "10001",
            "city": "New York",
            "country_code": "US",
        },
        "note_attributes": [{"name": "Residential", "value": "Yes"}, {"name": "signature", "value": "Love, Ann"}],
        "line_items": [{"sku": "BLUE-MUG", "fulfillable_quantity": 1, "price": "12.95"}],
    }
    assert counts(lite_shop.take("orders", json.dumps([order]), form="shopify-json")) == (1, 0, 0, 0)
    row = shopify_row("#6", "BLUE-MUG").rstrip("\n")
    text = SHOPIFY_HEAD.rstrip() + ",Note Attributes\n" + row + ',"gift: no\nsignature: yes"\n'
    assert counts(lite_shop.take("orders", text, form="shopify-csv")) == (1, 0, 0, 0)
    stored = {number: json.loads(text) for number, text in lite_shop.rows("SELECT order_id, address FROM pii")}
    told = {number: sorted({"residential", "signature"} & to.keys()) for number, to in stored.items()}
    assert told == {"1": ["residential"], "2": ["signature"], "3": [], "5": ["residential"], "6": ["signature"]}
    assert all(to.get(name, True) is True for to in stored.values() for name in ("residential", "signature"))


def test_amazon_rows_are_never_quoted(lite_shop: Shop) -> None:
    """I5: a quote mark in a product name must not swallow rows."""
    head = (
        "order-id\torder-item-id\tpurchase-date\tpayments-date\tsku\tproduct-name\tquantity-to-ship\trecipient-name"
    )
    head += "\tship-address-1\tship-city\tship-state\tship-postal-code\tship-country\n"
    row = '{}\t1\t2026-11-20T10:00:00Z\t{}\tRED-MUG\t12" mug\t1\tAnn Lee\t1 St\tNew York\tNY\t10001\tUS\n'
    text = head + row.format("114-1234567-1234567", "2026-11-20") + row.format("114-1234567-7654321", "")
    assert counts(lite_shop.take("orders", text, form="amazon-tsv")) == (2, 0, 0, 0)
    (long_id,) = lite_shop.rows("SELECT order_id FROM orders WHERE source_id = '114-1234567-1234567'")[0]
    assert len(f"FO-{long_id}-999") <= 20


def test_two_channels_may_use_one_number(lite_shop: Shop) -> None:
    lite_shop.orders(order_row("1001"))
    lite_shop.take("orders", SHOPIFY_HEAD + shopify_row("#1001", "BLUE-MUG"), form="shopify-csv")
    ids = [row[0] for row in lite_shop.rows("SELECT order_id FROM orders ORDER BY created_at, channel DESC")]
    assert len(set(ids)) == 2
    assert "1001" in ids


@pytest.mark.parametrize(
    ("row", "path", "told"),
    [
        ("*PACK,x,,1,1,1,1,1,,,", "sku", "which is for commands"),
        ("A-04-2,x,,1,1,1,1,1,,,", "sku", "no location's"),
        ("BOX-S,x,,1,1,1,1,1,,,", "sku", "no carton type's"),
        ("T-17,x,,1,1,1,1,1,,,", "sku", "no tote's"),
        ("NEW,x,*OK,1,1,1,1,1,,,", "barcode", "which is for commands"),
        ("NEW,x,5012345678900,1,1,1,1,1,,,", "barcode", "which is BLUE-MUG"),
        ("NEW,x,123*0,1,1,1,1,1,,,", "barcode", "expected 1 to 9999 units"),
        ("NEW,x,,1.5x,1,1,1,1,,,", "length_mm", "expected a whole number, got '1.5x'."),
        ("NEW,x,,1,1,1,-1,1,,,", "weight_g", "expected 0 to"),
        ("NEW,x,,1,1,1,1,1,breakable,,", "flags", "expected fragile"),
        ("NEW,x,,1,1,1,1,1,,,colour", "attributes", "expected name=value"),
        ("ÜBER,x,,1,1,1,1,1,,,", "sku", "printable ASCII"),
        (",x,,1,1,1,1,1,,,", "sku", "expected a code, got none."),
    ],
)
def test_item_codes_that_would_be_read_as_something_else_are_refused(
    lite_shop: Shop, row: str, path: str, told: str
) -> None:
    """FL2.17, and the other checks of the catalog."""
    boxes = (
        "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
        "empty_weight_g,max_weight_g,cost_minor,kind\nBOX-S,Small,200,150,100,206,156,106,90,5000,40,box\n"
    )
    assert counts(lite_shop.take("cartons", boxes)) == (1, 0, 0, 0)
    assert counts(lite_shop.take("cartons", boxes)) == (0, 1, 0, 0)
    head = CATALOG.splitlines()[0]
    done = lite_shop.take("catalog", f"{head}\n{row}\n")
    assert counts(done) == (0, 0, 0, 1)
    assert done["rejected"][0]["path"] == path
    assert told in done["rejected"][0]["reason"]


def test_what_customs_asks_is_kept_with_the_item_and_checked(lite_shop: Shop) -> None:
    """F62: HS code and origin are columns of the catalog that may be left out."""
    head = "sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags,hs_code,origin,customs_name"
    row = "VASE,Vase,,10,10,10,5,900,,{},{},Glass vase"
    assert counts(lite_shop.take("catalog", f"{head}\n{row.format('7013.99', 'cz')}\n"))[0] == 1
    body = json.loads(lite_shop.rows("SELECT attributes FROM sku WHERE sku = 'VASE'")[0][0])
    assert body == {"hs_code": "7013.99", "origin": "CZ", "customs_name": "Glass vase"}
    for wrong, path in (("70.1", "hs_code"), ("7013.99", "origin")):
        done = lite_shop.take("catalog", f"{head}\n{row.format(wrong, 'Czechia')}\n")
        assert path in done["rejected"][0]["path"]


def test_the_catalog_again_changes_nothing_and_a_changed_row_is_an_update(lite_shop: Shop) -> None:
    assert counts(lite_shop.take("catalog", CATALOG)) == (0, 3, 0, 0)
    changed = CATALOG.replace("5012345678900|15012345678907*12", "5012345678900|25012345678904*24")
    assert counts(lite_shop.take("catalog", changed)) == (0, 2, 1, 0)
    codes = lite_shop.rows("SELECT code, quantity FROM barcode WHERE sku = 'BLUE-MUG' ORDER BY code")
    assert codes == [("25012345678904", 24), ("5012345678900", 1)]
    twice = CATALOG + CATALOG.splitlines()[1] + "\n"
    assert "got it at row 2 too" in lite_shop.take("catalog", twice)["rejected"][0]["reason"]


def test_stock_is_what_the_file_says_and_each_change_is_in_the_ledger(shop: Shop) -> None:
    head = "site,location,sku,quantity,lot,expiry\n"
    assert counts(shop.take("stock", f"{head}NYC,A-04-2,BLUE-MUG,10,,\n")) == (0, 1, 0, 0)
    assert counts(shop.take("stock", f"{head}NYC,A-04-2,BLUE-MUG,12,,\nNYC,A-05-1,TEA-250,6,L1,2027-01-31\n")) == (
        1,
        0,
        1,
        0,
    )
    assert shop.stock("NYC", "BLUE-MUG")["on_hand"] == 12
    assert counts(shop.take("stock", f"{head}NYC,A-04-2,BLUE-MUG,5,,\n")) == (0, 0, 1, 0)
    assert shop.stock("NYC", "BLUE-MUG")["on_hand"] == 5
    wrong = f"{head}MARS,A-04-2,BLUE-MUG,1,,\nNYC,Z-9,BLUE-MUG,1,,\nNYC,A-04-2,NOPE,1,,\nNYC,A-04-2,BLUE-MUG,-1,,\n"
    assert [one["path"] for one in shop.take("stock", wrong)["rejected"]] == ["site", "location", "sku", "quantity"]
    assert shop.broken() == []


def test_stock_below_what_is_promised_breaks_no_bound(shop: Shop) -> None:
    """L9: a promise with nothing behind it is short, with an alert, never a negative number."""
    shop.orders(order_row("4471", quantity=8))
    shop.take("stock", "site,location,sku,quantity,lot,expiry\nNYC,A-04-2,BLUE-MUG,3,,\n")
    held = shop.stock("NYC", "BLUE-MUG")
    assert (held["on_hand"], held["allocated"], held["short"]) == (3, 3, 5)
    assert shop.broken() == []


def test_users_keep_only_hashes(lite_shop: Shop) -> None:
    """FL1.3, X2: no badge and no PIN in the database; short PINs and doubled badges are refused."""
    text = "user,name,role,badge,pin\nann,Ann,packer,B.ANNSBADGE,\nsue,Sue,supervisor,B.SUESBADGE,493817\n"
    assert counts(lite_shop.take("users", text)) == (2, 0, 0, 0)
    assert counts(lite_shop.take("users", text)) == (0, 2, 0, 0)
    held = str(lite_shop.rows("SELECT * FROM staff"))
    assert "ANNSBADGE" not in held
    assert "493817" not in held
    wrong = "user,name,role,badge,pin\nbob,Bob,packer,B.ANNSBADGE,\neve,Eve,boss,,\nkim,Kim,packer,,1234\n"
    done = lite_shop.take("users", wrong)
    assert [one["path"] for one in done["rejected"]] == ["badge", "role", "pin"]
    assert "1234" not in json.dumps(done)


def test_a_new_site_hears_of_everything_that_is_the_same_everywhere(lite_shop: Shop) -> None:
    from tests.sync.bench import Bench

    head = "site,name,kind,address1,city,region,postcode,country,priority,postcode_prefixes\n"
    assert counts(lite_shop.take("sites", f"{head}SEA,Seattle,store,1 Pike,Seattle,WA,98101,US,3,98\n")) == (
        1,
        0,
        0,
        0,
    )
    from sync.client import Client

    bench = Bench("st-01", "SEA")
    assert Client(bench, lite_shop.wire(bench)).exchange().error == ""
    assert sorted(bench.copies("sku")) == ["BLUE-MUG", "RED-MUG", "TEA-250"]
    assert bench.copies("setting")["site"]["value"]["city"] == "Seattle"


def test_a_gigabyte_of_garbage_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """Issue 2: 24 MB of each kind of garbage here, streamed: peak memory stays under 160 MB; nothing goes in.

    The reader keeps one line at a time, so the size of the file is no factor: a gigabyte takes as much memory.
    """
    size = 24 << 20
    one_line = tmp_path / "line.csv"
    with one_line.open("wb") as file:
        for _ in range(size >> 20):
            file.write(b"x" * (1 << 20))
    noise, wrong = tmp_path / "noise.csv", tmp_path / "wrong.csv"
    with noise.open("wb") as file:
        file.write(ORDER_HEAD.encode())
        for _ in range(size >> 20):
            file.write((b"junk,\x00\x01\x02," * 9 + b"\n") * ((1 << 20) // 82))
    with wrong.open("w") as file:
        file.write(ORDER_HEAD)
        for number in range(60_000):
            file.write(order_row(str(number), quantity="many"))
    script = textwrap.dedent(
        """
        import json, sys
        from pathlib import Path
        from sync.hub.intake.local import import_file
        from sync.hub.intake.read import Unusable
        from sync.hub.tables.database import Database
        folder = Path(sys.argv[1])
        database = Database(f"sqlite:///{folder}/hub.db")
        told = []
        for name in ("line.csv", "noise.csv", "wrong.csv"):
            try:
                done = import_file(database, "orders", folder / name)
                told.append([done["created"], len(done["rejected"]), done.get("stopped", False)])
            except Unusable as error:
                told.append(str(error))
        # Not ru_maxrss: it begins at what the process that started this one held.
        status = Path("/proc/self/status").read_text()
        peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        print(json.dumps([told, peak_kb // 1024]))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    told, peak_mb = json.loads(done.stdout)
    assert "expected at most" in told[0]
    assert "10000 that are none" in told[1]
    assert told[2] == [0, 10_000, True]
    assert peak_mb < 160


def counts(done: dict[str, object]) -> tuple[object, ...]:
    rejected = done["rejected"]
    assert isinstance(rejected, list)
    return done["created"], done["unchanged"], done["updated"], len(rejected)


def test_parts_of_a_millimetre_are_rounded_to_the_safe_side(lite_shop: Shop) -> None:
    """CT2.3: inner sizes down, outer and item sizes up, never to the nearest."""
    head = (
        "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
        "empty_weight_g,max_weight_g,cost_minor,kind\n"
    )
    done = lite_shop.take("cartons", f"{head}BOX-S,Small,200.9,150.0,100.1,206.1,156.0,106,90,5000,40,box\n")
    assert counts(done) == (1, 0, 0, 0)
    with lite_shop.database.reading() as db:
        box = one(db, "SELECT * FROM carton WHERE code = 'BOX-S'")
        assert (box.inner_length_mm, box.inner_width_mm, box.inner_height_mm) == (200, 150, 100)
        assert (box.outer_length_mm, box.outer_width_mm, box.outer_height_mm) == (207, 156, 106)


def test_a_carton_type_is_not_called_as_an_items_own_box_and_a_tube_is_round(lite_shop: Shop) -> None:
    """CT3.9: OWN in a plan is the unit as it stands."""
    head = (
        "code,name,inner_length_mm,inner_width_mm,inner_height_mm,outer_length_mm,outer_width_mm,outer_height_mm,"
        "empty_weight_g,max_weight_g,cost_minor,kind\n"
    )
    done = lite_shop.take(
        "cartons", f"{head}OWN,Own,200,150,100,206,156,106,90,5000,40,box\nT1,Tube,900,100,80,,,,90,5000,40,tube\n"
    )
    assert done["rejected"][0]["path"] == "code"
    assert "expected a code other than OWN" in done["rejected"][0]["reason"]
    # CT3.10: a tube is round.
    assert done["rejected"][1]["path"] == "inner_height_mm"
    assert "as width and height, got 100 and 80" in done["rejected"][1]["reason"]
