"""A return gets a prepaid label, once; what was never printed goes back to its pool."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.fetching import drop_label, note_label
from zhoudao.rooms.aftersales.commands.holding import hold_return, tell
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.fulfilment.commands.sheets import ask_sheet, destroy_sheets
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.events import carrier_word
from zhoudao.rooms.pickups.queries.offering import live_pickup
from zhoudao.rooms.return_labels.events import LabelPutBack, LabelTaken
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.queries.offering import good_for, label_fee_of, label_of, may_be_labelled
from zhoudao.rooms.return_labels.refusals import CourierComes, LabelFeeChanged, LabelNotFound, LabelNotOffered

PAPER = "return"  # what its sheet says it is


@transaction.atomic
def take_label(
    *, request_id: UUID, carrier: str = "", fee_minor: int, language: str, by: By, at: datetime
) -> PrepaidNumber:
    """This will give a return a prepaid label of a carrier (any, if none is said) for what it was shown to cost, and
    have it printed. Asked again it is the same number.

    Raises: ReturnNotFound, CourierComes, LabelNotOffered, LabelFeeChanged
    """
    _order, request = hold_return(request_id)
    own = label_of(request)
    if own is not None and request.is_labelled:
        return own
    if live_pickup(request) is not None:
        raise CourierComes(CourierComes.__doc__)
    goal = address_back(request)
    if not may_be_labelled(request, goal):
        raise LabelNotOffered(LabelNotOffered.__doc__)
    if own is None:
        if fee_minor != label_fee_of(request):
            raise LabelFeeChanged(LabelFeeChanged.__doc__)
        rows = good_for(request, goal, at).filter(**({"pool__carrier": carrier} if carrier else {}))
        own = rows.select_related("pool").select_for_update(of=("self",), skip_locked=True).first()
        if own is None:
            raise LabelNotOffered(LabelNotOffered.__doc__)
        own.request, own.fee_minor, own.taken_at, own.taken_by = request, fee_minor, at, by.actor
        own.sheet = ask_sheet(PAPER, [own.id], language=language, by=by, at=at)
        own.save(update_fields=["request", "fee_minor", "taken_at", "taken_by", "sheet"])
    note_label(request_id=request.id, fee_minor=own.fee_minor, label=Label(own.pool.carrier, own.number))
    fact = LabelTaken(request.number, carrier_word(own.pool.carrier), own.fee_minor, request.order.currency)
    tell(request, fact, by=by, at=at)
    return own


@transaction.atomic
def print_return_label(*, request_id: UUID, language: str, by: By, at: datetime) -> LabelSheet:
    """This will have the label of a return made as a file, unless it is there or being made.

    Raises: ReturnNotFound, LabelNotFound
    """
    request, own = _held(request_id)
    if not request.is_labelled:
        raise LabelNotFound(LabelNotFound.__doc__)
    if own.sheet is None or own.sheet.state == "failed" or own.sheet.language != language:
        own.sheet = ask_sheet(PAPER, [own.id], language=language, by=by, at=at)
        own.save(update_fields=["sheet"])
    return own.sheet


@transaction.atomic
def put_back_label(*, request_id: UUID, by: By, at: datetime) -> None:
    """This will take a label away again, and let its number be used for another return: a colleague says that it was
    never printed. Files of it are destroyed.

    Raises: ReturnNotFound, LabelNotFound, AlreadyOver
    """
    request, own = _held(request_id)
    drop_label(request_id=request.id)
    sheet_id, own.sheet = own.sheet_id, None
    own.request, own.fee_minor, own.taken_at, own.taken_by = None, 0, None, ""
    own.save(update_fields=["request", "fee_minor", "taken_at", "taken_by", "sheet"])
    destroy_sheets([sheet_id] if sheet_id else ())
    tell(request, LabelPutBack(request.number, carrier_word(own.pool.carrier)), by=by, at=at)


def _held(request_id: UUID) -> tuple[ReturnRequest, PrepaidNumber]:
    """A return and its number, locked: whoever takes one holds the return. Raises: ReturnNotFound, LabelNotFound."""
    _order, request = hold_return(request_id)
    own = label_of(request)
    if own is None:
        raise LabelNotFound(LabelNotFound.__doc__)
    return request, own
