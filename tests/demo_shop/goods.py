"""What the demo shop sells: made up, with the sizes, weights and trouble of real goods.

Every barcode is from the ranges that GS1 keeps for use inside one company (04 as UPC-A, 20 to 29 as EAN-13), so that
none is a product somebody sells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One SKU. `cases`: how many units its case barcodes count. `sold_at`: WH-1 and ST-1, or only one of them."""

    sku: str
    name: str
    size_mm: tuple[int, int, int]
    weight_g: int
    price_minor: int
    flags: tuple[str, ...] = ()
    parent: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    zone: str = "HOME"
    cases: tuple[int, ...] = ()
    second_code: bool = False
    only_at: str = ""


def check_digit(digits: str) -> str:
    """The GS1 check digit of a number without it: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def barcodes(number: int, article: Article) -> str:
    """The barcode column of the catalog: the unit's code, perhaps the old packaging's UPC-A, then the cases.

    Codes count up from the article's number, so that a new article at the end changes no other code.
    """
    stem = f"2{number % 7 + 1}{7130 + number % 11}{number * 17:06d}"
    codes = [stem + check_digit(stem)]
    if article.second_code:
        old = f"4{52010 + number % 9}{number * 13:05d}"
        codes.append(old + check_digit(old))
    for level, units in enumerate(article.cases, start=1):
        case = f"{level}{stem}"
        codes.append(f"{case}{check_digit(case)}*{units}")
    return "|".join(codes)


_CUSTOMS = {
    "MUG": ("6912.00", "PT"), "PLATE": ("6912.00", "PT"), "BOWL": ("6912.00", "PT"), "TEAPOT": ("6912.00", "PT"),
    "CAKE": ("6912.00", "PT"), "BOOK": ("4901.99", "US"), "TEE": ("6109.10", "TR"), "SOCKS": ("6115.94", "PE"),
    "BEANIE": ("6505.00", "PE"), "CANDLE": ("3406.00", "US"), "TEA-TOWEL": ("6302.91", "IN"),
    "TEA": ("0902.10", "IN"), "COFFEE": ("0901.21", "US"), "HONEY": ("0409.00", "US"), "OLIVE": ("1509.20", "IT"),
    "SHORTBREAD": ("1905.31", "GB"), "SPEAKER": ("8518.21", "CN"), "HEADPHONES": ("8518.30", "CN"),
    "READING": ("9405.21", "CN"), "KETTLE": ("8516.79", "CN"), "KITCHEN": ("8423.10", "CN"),
    "TIMER": ("9106.90", "CN"), "RADIO": ("8527.13", "CN"), "WINE": ("7013.37", "CZ"), "TUMBLER": ("7013.37", "MX"),
    "CARAFE": ("7013.99", "CZ"), "JAR": ("7010.90", "IT"), "SNOW": ("9505.10", "DE"), "SOAP": ("3401.30", "US"),
    "ROOM": ("3307.49", "US"), "LAMP-OIL": ("2710.19", "US"), "LAMP": ("9405.21", "SE"),
    "DESCALER": ("3402.90", "US"),
    "CUSHION": ("9404.90", "IN"), "THROW": ("6301.20", "GB"), "TOWEL": ("6302.60", "TR"), "APRON": ("6211.42", "IN"),
    "NOTE": ("4820.10", "US"), "PEN-": ("9608.10", "DE"), "PENCILS": ("9609.10", "DE"), "CARDS": ("4909.00", "US"),
    "WASHI": ("4811.41", "JP"), "CALENDAR": ("4910.00", "US"), "STICKERS": ("4911.99", "US"),
    "MIRROR": ("7009.92", "PL"), "PAN": ("7323.91", "US"), "BOARD": ("4419.11", "US"), "ROLLING": ("4419.90", "US"),
    "UMBRELLA": ("6601.99", "CN"),
}  # fmt: skip


def customs(article: Article) -> tuple[str, str]:
    """HS code and country of origin by what it is; nobody wrote them down for the neighbours' goods."""
    name = article.parent if article.parent == "MUG" else article.sku
    longest = max((stem for stem in _CUSTOMS if name.startswith(stem)), key=len, default="")
    return _CUSTOMS.get(longest, ("", ""))


