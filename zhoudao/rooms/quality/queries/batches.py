"""What came back of each batch, against the pieces that were packed as that batch.

A rate is only fair among pieces whose batch was known before anybody knew how they would do: those of which it was
said when they were packed. What became known by coming back is counted beside it, never in it: all such pieces have
come back. Of a parcel's line of one batch each piece is of that batch, unless its own label says otherwise, which goes
before. Of a line of several a piece is of none until its label was read.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import field

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.quality.queries.causes import FAULTY, Share
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

UNKNOWN = "-"  # stands for pieces of no known batch where a batch is asked for: no batch begins so
# Behind the lots: what was packed as which batch (`is_alone`: the whole of its lot), and what came back with the batch
# it counts as (NULL: none), the one it was packed as, and whether anything was said of its lot.
BATCHES = """
, packed AS (
    SELECT lots.line_id, lots.parcel_id, lots.sku, lots.order_id, lots.delivered_at, kept.batch, kept.quantity,
           kept.quantity >= lots.beyond_rank - lots.first_rank AS is_alone
    FROM lots
    JOIN parcels_parcelline held ON held.parcel_id = lots.parcel_id AND held.order_line_id = lots.line_id
    JOIN parcels_parcelbatch kept ON kept.line_id = held.id
), told AS (
    SELECT back.*, alone.batch AS packed_batch,
           CASE WHEN alone.batch IS NOT NULL THEN coalesce(nullif(back.batch_found, ''), alone.batch)
                WHEN row_number() OVER (PARTITION BY back.line_id, back.parcel_id, back.batch_found ORDER BY back.rank)
                     <= mixed.quantity THEN back.batch_found END AS batch,
           any_of.line_id IS NOT NULL AS is_told
    FROM back
    LEFT JOIN (SELECT DISTINCT line_id, parcel_id FROM packed) any_of
         ON any_of.line_id = back.line_id AND any_of.parcel_id = back.parcel_id
    LEFT JOIN packed alone ON alone.line_id = back.line_id AND alone.parcel_id = back.parcel_id AND alone.is_alone
    LEFT JOIN packed mixed ON mixed.line_id = back.line_id AND mixed.parcel_id = back.parcel_id
         AND NOT mixed.is_alone AND mixed.batch = back.batch_found
)
"""
_COUNTS = """
SELECT 'packed', sku, batch, '', sum(n), sum(n) FILTER (WHERE delivered_at > %(ripe_at)s)
FROM (
    SELECT sku, batch, quantity AS n, delivered_at FROM packed
    UNION ALL SELECT sku, packed_batch, -1, delivered_at FROM told WHERE batch <> packed_batch
    UNION ALL SELECT sku, batch, 1, delivered_at FROM told WHERE batch <> packed_batch
) moved GROUP BY sku, batch
UNION ALL SELECT 'back', sku, coalesce(batch, ''), reason, count(*), 0 FROM told
          WHERE batch IS NOT NULL OR NOT is_told GROUP BY sku, coalesce(batch, ''), reason
UNION ALL SELECT 'returns', sku, coalesce(batch, ''), '', count(DISTINCT request_id), 0 FROM told
          WHERE batch IS NOT NULL OR NOT is_told GROUP BY sku, coalesce(batch, '')
UNION ALL SELECT 'found', sku, batch_found, '', count(*), 0 FROM told WHERE batch IS NULL AND batch_found <> ''
          GROUP BY sku, batch_found
UNION ALL SELECT 'other', sku, batch, '', count(*), 0 FROM told WHERE batch <> packed_batch GROUP BY sku, batch
UNION ALL SELECT 'unsure', sku, '', '', count(*), 0 FROM told
          WHERE batch IS NULL AND is_told AND batch_found = '' GROUP BY sku
"""


@frozen
class Batch:
    """Pieces of one batch of a product; empty: those of which nobody said the batch. `found`: how many more came back
    with it on their label, of which it was not known before; `other`: how many with it on their label were packed as
    another.
    """

    sku: str
    batch: str
    delivered: int
    young: int
    returns: int
    reasons: Mapping[str, int]
    found: int
    other: int

    @property
    def rate(self) -> Share:
        """Asked back, of those delivered."""
        return Share(min(sum(self.reasons.values()), self.delivered), self.delivered)

    @property
    def faults(self) -> Share:
        """Asked back for a fault, of those delivered."""
        return Share(min(sum(self.reasons.get(one, 0) for one in FAULTY), self.delivered), self.delivered)

    @property
    def back(self) -> int:
        """All that were asked back."""
        return sum(self.reasons.values())


@frozen
class Known:
    """The batches of a product, the worst first. `unknown` is the rest of it, of which `unsure` came back from parcels
    with several batches and were not looked at yet.
    """

    sku: str
    batches: list[Batch]
    unknown: Batch
    unsure: int
    share: Share = field(default_factory=lambda: Share(0, 0))


def by_batch(cohort: Cohort, delivered: Mapping[str, int]) -> list[Known]:
    """Every product of which a batch is known, with how many pieces of it were `delivered` (one statement)."""
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    reasons: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for what, sku, batch, reason, count, young in rows_of(BATCHES + _COUNTS, cohort):
        if what == "back":
            reasons[sku, batch][reason] += int(count)
        else:
            counts[sku][what, batch] += int(count)
            counts[sku]["young", batch] += int(young or 0)
    known = [_known(sku, own, reasons, delivered.get(sku, 0)) for sku, own in counts.items()]
    return sorted((one for one in known if one.batches), key=lambda one: (-_worst(one), one.sku))


def _known(
    sku: str, counts: Counter[tuple[str, str]], reasons: Mapping[tuple[str, str], Counter[str]], delivered: int
) -> Known:
    def batch(name: str, of: int) -> Batch:
        return Batch(
            sku=sku,
            batch=name,
            delivered=of,
            young=counts["young", name],
            returns=counts["returns", name],
            reasons=reasons.get((sku, name), Counter()),
            found=counts["found", name],
            other=counts["other", name],
        )

    names = {name for what, name in counts if what in ("packed", "found") and name}
    rows = [batch(name, counts["packed", name]) for name in names]
    rows.sort(key=lambda one: (-one.faults.hits, -one.rate.hits, -one.delivered, one.batch))
    said = sum(one.delivered for one in rows)
    unknown = batch("", max(0, delivered - said))
    return Known(sku, rows, unknown, counts["unsure", ""], Share(min(said, delivered), delivered))


def _worst(one: Known) -> int:
    return max(each.faults.hits for each in one.batches)
