"""Who buys at the demo shop. Nobody here exists; streets are invented, cities and the shape of postcodes are real."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer as the shop knows them."""

    name: str
    address1: str
    address2: str
    city: str
    region: str
    postcode: str
    country: str
    phone: str
    email: str


# name, address1, address2, city, region, postcode, country
_BY_HAND = (
    ("O'Brien & Sons <Ltd>", 'Unit 4, "The Old Forge"', "Quay Lane", "Galway", "", "H91 X2Y4", "IE"),
    ("王小明", "延安西路1200号 3号楼 502室", "", "上海", "上海市", "200052", "CN"),
    ("陳怡君", "新街路二段88號5樓", "", "臺北市", "", "106", "TW"),
    ("李娜 (LI Na)", "朝晖里24号院 6单元 1103", "请放丰巢柜", "北京", "北京市", "100020", "CN"),
    ("欧阳修远", "锦绣大道9号 滨江花园 12栋 2单元 1801室", "天府新区", "成都", "四川省", "610213", "CN"),
    ("فاطمة الزهراء محمود", "١٢ شارع النخيل، الدور الثالث", "شقة ٧", "القاهرة", "", "11511", "EG"),
    ("عبد الله بن سالم", "حي الياسمين، شارع الأمل 45", "", "الرياض", "", "13325", "SA"),
    ("ليلى حدّاد", "شارع الجامعة 18", "بناية الزيتون، ط 2", "عمّان", "", "11183", "JO"),
    ("محمد الأمين Mohamed El-Amine", "حي النصر، عمارة 3", "", "الجزائر", "", "16000", "DZ"),
    ("Nguyễn Thị Hương Giang", "Số 27/4 ngõ Hoa Sữa, phường Cẩm Thượng", "", "Hà Nội", "", "100000", "VN"),
    ("Trần Đức Ổn", "Căn hộ B12-07, 350 đường Bến Nghé Mới", "Quận 7", "Thành phố Hồ Chí Minh", "", "700000", "VN"),
    ("Lê Quỳnh Như", "66 đường Trưng Lệ, phường An Hải", "", "Đà Nẵng", "", "550000", "VN"),
    ("Ελένη Παπαδοπούλου", "Οδός Αμυγδαλιάς 14", "3ος όροφος", "Αθήνα", "", "105 57", "GR"),
    ("Γιώργος Ξυδάκης", "Λεωφόρος Θαλάσσης 201", "", "Ηράκλειο", "Κρήτη", "713 05", "GR"),
    ("Олександра Шевчук", "вул. Яблунева, буд. 8, кв. 41", "", "Львів", "", "79005", "UA"),
    ("Њагош Љубичић", "Улица старих липа 5", "", "Нови Сад", "", "21000", "RS"),
    ("Дмитрий Ёлкин", "ул. Маячная, д. 3, корп. 2, кв. 118", "", "Алматы", "", "050000", "KZ"),
    ("Цветелина Йорданова", "ж.к. Люляк, бл. 27, вх. Б, ет. 6", "", "София", "", "1113", "BG"),
    ("נועה בן־דוד", "רחוב התאנה 22, דירה 5", "קומה ב׳", "תל אביב", "", "6423902", "IL"),
    ("יוסף חיים כץ", "שדרות האורן 7", "", "חיפה", "", "3303123", "IL"),
    ("สมชาย ใจดี", "99/12 ซอยดอกปีบ 4 ถนนริมคลอง", "แขวงบางนาเหนือ", "กรุงเทพมหานคร", "", "10260", "TH"),
    ("น้ำฝน ศรีสุวรรณ", "45 หมู่ 3 ตำบลหนองหอย", "", "เชียงใหม่", "", "50000", "TH"),
    ("山田 花子", "桜台3丁目14-5", "メゾン潮風 203号室", "横浜市", "神奈川県", "231-0023", "JP"),
    ("김서연", "은행나무로 41길 8, 102동 1504호", "", "서울", "", "04524", "KR"),
    ("अंजलि शर्मा", "फ्लैट 302, नीलकमल अपार्टमेंट, गुलमोहर मार्ग", "", "पुणे", "महाराष्ट्र", "411001", "IN"),
    ("Çağla Şengül-İnönü", "Ihlamur Yokuşu Sk. No: 6 D: 4", "", "İzmir", "", "35220", "TR"),
    ("Żółć, Gęślą & Jaźń sp. j.", "ul. Źródlana 3/14", "", "Łódź", "", "90-001", "PL"),
    ("Þórður Æsuson", "Lyngbrekka 9", "", "Akureyri", "", "600", "IS"),
    ("Jürgen Groß-Weiß", "Lindenstieg 17, Hinterhaus", "c/o Familie Müller-Lüdenscheidt", "Köln", "", "50667", "DE"),
    ("Zoë d'Été", "3 bis, rue de l'Églantine", "Bât. C, 2ᵉ étage, porte gauche", "Orléans", "", "45000", "FR"),
    ("José Ñíguez Núñez", "C/ del Membrillo, 12, 3º izda.", "", "Cáceres", "", "10003", "ES"),
    (
        "The Reverend Dr. Maximiliana Featherstonehaugh-Cholmondeley-Warner of Upper Slaughterhouse Farm",
        "Flat 14b, The Granary, Upper Slaughterhouse Farm, past the second cattle grid, left at the yellow barn",
        "Please do not use the postcode in a satnav, it leads to the ford; ring the bell at the blue gate instead",
        "Llanfair ym Muallt",
        "Powys",
        "LD2 3RD",
        "GB",
    ),
    (
        "Department of Comparative Kitchen Archaeology, Room 4.117",
        "North Campus Research Quadrangle, Building 27 (East Wing), Receiving Dock C, Attention: Graduate Office",
        "",
        "Ann Arbor",
        "MI",
        "48109",
        "US",
    ),
    ("=SUM(A1:A9) Accounting Humour Club", "9 Ledger Court", "", "Dayton", "OH", "45402", "US"),
    ("Null, Christopher", "404 Absent Avenue", "Apt. None", "Reno", "NV", "89501", "US"),
    ("Prof. 李 O'Connor-Γεωργίου", "77 Many Scripts Road", "", "Toronto", "ON", "M5V 2T6", "CA"),
    ('Mary-Jo "MJ" D’Angelo', "15 Rue-Haute Street", "#2", "New Orleans", "LA", "70112", "US"),
    ("x", "1 A St", "", "Erie", "PA", "16501", "US"),
)