def articles() -> tuple[Article, ...]:
    """The whole catalog, in a fixed order."""
    return (
        *_mugs(),
        *_tableware(),
        *_books(),
        *_apparel(),
        *_candles(),
        *_tea_and_pantry(),
        *_electronics(),
        *_glass(),
        *_liquids(),
        *_soft_goods(),
        *_stationery(),
        *_bulky(),
        *_local(),
    )


def _mugs() -> Iterator[Article]:
    sizes = (
        ("-S", "250", (112, 84, 82), 285, 1095),
        ("", "350", (122, 92, 98), 365, 1295),
        ("-L", "500", (135, 104, 112), 470, 1595),
    )
    for colour in ("BLUE", "WHITE", "GREEN", "RED", "BLACK", "SAND"):
        for suffix, volume, size, weight, price in sizes:
            yield Article(
                f"{colour}-MUG{suffix}",
                f"Mug {colour.lower()} {volume} ml",
                size,
                weight,
                price,
                ("fragile",),
                "MUG",
                (("colour", colour), ("size", volume)),
                cases=(12,) if volume == "350" else (6,),
                second_code=volume == "350",
            )


def _tableware() -> Iterator[Article]:
    kinds = (
        ("PLATE-21", "Side plate", "21 cm", (212, 212, 24), 410, 990),
        ("PLATE-27", "Dinner plate", "27 cm", (272, 272, 28), 720, 1490),
        ("BOWL-15", "Cereal bowl", "15 cm", (152, 152, 68), 430, 1190),
        ("BOWL-24", "Serving bowl", "24 cm", (242, 242, 96), 1180, 2790),
    )
    for code, name, size_name, size, weight, price in kinds:
        for colour in ("WHITE", "BLUE", "SAND"):
            yield Article(
                f"{code}-{colour}",
                f"{name} {colour.lower()} {size_name}",
                size,
                weight,
                price,
                ("fragile",),
                code,
                (("colour", colour), ("size", size_name)),
                cases=(6,) if code == "PLATE-27" else (),
            )
    yield Article("TEAPOT-WHITE", "Teapot white 1.1 l with strainer", (238, 142, 148), 910, 3490, ("fragile",))
    yield Article("CAKE-STAND", "Cake stand, footed, 30 cm", (305, 305, 118), 1620, 3990, ("fragile", "no_stack"))


def _books() -> Iterator[Article]:
    titles = (
        ("BOOK-PORT", 'The Long Way to Port: "a novel"', (215, 138, 31), 460, 1699),
        ("BOOK-SALT", "Salt, Smoke & Stone: cooking by the sea", (260, 210, 28), 1180, 3200),
        ("BOOK-KNOT", "Forty Knots and When to Tie Them", (178, 120, 12), 165, 1100),
        ("BOOK-NIGHT", "Night Trains of the North (2nd edition)", (215, 138, 24), 380, 1550),
        ("BOOK-BEES", "A Year with Bees", (240, 170, 19), 520, 2150),
        ("BOOK-MAP", "The Mapmaker's Apprentice", (198, 129, 27), 310, 1299),
        ("BOOK-TEA", "Tea: leaf, water, time", (230, 190, 21), 640, 2450),
        ("BOOK-BREAD", "Bread on a Weekday", (246, 189, 22), 780, 2600),
        ("BOOK-OWL", "Where Does Owl Go? (board book, ages 1 to 3)", (165, 165, 16), 240, 899),
        ("BOOK-WHALE", "The Whale Who Was Early", (255, 255, 10), 395, 1450),
        ("BOOK-ATLAS", "The Great Atlas of Small Islands", (345, 265, 38), 2350, 5900),
        ("BOOK-POEMS", "Poems for the Kitchen Door", (178, 111, 11), 130, 950),
        (
            "BOOK-LONG",
            "On the Proper Care, Mending and Storage of Woollen Garments in Damp Houses, "
            "with Notes on Moths, Cedar and Patience",
            (210, 148, 17),
            340,
            1850,
        ),
        ("BOOK-BOX", "Harbour Tales, boxed set of 5", (205, 145, 132), 1650, 5450),
    )
    for sku, name, size, weight, price in titles:
        yield Article(sku, name, size, weight, price, zone="BOOKS", second_code=sku in {"BOOK-PORT", "BOOK-BREAD"})


