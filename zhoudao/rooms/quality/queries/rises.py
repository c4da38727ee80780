"""How often products went wrong lately and before, told so that both had the same time to show it."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.engines.rates import Counted
from zhoudao.rooms.quality.queries.batches import BATCHES
from zhoudao.rooms.quality.queries.causes import FAULTY
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

SHOWN_IN = timedelta(days=14)  # after its delivery a fault counts: what was delivered later is not judged yet
LATELY, EARLIER = timedelta(days=28), timedelta(days=182)
# A line of an order is one case, however many pieces: they fail together. What an inspection refused is no fault.
_HITS = """
, hits AS (
    SELECT DISTINCT line_id, delivered_at, request_id, sku, batch FROM told
    WHERE reason = ANY(%(faulty)s) AND (condition = '' OR is_accepted) AND asked_at < delivered_at + %(shown_in)s
)
"""
_COUNTS = """
SELECT lots.sku,
       count(DISTINCT hits.line_id) FILTER (WHERE lots.delivered_at >= %(lately)s),
       count(DISTINCT lots.line_id) FILTER (WHERE lots.delivered_at >= %(lately)s),
       count(DISTINCT hits.line_id) FILTER (WHERE lots.delivered_at < %(lately)s),
       count(DISTINCT lots.line_id) FILTER (WHERE lots.delivered_at < %(lately)s)
FROM lots LEFT JOIN hits ON hits.line_id = lots.line_id AND hits.delivered_at = lots.delivered_at
GROUP BY lots.sku ORDER BY lots.sku
"""
# Lines with a piece that was packed as a batch, or was packed as another and has it on its label.
_BATCHES = """
, lines AS (
    SELECT DISTINCT sku, batch, line_id, delivered_at FROM packed
    UNION SELECT sku, batch, line_id, delivered_at FROM told WHERE batch IS NOT NULL
), counts AS (
    SELECT lines.sku, lines.batch,
           count(DISTINCT hits.line_id) FILTER (WHERE lines.delivered_at >= %(lately)s) AS hits,
           count(DISTINCT lines.line_id) FILTER (WHERE lines.delivered_at >= %(lately)s) AS of,
           count(DISTINCT hits.line_id) FILTER (WHERE lines.delivered_at < %(lately)s) AS before,
           count(DISTINCT lines.line_id) FILTER (WHERE lines.delivered_at < %(lately)s) AS of_before
    FROM lines LEFT JOIN hits ON hits.line_id = lines.line_id AND hits.delivered_at = lines.delivered_at
         AND hits.batch = lines.batch
    GROUP BY lines.sku, lines.batch
)
SELECT sku, batch, hits, of, before, of_before, sum(hits) OVER (PARTITION BY sku) - hits,
       sum(of) OVER (PARTITION BY sku) - of
FROM counts ORDER BY sku, batch
"""
_RETURNS = """
SELECT DISTINCT request_id FROM hits
WHERE sku = %(sku)s AND (%(batch)s = '' OR batch = %(batch)s)
  AND delivered_at >= %(lately)s ORDER BY request_id DESC LIMIT %(most)s
"""
MOST_SHOWN = 50


def counted(at: datetime) -> list[Counted]:
    """Every product of which something was delivered in these weeks, and every batch of it of which something was
    delivered lately (two statements).
    """
    asked, more = _asked(at), {"lately": _lately(at), "faulty": list(FAULTY), "shown_in": SHOWN_IN}
    products = {one.name: one for one in (Counted(*row) for row in rows_of(BATCHES + _HITS + _COUNTS, asked, **more))}
    batches = [
        Counted(
            name=sku,
            hits=hits,
            of=of,
            before=max(0, products[sku].before - before),
            of_before=max(0, products[sku].of_before - of_before),
            batch=batch,
            others=int(others),
            of_others=int(of_others),
        )
        for sku, batch, hits, of, before, of_before, others, of_others in rows_of(
            BATCHES + _HITS + _BATCHES, asked, **more
        )
        if of
    ]
    return [*products.values(), *batches]


def returns_of_rise(sku: str, at: datetime, *, batch: str = "") -> list[UUID]:
    """The returns that show a product's or batch's fault lately, the newest first (one statement)."""
    more = {"sku": sku, "batch": batch, "most": MOST_SHOWN, "lately": _lately(at)}
    more |= {"faulty": list(FAULTY), "shown_in": SHOWN_IN}
    return [request_id for (request_id,) in rows_of(BATCHES + _HITS + _RETURNS, _asked(at), **more)]


def figures_of(sku: str, at: datetime, *, batch: str = "") -> dict[str, int]:
    """One product's or batch's counts as a notice opened by hand keeps them (two statements)."""
    one = next((each for each in counted(at) if (each.name, each.batch) == (sku, batch)), None)
    if one is None:
        return {}
    before, of_before = one.before + one.others, one.of_before + one.of_others
    return {"hits": one.hits, "of": one.of, "before": before, "of_before": of_before}


def _lately(at: datetime) -> datetime:
    return at - SHOWN_IN - LATELY


def _asked(at: datetime) -> Cohort:
    end = at - SHOWN_IN
    return Cohort(end - LATELY - EARLIER, end, at)