_FIRST = [
    "Amara",
    "Noor",
    "Lucas",
    "Emma",
    "Mateo",
    "Ruth",
    "Gwen",
    "Oskar",
    "Priya",
    "Hannah",
    "Theo",
    "Ivy",
    "Marcus",
    "Lena",
    "Caleb",
    "Rosa",
    "Samir",
    "Nadia",
    "Felix",
    "Joan",
    "Tomas",
    "Alice",
    "Derek",
    "Maya",
    "Hugo",
    "Edith",
    "Omar",
    "Clara",
    "Simon",
    "Tessa",
    "Victor",
    "Wanda",
    "Adam",
    "Bella",
    "Niko",
    "Paula",
    "Quinn",
    "Sara",
    "Elif",
    "Jonas",
]
_LAST = [
    "Abbott",
    "Barros",
    "Castellano",
    "Dubois",
    "Eklund",
    "Farrell",
    "Greene",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lombardi",
    "Mbeki",
    "Novak",
    "Oyelaran",
    "Petersen",
    "Quigley",
    "Romero",
    "Schmidt",
    "Takeda",
    "Underwood",
    "Vance",
    "Whitfield",
    "Yilmaz",
    "Zamora",
    "Archer",
    "Bellamy",
    "Cho",
    "Delacroix",
    "Espinoza",
    "Fitzgerald",
    "Goldberg",
    "Hollis",
    "Iyer",
    "Jankowski",
    "Keller",
]
_STREETS = [
    "Larkspur Lane",
    "Old Ferry Road",
    "Copper Kettle Way",
    "Juniper Court",
    "Beacon Hill Terrace",
    "Saltmarsh Drive",
    "Windmill Close",
    "Orchard Gate",
    "Heron Street",
    "Tannery Row",
    "Quarry Bend",
    "Lighthouse Avenue",
    "Mill Pond Road",
    "Starling Crescent",
    "Foxglove Path",
    "Ropewalk Street",
    "Cedar Hollow",
    "Harbour View",
    "Thistle Street",
    "Cooper's Yard",
]
_SECOND = ("", "", "", "", "Apt 3B", "Unit 12", "Floor 2", "Rear entrance", "c/o Front desk", "Suite 400")
_CITIES = (
    # The first ones lie near the store.
    ("Brooklyn", "NY", "11215"),
    ("Brooklyn", "NY", "11231"),
    ("Brooklyn", "NY", "11238"),
    ("New York", "NY", "10014"),
    ("New York", "NY", "10027"),
    ("Long Island City", "NY", "11101"),
    ("Columbus", "OH", "43201"),
    ("Cleveland", "OH", "44113"),
    ("Cincinnati", "OH", "45202"),
    ("Pittsburgh", "PA", "15201"),
    ("Philadelphia", "PA", "19107"),
    ("Boston", "MA", "02116"),
    ("Portland", "ME", "04101"),
    ("Burlington", "VT", "05401"),
    ("Albany", "NY", "12207"),
    ("Baltimore", "MD", "21201"),
    ("Richmond", "VA", "23220"),
    ("Asheville", "NC", "28801"),
    ("Savannah", "GA", "31401"),
    ("Miami", "FL", "33130"),
    ("Nashville", "TN", "37203"),
    ("Chicago", "IL", "60622"),
    ("Madison", "WI", "53703"),
    ("Minneapolis", "MN", "55408"),
    ("Des Moines", "IA", "50309"),
    ("St. Louis", "MO", "63110"),
    ("Austin", "TX", "78704"),
    ("Santa Fe", "NM", "87501"),
    ("Denver", "CO", "80205"),
    ("Boise", "ID", "83702"),
    ("Tucson", "AZ", "85701"),
    ("San Francisco", "CA", "94110"),
    ("Portland", "OR", "97209"),
    ("Seattle", "WA", "98103"),
    ("Anchorage", "AK", "99501"),
    ("Honolulu", "HI", "96813"),
)
NEAR_STORE = 6


