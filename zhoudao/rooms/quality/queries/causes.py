"""What came back of what was delivered: by product, reason, carrier and place, with what it cost."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from zhoudao.engines.rates import interval
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import Condition
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.quality.queries.lots import Cohort, rows_of

RIPE = timedelta(days=30)  # the longest shipped window is fifteen days, and post takes its time
FAULTY = (Reason.QUALITY, Reason.NOT_AS_DESCRIBED, Reason.DAMAGED)
BROKEN_ON_THE_WAY = (Reason.DAMAGED, Reason.MISSING, Reason.LOST)
PACKED_WRONGLY = (Reason.WRONG_ITEM, Reason.MISSING)
_CONDITIONS = tuple(Condition.values)


@frozen
class Share:
    """So many of so many; `low` and `high` are where the true share lies (0 … 1), 95 % sure."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def span(self) -> tuple[float, float]:
        """Between which shares the true one lies."""
        return interval(self.hits, self.of)


@frozen
class Product:
    """One product's pieces of the cohort. `young` were delivered too lately to be judged; `reasons` count pieces asked
    back. Money in minor units of the company's currency; orders in others count as pieces only.
    """

    sku: str
    name: str
    delivered: int
    young: int
    returns: int
    reasons: Mapping[str, int]
    found: Mapping[tuple[str, str], int]
    paid_back: int
    cost: int

    @property
    def rate(self) -> Share:
        """Asked back, of those delivered."""
        return Share(min(sum(self.reasons.values()), self.delivered), self.delivered)

    @property
    def faults(self) -> Share:
        """Asked back for a fault, of those delivered."""
        return Share(min(sum(self.reasons.get(one, 0) for one in FAULTY), self.delivered), self.delivered)

    @property
    def per_return(self) -> int | None:
        """What one return cost."""
        return round(self.cost / self.returns) if self.returns else None


@frozen
class Causes:
    """All products, those that come back most often first, and all of them together."""

    products: list[Product]
    whole: Product


_DELIVERED = """
SELECT sku, max(name), sum(beyond_rank - first_rank), sum(beyond_rank - first_rank) FILTER
       (WHERE delivered_at > %(ripe_at)s)
FROM lots GROUP BY sku
"""
# Nothing twice: what a piece lost is borne by the customer or owed in vain, and with it the same part of its shipping.
_BACK = """
, owed AS (
    SELECT request.id, request.owed_minor::numeric / count(*) AS each
    FROM aftersales_returnrequest request JOIN aftersales_returnpiece piece ON piece.request_id = request.id
    WHERE request.owed_minor > 0 AND piece.is_live AND request.id IN (SELECT request_id FROM back)
    GROUP BY request.id
), besides AS (
    SELECT refund.id, (refund.postage_minor - refund.pickup_minor)::numeric / count(*) AS postage,
           refund.over_minor::numeric / count(*) AS over
    FROM aftersales_refund refund JOIN aftersales_returnpiece piece ON piece.refund_id = refund.id
    WHERE refund.state = 'paid' AND NOT refund.is_credit AND refund.id IN (SELECT refund_id FROM back)
    GROUP BY refund.id
)
SELECT back.sku, back.reason, back.condition, count(*),
       coalesce(sum(back.paid_minor - back.lost_minor - back.fee_minor + back.shipping_minor + besides.postage
                    - besides.over) FILTER (WHERE bought.currency = %(currency)s), 0),
       coalesce(sum(coalesce(back.shipping_minor
                             * CASE WHEN owed.id IS NULL THEN 1 WHEN NOT back.is_accepted THEN 0
                                    ELSE (100 - back.lost_percent) / 100.0 END
                             + besides.postage, 0)
                    + CASE WHEN besides.id IS NOT NULL AND back.kind = 'refund_only'
                           THEN back.paid_minor - back.lost_minor - back.fee_minor - besides.over ELSE 0 END
                    + coalesce(owed.each, 0)
                    + CASE WHEN back.is_accepted AND back.disposition = 'scrap'
                           THEN back.paid_minor * (100 - back.lost_percent) / 100.0 ELSE 0 END
                   ) FILTER (WHERE bought.currency = %(currency)s), 0)
FROM back
JOIN orders_order bought ON bought.id = back.order_id
LEFT JOIN besides ON besides.id = back.refund_id
LEFT JOIN owed ON owed.id = back.request_id
GROUP BY back.sku, back.reason, back.condition
"""
_RETURNS = "SELECT sku, count(DISTINCT request_id) FROM back GROUP BY GROUPING SETS ((sku), ())"
_PARCELS = """
SELECT parcel.carrier, parcel.warehouse_id, count(DISTINCT parcel.id),
       count(DISTINCT parcel.id) FILTER (WHERE back.reason = ANY(%(broken)s)),
       count(DISTINCT parcel.id) FILTER (WHERE back.reason = ANY(%(wrong)s))
FROM (SELECT DISTINCT parcel_id AS id, carrier, warehouse_id FROM lots WHERE parcel_id IS NOT NULL) parcel
LEFT JOIN back ON back.parcel_id = parcel.id
GROUP BY parcel.carrier, parcel.warehouse_id
"""


def causes(cohort: Cohort, *, currency: str) -> Causes:
    """Every product of which a piece was delivered (three statements)."""
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    paid: dict[str, Fraction] = defaultdict(Fraction)
    cost: dict[str, Fraction] = defaultdict(Fraction)
    for sku, reason, condition, count, paid_back, lost in rows_of(_BACK, cohort, currency=currency):
        reasons[sku][reason] += count
        paid[sku] += Fraction(paid_back)
        cost[sku] += Fraction(lost)
        if condition:
            found[sku][reason, condition] += count
    returns = dict(rows_of(_RETURNS, cohort))
    products = [
        Product(
            sku=sku,
            name=name,
            delivered=int(delivered),
            young=int(young or 0),
            returns=returns.get(sku, 0),
            reasons=reasons[sku],
            found=found[sku],
            paid_back=round(paid[sku]),
            cost=round(cost[sku]),
        )
        for sku, name, delivered, young in rows_of(_DELIVERED, cohort)
    ]
    products.sort(key=lambda one: (-one.rate.hits, -one.delivered, one.sku))
    whole = Product(
        sku="",
        name="",
        delivered=sum(one.delivered for one in products),
        young=sum(one.young for one in products),
        returns=returns.get(None, 0),
        reasons=sum(reasons.values(), Counter()),
        found=sum(found.values(), Counter()),
        paid_back=round(sum(paid.values())),
        cost=round(sum(cost.values())),
    )
    return Causes(products, whole)


@frozen
class Ways:
    """Parcels that arrived: damaged or missing by carrier, wrong or missing by the place that sent them (None: known
    to nobody).
    """

    carriers: dict[str, Share]
    places: dict[UUID | None, Share]


def ways(cohort: Cohort) -> Ways:
    """Carriers and places (one statement)."""
    carriers: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    told = {"broken": list(BROKEN_ON_THE_WAY), "wrong": list(PACKED_WRONGLY)}
    for carrier, place_id, parcels, broken, wrong in rows_of(_PARCELS, cohort, **told):
        carriers[carrier] += Counter(of=parcels, hits=broken)
        places[place_id] += Counter(of=parcels, hits=wrong)
    return Ways(
        {code: Share(one["hits"], one["of"]) for code, one in carriers.items()},
        {code: Share(one["hits"], one["of"]) for code, one in places.items()},
    )
