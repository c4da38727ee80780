"""How often products went wrong lately and before, told so that both had the same time to show it."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.engines.rates import Counted
from zhoudao.rooms.quality.queries.causes import FAULTY
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

SHOWN_IN = timedelta(days=14)  # after its delivery a fault counts: what was delivered later is not judged yet
LATELY, EARLIER = timedelta(days=28), timedelta(days=182)
# A line of an order is one case, however many pieces: they fail together. What an inspection refused is no fault.
_HITS = """
, hits AS (
    SELECT DISTINCT line_id, delivered_at, request_id, sku FROM back
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
_RETURNS = """
SELECT DISTINCT request_id FROM hits
WHERE sku = %(sku)s AND delivered_at >= %(lately)s ORDER BY request_id DESC LIMIT %(most)s
"""
MOST_SHOWN = 50


def counted(at: datetime) -> list[Counted]:
    """Every product of which something was delivered in these weeks (one statement)."""
    rows = rows_of(_HITS + _COUNTS, _asked(at), lately=_lately(at), faulty=list(FAULTY), shown_in=SHOWN_IN)
    return [Counted(*row) for row in rows]


def returns_of_rise(sku: str, at: datetime) -> list[UUID]:
    """The returns that show a product's fault lately, the newest first (one statement)."""
    more = {"sku": sku, "most": MOST_SHOWN, "lately": _lately(at), "faulty": list(FAULTY), "shown_in": SHOWN_IN}
    return [request_id for (request_id,) in rows_of(_HITS + _RETURNS, _asked(at), **more)]


def figures_of(sku: str, at: datetime) -> dict[str, int]:
    """One product's counts as a notice opened by hand keeps them (one statement)."""
    one = next((each for each in counted(at) if each.name == sku), None)
    if one is None:
        return {}
    return {"hits": one.hits, "of": one.of, "before": one.before, "of_before": one.of_before}


def _lately(at: datetime) -> datetime:
    return at - SHOWN_IN - LATELY


def _asked(at: datetime) -> Cohort:
    end = at - SHOWN_IN
    return Cohort(end - LATELY - EARLIER, end, at)
