"""What must always hold (hub.md section 14), each law a view that lists the rows breaking it. `check` runs them all.

A row of a law is (site_id, what, expected, got). Rows that an open conflict covers are left out (sync F8).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.hub.tables.database import all_of, do, maybe
from sync.hub.tables.schema import BUCKETS

_LIVE = "('open', 'scheduled', 'on_hold', 'in_progress')"
_LEDGER = " UNION ALL ".join(
    f"SELECT s.site_id AS site_id, s.sku || ' {bucket}' AS what, coalesce(l.total, 0) AS expected, s.{bucket} AS got"  # noqa: S608  constants
    f" FROM stock s LEFT JOIN (SELECT site_id, sku, sum(delta) AS total FROM ledger WHERE bucket = '{bucket}'"
    " GROUP BY site_id, sku) l ON l.site_id = s.site_id AND l.sku = s.sku"
    f" WHERE s.{bucket} <> coalesce(l.total, 0)"
    for bucket in BUCKETS
)

LAWS: dict[str, tuple[str, str]] = {
    "c1": ("Every stock bucket is the sum of its ledger rows.", _LEDGER),
    "c2": (
        "Allocated and short together are what open fulfillment orders still need.",
        "SELECT t.site_id AS site_id, t.sku AS what, sum(t.due) AS expected, sum(t.held) AS got FROM ("  # noqa: S608
        "SELECT site_id, sku, 0 AS due, allocated + short AS held FROM stock UNION ALL"
        " SELECT l.site_id, l.sku, l.q - l.shipped - l.rejected - l.released AS due, 0 AS held FROM fo_line l"
        f" JOIN fo f ON f.site_id = l.site_id AND f.fo = l.fo WHERE f.status IN {_LIVE}) t"
        " GROUP BY t.site_id, t.sku HAVING sum(t.due) <> sum(t.held)",
    ),
    "c3": (
        "No bucket is negative, nothing is promised that is not there, and short promises have an alert.",
        "SELECT s.site_id AS site_id, s.sku AS what, 0 AS expected, s.short AS got FROM stock s WHERE s.on_hand < 0"
        " OR s.allocated < 0"
        " OR s.allocated > s.on_hand - s.damaged - s.expired - s.quality - s.quarantine - s.suspect"
        " OR (s.short > 0 AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.site_id = s.site_id AND a.kind = 'short'"
        " AND a.ref = s.sku))",
    ),
    "c4": (
        "Per order line: ordered = cancelled + waiting + pledged + unrouted + open + shipped.",
        "SELECT '' AS site_id, o.order_id || ' line ' || o.line AS what, o.ordered AS expected,"
        " o.cancelled + o.waiting + o.pledged + o.unrouted + o.open + o.shipped AS got FROM order_line o"
        " WHERE o.ordered <> o.cancelled + o.waiting + o.pledged + o.unrouted + o.open + o.shipped",
    ),
    "c4_open": (
        "Per order line: open is what its live fulfillment orders still need of it.",
        "SELECT '' AS site_id, t.order_id || ' line ' || t.line AS what,"  # noqa: S608  constants
        " sum(t.due) AS expected, sum(t.held) AS got"
        " FROM (SELECT order_id, line, 0 AS due, open AS held FROM order_line UNION ALL"
        " SELECT f.order_id, l.line, l.q - l.shipped - l.rejected - l.released, 0 FROM fo_line l"
        f" JOIN fo f ON f.site_id = l.site_id AND f.fo = l.fo WHERE f.status IN {_LIVE}) t"
        " GROUP BY t.order_id, t.line HAVING sum(t.due) <> sum(t.held)",
    ),
    "c5": (
        "Per fulfillment order line shipped + rejected + released <= q; more than was due left only with a conflict.",
        "SELECT l.site_id AS site_id, l.fo || ' line ' || l.line AS what, l.q AS expected,"
        " l.shipped + l.rejected + l.released + l.over AS got FROM fo_line l"
        " WHERE l.shipped < 0 OR l.rejected < 0 OR l.released < 0 OR l.shipped + l.rejected + l.released > l.q"
        " OR (l.over > 0 AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.site_id = l.site_id AND c.fo = l.fo))",
    ),
    "c5_packed": (
        "Per fulfillment order line no more is packed than is due; more only with a conflict.",
        "SELECT l.site_id AS site_id, l.fo || ' line ' || l.line AS what, l.q - l.rejected - l.released AS expected,"
        " l.packed AS got FROM fo_line l JOIN fo f ON f.site_id = l.site_id AND f.fo = l.fo"
        " WHERE f.status <> 'cancelled' AND (l.packed < 0 OR l.packed > l.q - l.rejected - l.released)"
        " AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.site_id = l.site_id AND c.fo = l.fo)",
    ),
    "c6": (
        "What parcels that left hold is what their orders' lines have shipped.",
        "SELECT t.site_id AS site_id, t.fo || ' line ' || t.line AS what, sum(t.gone) AS expected,"
        " sum(t.held) AS got FROM (SELECT site_id, fo, line, shipped + over AS gone, 0 AS held FROM fo_line UNION ALL"
        " SELECT pl.site_id, pl.fo, pl.line, 0, pl.q FROM parcel_line pl JOIN parcel p ON p.site_id = pl.site_id"
        " AND p.parcel = pl.parcel WHERE p.state = 'shipped') t"
        " GROUP BY t.site_id, t.fo, t.line HAVING sum(t.gone) <> sum(t.held)",
    ),
    "c6_label": (
        "A tracking number is on one parcel.",
        "SELECT p.site_id AS site_id, p.tracking AS what, 1 AS expected, count(*) AS got FROM parcel p"
        " WHERE p.tracking IS NOT NULL AND p.tracking <> '' AND NOT EXISTS (SELECT 1 FROM conflict c"
        " WHERE c.site_id = p.site_id AND c.code = 'duplicate_number' AND c.resolved_at IS NULL)"
        " GROUP BY p.site_id, p.tracking HAVING count(*) > 1",
    ),
    "c11": (
        "Every fulfillment order names the decision that made it.",
        "SELECT f.site_id AS site_id, f.fo AS what, f.decision_n AS expected, 0 AS got FROM fo f"
        " WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.order_id = f.order_id AND d.n = f.decision_n"
        " AND d.site_id = f.site_id)",
    ),
    "c12": (
        "The facts of a station's generation are there without a hole, as far as they were acknowledged.",
        "SELECT g.site_id AS site_id, g.station || '/' || g.gen AS what, g.n - g.oldest + 1 AS expected,"
        " coalesce(f.held, 0) AS got FROM gen g LEFT JOIN (SELECT site_id, station, gen, count(*) AS held FROM fact"
        " GROUP BY site_id, station, gen) f ON f.site_id = g.site_id AND f.station = g.station AND f.gen = g.gen"
        " WHERE g.n - g.oldest + 1 <> coalesce(f.held, 0)",
    ),
    "c14": (
        "A closed or cancelled fulfillment order has nothing open.",
        "SELECT l.site_id AS site_id, l.fo || ' line ' || l.line AS what, 0 AS expected,"
        " l.q - l.shipped - l.rejected - l.released AS got FROM fo_line l JOIN fo f ON f.site_id = l.site_id"
        " AND f.fo = l.fo WHERE f.status IN ('closed', 'cancelled', 'incomplete')"
        " AND l.q - l.shipped - l.rejected - l.released <> 0",
    ),
    "c15": (
        "Nothing is between accepted and routed when a transaction ends.",
        "SELECT '' AS site_id, o.order_id || ' line ' || o.line AS what, 0 AS expected, o.unrouted AS got"
        " FROM order_line o WHERE o.unrouted <> 0",
    ),
    "c18": (
        "A fulfillment order's status is what its last event says.",
        "SELECT f.site_id AS site_id, f.fo || ': ' || f.status AS what, 1 AS expected, 0 AS got FROM fo f"
        " WHERE NOT EXISTS (SELECT 1 FROM fo_event e WHERE e.site_id = f.site_id AND e.fo = f.fo"
        " AND e.after = f.status AND e.n = (SELECT max(n) FROM fo_event x WHERE x.site_id = f.site_id"
        " AND x.fo = f.fo))",
    ),
    "c22": (
        "Every open fulfillment order stands in its site's feed.",
        "SELECT f.site_id AS site_id, f.fo AS what, 1 AS expected, 0 AS got FROM fo f WHERE NOT EXISTS"
        " (SELECT 1 FROM change c WHERE c.site_id = f.site_id AND c.kind = 'fo' AND c.key = f.fo)",
    ),
}
"""Every law by number: what it says, and the query that finds its breaks."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One row that breaks a law."""

    law: str
    says: str
    site: str
    what: str
    expected: int
    got: int


def check(db: Connection, rows_max: int = 100) -> list[Broken]:
    """All rows that break a law, at most `rows_max` of each."""
    found = []
    for law, (says, _) in LAWS.items():
        for row in all_of(db, f"SELECT * FROM law_{law} LIMIT :most", most=rows_max):  # noqa: S608  constants
            found.append(Broken(law, says, row.site_id, row.what, int(row.expected), int(row.got)))  # noqa: PERF401
    return found


def create(db: Connection) -> None:
    """Make the views, where they are not these already."""
    made = hashlib.blake2b(repr(LAWS).encode(), digest_size=8).hexdigest()
    stored = maybe(db, "SELECT value FROM hub WHERE key = 'laws'")
    if stored is not None and stored[0] == made:
        return
    for law, (_, query) in LAWS.items():
        do(db, f"DROP VIEW IF EXISTS law_{law}")
        do(db, f"CREATE VIEW law_{law} AS {query}")
    do(
        db,
        "INSERT INTO hub (key, value) VALUES ('laws', :made) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        made=made,
    )
