"""A courier of ours has the goods: what that costs the customer is settled."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.deciding import note_sent
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.events import ReturnSent
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnRequest, State
from zhoudao.rooms.parcels.carriers import is_number, tidied_number
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.events import carrier_word


@transaction.atomic
def note_fetched(*, request_id: UUID, fee_minor: int, label: Label, by: By, at: datetime) -> ReturnRequest:
    """This will note that a courier of ours fetched a return, which its customer agreed to pay `fee_minor` for, and
    under which number it comes, where that is known by now. The first word of a fee counts.

    Raises: ReturnNotFound
    """
    _order, request = hold_return(request_id)
    if request.fetched_minor is None:
        request.fetched_minor = fee_minor
        request.save(update_fields=["fetched_minor"])
    if request.state not in BEFORE_GOODS:
        return request
    if is_number(tidied_number(label.tracking_number)):
        return note_sent(request_id=request_id, label=label, by=by, at=at)
    if request.state == State.APPROVED:
        request.state, request.carrier = State.SENT, label.carrier
        request.save(update_fields=["state", "carrier"])
        tell(request, ReturnSent(request.number, carrier_word(label.carrier)), by=by, at=at)
    return request