def by_hand() -> list[Buyer]:
    """The ones whose names and addresses are a trial for screens, paper and spreadsheets."""
    return [
        Buyer(*row, phone=f"+1 555 01{number:02d}", email=f"buyer{number:02d}@example.org")
        for number, row in enumerate(_BY_HAND)
    ]


def drawn(chance: random.Random, count: int) -> list[Buyer]:
    """Ordinary people at home. No two share a name."""
    names = [(first, last) for first in _FIRST for last in _LAST]
    buyers = []
    for number, (first, last) in enumerate(chance.sample(names, count)):
        city, region, postcode = chance.choice(_CITIES)
        buyers.append(_at_home(chance, number, first, last, city, region, postcode))
    return buyers


def neighbours(chance: random.Random, count: int) -> list[Buyer]:
    """People round the corner from the store."""
    buyers = []
    for number in range(count):
        city, region, postcode = _CITIES[number % NEAR_STORE]
        last = _LAST[-1 - number]
        buyers.append(_at_home(chance, 500 + number, "Neighbour", last, city, region, postcode))
    return buyers


def _at_home(
    chance: random.Random, number: int, first: str, last: str, city: str, region: str, postcode: str
) -> Buyer:
    street = f"{chance.randrange(1, 990)} {chance.choice(_STREETS)}"
    phone = f"+1 555 01{number % 100:02d}" if chance.random() < 0.7 else ""
    mail = f"{first}.{last}".lower() + "@example.com"
    return Buyer(f"{first} {last}", street, chance.choice(_SECOND), city, region, postcode, "US", phone, mail)