def _apparel() -> Iterator[Article]:
    for colour in ("NAVY", "WHITE", "MOSS"):
        for size, weight in (("S", 150), ("M", 165), ("L", 180), ("XL", 200)):
            yield Article(
                f"TEE-{colour}-{size}",
                f"T-shirt organic cotton {colour.lower()} {size}",
                (280, 220, 22),
                weight,
                2400,
                ("soft",),
                "TEE",
                (("colour", colour), ("size", size)),
                zone="SOFT",
            )
    for colour in ("GREY", "RUST"):
        for size in ("36-40", "41-45"):
            yield Article(
                f"SOCKS-{colour}-{size}",
                f"Wool socks {colour.lower()} {size}",
                (230, 95, 38),
                92,
                1450,
                ("soft",),
                "SOCKS",
                (("colour", colour), ("size", size)),
                zone="SOFT",
                cases=(12,),
            )
    for colour in ("GREY", "RUST", "NAVY"):
        yield Article(
            f"BEANIE-{colour}",
            f"Beanie merino {colour.lower()}",
            (230, 190, 35),
            84,
            2200,
            ("soft",),
            "BEANIE",
            (("colour", colour),),
            zone="SOFT",
            second_code=colour == "GREY",
        )


def _candles() -> Iterator[Article]:
    for scent, words in (
        ("CEDAR", "cedar & smoke"),
        ("FIG", "fig leaf"),
        ("SEA", "sea salt"),
        ("PLAIN", "unscented"),
    ):
        for suffix, words_size, size, weight, price in (
            ("S", "90 g", (72, 72, 78), 205, 1250),
            ("L", "220 g", (92, 92, 104), 465, 2350),
        ):
            yield Article(
                f"CANDLE-{scent}-{suffix}",
                f"Candle in glass, {words}, {words_size}",
                size,
                weight,
                price,
                ("fragile",),
                "CANDLE",
                (("scent", scent), ("size", words_size)),
                cases=(12,) if suffix == "S" else (6,),
            )
    yield Article("CANDLE-TAPER-10", "Taper candles, beeswax, 10 pieces", (255, 110, 52), 620, 2850, ("fragile",))


def _tea_and_pantry() -> Iterator[Article]:
    dated = ("lot", "expiry")
    for code, words, price in (
        ("ASSAM", "Assam second flush", 1190),
        ("SENCHA", "Sencha, first harvest", 1490),
        ("MINT", "Peppermint, whole leaf", 890),
        ("ROOIBOS", "Rooibos & orange peel", 950),
        ("OOLONG", "Oolong 烏龍茶", 1790),
        ("CHAI", "Masala chai", 1090),
    ):
        yield Article(
            f"TEA-{code}-100",
            f"{words}, tin 100 g",
            (82, 82, 118),
            178,
            price,
            dated,
            "TEA",
            (("kind", code),),
            zone="PANTRY",
            cases=(12, 24) if code == "ASSAM" else (12,),
            second_code=code in {"ASSAM", "MINT"},
        )
    yield Article(
        "TEA-SAMPLER", "Tea sampler, 12 × 10 g", (262, 182, 48), 315, 2490, dated, zone="PANTRY", cases=(6,)
    )
    yield Article(
        "COFFEE-BEANS-500", "Coffee beans, house roast, 500 g", (270, 110, 75), 515, 1690, dated, zone="PANTRY"
    )
    yield Article(
        "HONEY-350",
        "Heather honey, jar 350 g",
        (78, 78, 102),
        560,
        1150,
        (*dated, "fragile"),
        zone="PANTRY",
        cases=(12,),
    )
    yield Article(
        "OLIVE-OIL-750",
        "Olive oil, cold pressed, 750 ml",
        (78, 78, 312),
        1320,
        1990,
        (*dated, "liquid", "this_way_up", "fragile"),
        zone="PANTRY",
        cases=(6,),
    )
    yield Article(
        "SHORTBREAD-TIN", "Shortbread “Captain's tin” 400 g", (205, 145, 68), 590, 1390, dated, zone="PANTRY"
    )


