"""A stopped order's goods go back into their bins."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.holding import hold_tote, restage, tell_totes
from zhoudao.rooms.fulfilment.commands.scanning import Read, Scanned, before, note
from zhoudao.rooms.fulfilment.events import GoodsPutBack
from zhoudao.rooms.fulfilment.models import Outcome, Station, Step, Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.refusals import ToteElsewhere
from zhoudao.rooms.stock.goods import check_quantity
from zhoudao.rooms.stock.queries.balances import item_scanned


@transaction.atomic
def scan_back(*, tote_id: UUID, read: Read, by: By, at: datetime) -> Scanned:
    """This will note that so many of an item lie in their bin again. Raises: ToteNotFound, ToteElsewhere,
    QuantityUnsound
    """
    check_quantity(read.quantity)
    _order, wave, tote = hold_tote(tote_id)
    known = before(read)
    if known is not None:
        return known
    if tote.state != Step.PUT_BACK:
        raise ToteElsewhere(ToteElsewhere.__doc__)
    item = item_scanned(read.words)
    line = ToteLine.objects.filter(tote=tote, item=item, picked__gt=0).first() if item else None
    outcome = Outcome.RIGHT
    if line is None:
        outcome = Outcome.WRONG_ITEM if item else Outcome.UNKNOWN
    elif line.put_back + read.quantity > line.picked:
        outcome = Outcome.SURPLUS
    sku = line.item_id if line else ""
    found = Scanned(outcome, read.words, sku, read.quantity, tote.code)
    note(wave, Station.PUT_BACK, read, found, tote=tote, by=by, at=at)
    if line is not None and outcome == Outcome.RIGHT:
        line.put_back += read.quantity
        line.save(update_fields=["put_back"])
        _clear(wave, tote, by=by, at=at)
    return found


@transaction.atomic
def put_all_back(*, tote_id: UUID, by: By, at: datetime) -> Tote:
    """This will note that all of it lies in its bins again. Raises: ToteNotFound, ToteElsewhere."""
    _order, wave, tote = hold_tote(tote_id)
    if tote.state != Step.PUT_BACK:
        raise ToteElsewhere(ToteElsewhere.__doc__)
    ToteLine.objects.filter(tote=tote).update(put_back=F("picked"))
    _clear(wave, tote, by=by, at=at)
    return tote


def _clear(wave: Wave, tote: Tote, *, by: By, at: datetime) -> None:
    lines = list(ToteLine.objects.filter(tote=tote))
    if any(line.put_back < line.picked for line in lines):
        return
    tote.state, tote.ended_at = Step.OUT, at
    tote.save(update_fields=["state", "ended_at"])
    fact = GoodsPutBack(tote.order.number, tote.code, sum(line.put_back for line in lines))
    tell_totes(wave, [(tote, fact)], by=by, at=at)
    restage(wave, by=by, at=at)
