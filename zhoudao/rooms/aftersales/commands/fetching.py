"""Coming back at our cost, by a courier of ours or with a prepaid label: what that costs the customer is settled."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.deciding import note_sent
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.events import ReturnSent
from zhoudao.rooms.aftersales.models import BEFORE_GOODS, ReturnRequest, State
from zhoudao.rooms.aftersales.refusals import AlreadyOver
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
        request.fetched_minor, request.label_minor = fee_minor, None
        request.save(update_fields=["fetched_minor", "label_minor"])
    if request.state not in BEFORE_GOODS:
        return request
    if is_number(tidied_number(label.tracking_number)):
        return note_sent(request_id=request_id, label=label, by=by, at=at)
    if request.state == State.APPROVED:
        request.state, request.carrier = State.SENT, label.carrier
        request.save(update_fields=["state", "carrier"])
        tell(request, ReturnSent(request.number, carrier_word(label.carrier)), by=by, at=at)
    return request


@transaction.atomic
def note_label(*, request_id: UUID, fee_minor: int, label: Label) -> ReturnRequest:
    """This will note that a return is to be sent with a prepaid label of ours, which its customer agreed to pay
    `fee_minor` for if it comes with it. It is found by its number from now on, and not under way yet.

    Raises: ReturnNotFound, AlreadyOver
    """
    _order, request = hold_return(request_id)
    if request.state != State.APPROVED or request.fetched_minor is not None:
        raise AlreadyOver(AlreadyOver.__doc__)
    request.carrier, request.tracking_number, request.label_minor = label.carrier, label.tracking_number, fee_minor
    request.save(update_fields=["carrier", "tracking_number", "label_minor"])
    return request


@transaction.atomic
def drop_label(*, request_id: UUID) -> ReturnRequest:
    """This will take the label away again from a return that did not come with it and is not under way.

    Raises: ReturnNotFound, AlreadyOver
    """
    _order, request = hold_return(request_id)
    if not request.is_labelled:
        return request
    if request.state in (State.SENT, State.RECEIVED) or request.fetched_minor is not None:
        raise AlreadyOver(AlreadyOver.__doc__)
    request.carrier, request.tracking_number, request.label_minor = "", "", None
    request.save(update_fields=["carrier", "tracking_number", "label_minor"])
    return request