def _electronics() -> Iterator[Article]:
    for sku, name, size, weight, price in (
        ("SPEAKER-OAK", "Bluetooth speaker, oak", (182, 104, 98), 860, 7900),
        ("SPEAKER-BLACK", "Bluetooth speaker, black", (182, 104, 98), 855, 7900),
        ("HEADPHONES-GREY", "Headphones, over-ear, grey", (212, 188, 92), 610, 12900),
        ("READING-LIGHT", "Clip-on reading light, USB-C", (165, 62, 48), 145, 2650),
        ("KETTLE-GOOSE", "Gooseneck kettle 0.9 l, 230 V / 120 V", (312, 226, 232), 1980, 8900),
        ("KITCHEN-SCALE", "Kitchen scale, 5 kg in 1 g steps", (242, 188, 42), 720, 4200),
        ("TIMER-DIAL", "Kitchen timer with dial", (92, 92, 42), 135, 1950),
        ("RADIO-DAB", "DAB radio with alarm, walnut", (262, 158, 142), 1740, 14900),
    ):
        yield Article(sku, name, size, weight, price, ("serial",), zone="TECH", second_code=sku == "READING-LIGHT")


def _glass() -> Iterator[Article]:
    for sku, name, size, weight, price, more in (
        ("WINE-GLASS-6", "Wine glasses, set of 6", (312, 212, 232), 1620, 4900, ("this_way_up",)),
        ("TUMBLER-4", "Tumblers, recycled glass, set of 4", (188, 188, 112), 1240, 2600, ()),
        ("CARAFE-1L", "Carafe with cork, 1 l", (108, 108, 288), 780, 2900, ("this_way_up",)),
        ("JAR-CLIP-750", "Clip-top jar 750 ml", (118, 118, 162), 690, 890, ()),
        ("SNOW-GLOBE", "Snow globe “Harbour in winter”", (112, 112, 132), 740, 2450, ("this_way_up", "no_stack")),
    ):
        yield Article(sku, name, size, weight, price, ("fragile", *more), zone="GLASS")


def _liquids() -> Iterator[Article]:
    up = ("liquid", "this_way_up")
    for sku, name, size, weight, price, flags, cases in (
        ("SOAP-HAND-500", "Hand soap, rosemary, 500 ml", (76, 62, 198), 565, 1450, up, (12,)),
        ("SOAP-DISH-750", "Dish soap, lemon, 750 ml", (92, 62, 248), 830, 790, up, (12,)),
        ("SOAP-REFILL-2L", "Hand soap refill, 2 l", (128, 98, 282), 2120, 2900, up, ()),
        ("ROOM-SPRAY", "Room spray, lavender, 100 ml", (48, 48, 148), 165, 1650, up, ()),
        ("LAMP-OIL-500", "Lamp oil 500 ml", (82, 82, 212), 520, 1190, (*up, "hazmat:3"), ()),
        ("DESCALER-250", "Kettle descaler 250 ml", (68, 58, 172), 305, 850, (*up, "hazmat:8"), ()),
    ):
        zone = "HAZ" if any(flag.startswith("hazmat") for flag in flags) else "GLASS"
        yield Article(sku, name, size, weight, price, flags, zone=zone, cases=cases)


