"""What a customer may ask for, of which pieces, and what it means in money and time: answered at once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from zhoudao.engines.refunds import Piece, Sum, refund_of
from zhoudao.engines.refunds import Terms as MoneyTerms
from zhoudao.ground.decisions.queries import Table
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import Kind, Purse, fault_of
from zhoudao.rooms.aftersales.pieces import Had
from zhoudao.rooms.aftersales.policies import Terms, judged, policy, together
from zhoudao.rooms.customers.queries import Standing, standing_of
from zhoudao.rooms.orders.models import Order, OrderLine

Chosen = Sequence[tuple[Had, list[int]]]


@frozen
class Option:
    """One way: whether it is given and on which terms, what comes back (`money`), and the last day it may be asked for
    in the store's calendar.
    """

    kind: Kind
    terms: Terms
    money: Sum
    until: date | None


@frozen
class Asker:
    """Whoever asks for pieces of an order, and the policy as it stands."""

    order: Order
    table: Table
    standing: Standing

    def option(self, kind: Kind, reason: str, chosen: Chosen, *, left_minor: int, at: datetime) -> Option:
        """What this kind of after-sales gives for this reason."""
        terms = together(self._judged(kind, reason, had, ranks, at) for had, ranks in chosen)
        pieces = [piece for had, ranks in chosen for piece in pieces_of(had.line, ranks)]
        money = refund_of(pieces, money_terms(terms), left_minor=left_minor)
        return Option(kind, terms, money, _until(chosen, terms, ZoneInfo(self.order.store.zone)))

    def _judged(self, kind: Kind, reason: str, had: Had, ranks: Sequence[int], at: datetime) -> Terms:
        amount = Money(sum(piece.paid_minor for piece in pieces_of(had.line, ranks)), self.order.currency)
        zone = ZoneInfo(self.order.store.zone)
        asked = {
            "kind": kind.value,
            "reason": reason,
            "fault": fault_of(reason).value,
            "days": _days(had.delivered_at, at, zone),
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


def options_of(asker: Asker, reason: str, chosen: Chosen, *, at: datetime) -> list[Option]:
    """Every way there is for these pieces and this reason (one statement)."""
    left = left_of_money(asker.order)
    return [asker.option(kind, reason, chosen, left_minor=left, at=at) for kind in Kind]


def left_of_money(order: Order) -> int:
    """How much of an order's money may still be paid back (one statement)."""
    purse = Purse.objects.filter(order=order).first()
    return purse.taken_minor - purse.promised_minor if purse else order.total_minor


def pieces_of(line: OrderLine, ranks: Iterable[int], *, lost_percent: int = 0) -> list[Piece]:
    """These pieces of a line with their exact parts of its discount and shipping."""
    discount, shipping = line.unit_parts("discount"), line.unit_parts("shipping")
    return [Piece(line.price_minor - discount[rank], shipping[rank], lost_percent) for rank in ranks]


def money_terms(terms: Terms, *, postage_minor: int = 0) -> MoneyTerms:
    """The part of the terms that is arithmetic."""
    return MoneyTerms(terms.fee_percent, terms.is_shipping_back, postage_minor)


def _days(delivered_at: datetime | None, at: datetime, zone: ZoneInfo) -> int:
    """Days since the day it arrived, as the store's calendar counts them; −1: it has not."""
    if delivered_at is None:
        return -1
    return max(0, (at.astimezone(zone).date() - delivered_at.astimezone(zone).date()).days)


def _until(chosen: Chosen, terms: Terms, zone: ZoneInfo) -> date | None:
    arrived = [had.delivered_at.astimezone(zone).date() for had, _ranks in chosen if had.delivered_at is not None]
    return min(arrived) + timedelta(days=terms.window_days) if arrived and terms.window_days else None
