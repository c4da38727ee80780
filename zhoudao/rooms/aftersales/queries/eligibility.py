"""What a customer may ask for, of which pieces, and what it means in money and time: answered at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F
from django.db.models import Sum as SumOf

from zhoudao.engines.refunds import Sum, refund_of
from zhoudao.engines.refunds import Terms as MoneyTerms
from zhoudao.ground.decisions.queries import Table
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import ASKABLE, BACK, REPLACES, Kind, Purse, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.pieces import Had
from zhoudao.rooms.aftersales.policies import Terms, judged, policy, together
from zhoudao.rooms.aftersales.reasons import Reason, fault_of
from zhoudao.rooms.aftersales.swaps import Chosen, Swaps, short_of
from zhoudao.rooms.customers.queries import Standing, group_ids, standing_of
from zhoudao.rooms.orders.models import Order


@frozen
class Option:
    """One way: whether it is given and on which terms, what comes back (`money`), and the last day it may be asked for
    in the store's calendar. Where something is sent instead it costs `price_minor`.
    """

    kind: Kind
    terms: Terms
    money: Sum
    until: date | None
    price_minor: int = 0

    @property
    def back_minor(self) -> int:
        """What is paid back, if all is as it was sent."""
        return max(0, self.money.total_minor - self.price_minor)

    @property
    def due_minor(self) -> int:
        """What is still to be paid, if all is as it was sent: what was paid back before is not asked for again."""
        return max(0, self.price_minor - self.money.total_minor - self.money.over_minor)


@frozen
class Asker:
    """Whoever asks for pieces of an order, and the policy as it stands."""

    order: Order
    table: Table
    standing: Standing

    def option(
        self,
        kind: Kind,
        reason: str,
        chosen: Chosen,
        *,
        left_minor: int,
        at: datetime,
        swaps: Swaps | None = None,
        is_short: bool | None = None,
    ) -> Option:
        """What this kind of after-sales gives for this reason; `swaps` says what is sent instead, the same unless one
        is given. `is_short` is whether stock lacks it, where that is known already.
        """
        terms = together(self._judged(kind, reason, had, ranks, at) for had, ranks in chosen)
        pieces = [piece for had, ranks in chosen for piece in had.pieces(ranks)]
        money = refund_of(pieces, money_terms(terms), left_minor=left_minor)
        price = sum(price for _sku, _name, price in wanted_of(chosen, swaps)) if kind in REPLACES else 0
        if terms.is_allowed and kind in BACK and reason == Reason.LOST:
            terms = Terms(is_allowed=False, why="not_here")
        if terms.is_allowed and kind in REPLACES and (is_short if is_short is not None else _is_short(chosen, swaps)):
            terms = Terms(is_allowed=False, why="out_of_stock")
        if terms.is_instant and kind in BACK and self._is_risky(terms, money.total_minor):
            terms = replace(terms, is_instant=False)
        return Option(kind, terms, money, _until(chosen, terms, ZoneInfo(self.order.store.zone)), price)

    def _is_risky(self, terms: Terms, more_minor: int) -> bool:
        return open_risk(self.order) + more_minor > terms.risk_minor

    def _judged(self, kind: Kind, reason: str, had: Had, ranks: Sequence[int], at: datetime) -> Terms:
        amount = Money(sum(piece.paid_minor for piece in had.pieces(ranks)), self.order.currency)
        zone = ZoneInfo(self.order.store.zone)
        asked = {
            "kind": kind.value,
            "reason": reason,
            "fault": fault_of(reason).value,
            "days": _days(had.lost_at if reason == Reason.LOST and had.lost_at else had.delivered_at, at, zone),
            "amount": float(amount.amount),
            "currency": self.order.currency,
            "sku": had.line.sku,
            "source": self.order.source,
            "store": self.order.store.code,
            "grade": self.standing.grade or "",
            "value_class": self.standing.value_class,
        }
        return judged(self.table, asked, self.order.currency)


def asker_of(order: Order) -> Asker:
    """This will read the policy and who the customer is (two statements, with store and customer in hand)."""
    return Asker(order, policy(), standing_of(order.customer))


def options_of(asker: Asker, reason: str, chosen: Chosen, *, at: datetime, swaps: Swaps | None = None) -> list[Option]:
    """Every way there is for these pieces and this reason (three statements; two more where goods may go out first)."""
    left, same = left_of_money(asker.order), _is_short(chosen, None)
    short = {Kind.EXCHANGE: _is_short(chosen, swaps) if swaps else same, Kind.RESHIP: same}
    return [
        asker.option(
            kind,
            reason,
            chosen,
            left_minor=left,
            at=at,
            swaps=swaps if kind == Kind.EXCHANGE else None,
            is_short=short.get(kind),
        )
        for kind in ASKABLE
    ]


def wanted_of(chosen: Chosen, swaps: Swaps | None) -> list[tuple[str, str, int]]:
    """For each chosen piece: SKU, name and price of what is sent for it. The same again costs what was paid for it."""
    wanted = []
    for had, ranks in chosen:
        one = (swaps or {}).get(had.line.id)
        for piece in had.pieces(ranks):
            if one is None or one.price_minor is None:
                wanted.append((had.line.sku, had.line.name, piece.paid_minor))
            else:
                wanted.append((one.sku, one.name, one.price_minor))
    return wanted


def open_risk(order: Order) -> int:
    """How much went to an order's customer ahead of goods that are not back, in its currency (three statements)."""
    people = group_ids(order.customer_id)
    worth = F("paid_minor") - F("lost_minor") - F("fee_minor") + F("shipping_minor")
    ahead = ReturnPiece.objects.filter(
        request__customer_id__in=people, request__kind__in=BACK, request__order__currency=order.currency
    ).filter(is_live=True, refund__isnull=False, condition="", is_missing=False)
    owed = ReturnRequest.objects.filter(customer_id__in=people, order__currency=order.currency)
    sums = ahead.aggregate(n=SumOf(worth, default=0)), owed.aggregate(n=SumOf("owed_minor", default=0))
    return sum(int(each["n"]) for each in sums)


def left_of_money(order: Order) -> int:
    """How much of an order's money may still be paid back (one statement)."""
    purse = Purse.objects.filter(order=order).first()
    return purse.taken_minor - purse.promised_minor if purse else order.total_minor


def money_terms(terms: Terms, *, postage_minor: int = 0, pickup_minor: int = 0) -> MoneyTerms:
    """The part of the terms that is arithmetic."""
    return MoneyTerms(terms.fee_percent, terms.is_shipping_back, postage_minor, pickup_minor)


def _is_short(chosen: Chosen, swaps: Swaps | None) -> bool:
    return short_of((sku, 1) for sku, _name, _price in wanted_of(chosen, swaps))


def _days(delivered_at: datetime | None, at: datetime, zone: ZoneInfo) -> int:
    """Days since the day it arrived, as the store's calendar counts them; −1: it has not."""
    if delivered_at is None:
        return -1
    return max(0, (at.astimezone(zone).date() - delivered_at.astimezone(zone).date()).days)


def _until(chosen: Chosen, terms: Terms, zone: ZoneInfo) -> date | None:
    arrived = [had.delivered_at.astimezone(zone).date() for had, _ranks in chosen if had.delivered_at is not None]
    return min(arrived) + timedelta(days=terms.window_days) if arrived and terms.window_days else None