def _soft_goods() -> Iterator[Article]:
    for sku, name, size, weight, price in (
        ("CUSHION-LINEN", "Cushion, linen, 45 × 45", (430, 420, 110), 620, 3900),
        ("CUSHION-WOOL", "Cushion, wool check, 45 × 45", (430, 420, 115), 680, 4400),
        ("THROW-MOSS", "Throw, lambswool, moss", (390, 300, 95), 980, 8900),
        ("THROW-CREAM", "Throw, lambswool, cream", (390, 300, 95), 980, 8900),
        ("TOWEL-BATH", "Bath towel, waffle", (330, 250, 65), 540, 2900),
        ("TOWEL-HAND", "Hand towel, waffle", (250, 170, 42), 190, 1450),
        ("TEA-TOWEL-3", "Tea towels, set of 3", (240, 180, 28), 225, 1950),
        ("APRON-DENIM", "Apron, denim", (300, 230, 32), 410, 3400),
    ):
        yield Article(sku, name, size, weight, price, ("soft",), zone="SOFT", cases=(12,) if "HAND" in sku else ())


def _stationery() -> Iterator[Article]:
    for sku, name, size, weight, price, cases in (
        ("NOTE-A5-LINED", "Notebook A5, lined", (212, 150, 16), 285, 1200, (12,)),
        ("NOTE-A5-DOTS", "Notebook A5, dots", (212, 150, 16), 285, 1200, (12,)),
        ("PEN-BRASS", "Ballpoint pen, brass", (152, 32, 22), 62, 2800, ()),
        ("PENCILS-12", "Pencils HB, 12 pieces", (182, 92, 12), 78, 990, (24,)),
        ("CARDS-XMAS-10", "Greeting cards “Winter”, 10 with envelopes", (162, 118, 24), 190, 1350, (12,)),
        ("WASHI-5", 'Paper tape ½", 5 rolls', (96, 96, 22), 88, 890, ()),
        ("CALENDAR-WALL", "Wall calendar “Lighthouses”", (302, 302, 6), 315, 1600, ()),
        ("STICKERS-BEE", "Stickers, bees & boats", (148, 105, 3), 18, 450, ()),
    ):
        yield Article(sku, name, size, weight, price, zone="BOOKS", cases=cases, second_code=sku == "PENCILS-12")


def _bulky() -> Iterator[Article]:
    for sku, name, size, weight, price, flags in (
        ("LAMP-FLOOR", "Floor lamp, ash, in its own carton", (1180, 310, 180), 5400, 18900, ("own_box",)),
        ("LAMP-TABLE", "Table lamp, ash, in its own carton", (420, 310, 300), 2450, 9900, ("own_box", "this_way_up")),
        ("MIRROR-ROUND", "Mirror, round, 50 cm", (530, 530, 62), 3900, 7900, ("fragile", "ship_alone")),
        ("PAN-IRON-28", "Cast iron pan 28 cm", (455, 292, 72), 3150, 6900, ()),
        ("BOARD-OAK", "Chopping board, oak, 45 cm", (452, 302, 32), 2380, 4900, ()),
        ("ROLLING-PIN", "Rolling pin, beech, 50 cm", (502, 58, 58), 640, 2200, ()),
        ("UMBRELLA-NAVY", "Umbrella, navy, 88 cm", (885, 62, 62), 560, 4500, ()),
    ):
        yield Article(sku, name, size, weight, price, flags, zone="BULK")


def _local() -> Iterator[Article]:
    """Made by neighbours of the store and held nowhere else."""
    for sku, name, size, weight, price, flags in (
        ("LOCAL-VASE", "Vase by Marta, one of a kind", (142, 142, 238), 1120, 8500, ("fragile", "this_way_up")),
        ("LOCAL-JAM", "Quince jam, Red Hook kitchen, 220 g", (70, 70, 84), 375, 950, ("lot", "expiry", "fragile")),
        ("LOCAL-PRINT", "Riso print “Ferry at six”, A4", (312, 224, 6), 145, 3200, ()),
        ("LOCAL-SCARF", "Scarf, hand woven", (280, 210, 60), 260, 9800, ("soft",)),
    ):
        yield Article(sku, name, size, weight, price, flags, only_at="ST-1", zone="SHOP")
