"""What a repair costs where nobody else pays: offered, and answered once by the customer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.commands.holding import hold_repair, tell
from zhoudao.rooms.repairs.events import QuoteAccepted, QuoteDeclined, QuoteSent, RepairClosed
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.models import Quote, Repair, RepairPart
from zhoudao.rooms.repairs.refusals import (
    NothingToPay,
    NotNow,
    PartsUnsound,
    QuoteAnswered,
    QuoteExpired,
    QuoteGone,
    QuoteUnsound,
)
from zhoudao.rooms.stock.models import Item

_MOST_DAYS, _MOST_LINES, _MOST, _DEAREST = 60, 20, 100, 10_000_000_00


@frozen
class Priced:
    """So many of a stock item, each at this price in minor units."""

    sku: str
    quantity: int
    price_minor: int


@transaction.atomic
def send_quote(
    *, repair_id: UUID, labour_minor: int, parts: Sequence[Priced], valid_days: int, by: By, at: datetime
) -> Quote:
    """This will offer the customer what the repair would cost. An earlier offer is gone with it; the parts are planned.

    Raises: RepairNotFound, NotNow, NothingToPay, QuoteUnsound, PartsUnsound
    """
    repair = hold_repair(repair_id, State.TRIAGED, State.QUOTED)
    if repair.is_covered:
        raise NothingToPay(NothingToPay.__doc__)
    names = _names(parts)
    parts_minor = sum(one.quantity * one.price_minor for one in parts)
    total = labour_minor + parts_minor
    if labour_minor < 0 or not 0 < total <= _DEAREST or not 1 <= valid_days <= _MOST_DAYS:
        raise QuoteUnsound(QuoteUnsound.__doc__)
    repair.quotes.filter(is_live=True).update(is_live=False)
    day = at.astimezone(ZoneInfo(repair.store.zone)).date()
    quote = Quote.objects.create(
        repair=repair,
        labour_minor=labour_minor,
        parts_minor=parts_minor,
        total_minor=total,
        currency=repair.currency,
        lines=[[one.sku, names[one.sku], one.quantity, one.price_minor] for one in parts],
        valid_until=day + timedelta(days=valid_days),
        sent_at=at,
        sent_by=by.actor,
    )
    repair.parts.filter(batch=None).delete()
    RepairPart.objects.bulk_create(
        RepairPart(repair=repair, sku=one.sku, wanted=one.quantity, price_minor=one.price_minor) for one in parts
    )
    repair.state = State.QUOTED
    repair.save(update_fields=["state"])
    tell(repair, QuoteSent(repair.number, str(quote.id), total, quote.currency), by=by, at=at)
    return quote


@transaction.atomic
def answer_quote(*, repair_id: UUID, quote_id: UUID, is_accepted: bool, by: By, at: datetime) -> Repair:
    """This will note that the customer agrees to the quote they saw, or not: then the repair ends. The same answer
    twice is once.

    Raises: RepairNotFound, NotNow, QuoteGone, QuoteExpired, QuoteAnswered
    """
    repair = hold_repair(repair_id)
    quote = Quote.objects.select_for_update().filter(repair=repair, id=quote_id).first()
    if quote is None or not quote.is_live:
        raise QuoteGone(QuoteGone.__doc__)
    if quote.is_accepted is not None:
        if quote.is_accepted != is_accepted:
            raise QuoteAnswered(QuoteAnswered.__doc__)
        return repair
    if repair.state != State.QUOTED:
        raise NotNow(NotNow.__doc__)
    if is_accepted and at.astimezone(ZoneInfo(repair.store.zone)).date() > quote.valid_until:
        raise QuoteExpired(quote.valid_until)
    quote.is_accepted, quote.answered_at, quote.answered_by = is_accepted, at, by.actor
    quote.save(update_fields=["is_accepted", "answered_at", "answered_by"])
    said = (repair.number, str(quote.id), quote.total_minor, quote.currency)
    if is_accepted:
        repair.state, repair.owed_minor = State.APPROVED, quote.total_minor
        repair.save(update_fields=["state", "owed_minor"])
        tell(repair, QuoteAccepted(*said), by=by, at=at)
    else:
        repair.state, repair.closed_at = State.DECLINED, at
        repair.save(update_fields=["state", "closed_at"])
        tell(repair, QuoteDeclined(*said), RepairClosed(repair.number, "declined", ""), by=by, at=at)
    return repair


def _names(parts: Sequence[Priced]) -> dict[str, str]:
    """What the items are called. Raises: PartsUnsound."""
    skus = [one.sku for one in parts]
    if len(skus) > _MOST_LINES or len(set(skus)) != len(skus):
        raise PartsUnsound(PartsUnsound.__doc__)
    if any(not 1 <= one.quantity <= _MOST or not 0 <= one.price_minor <= _DEAREST for one in parts):
        raise PartsUnsound(PartsUnsound.__doc__)
    items = Item.objects.in_bulk(skus)
    if len(items) != len(skus):
        raise PartsUnsound(PartsUnsound.__doc__)
    return {sku: str(items[sku]) for sku in skus}
