"""`/returns/{number}/label`: a prepaid label for a return: offered, chosen, got as a file."""

from base64 import b64encode
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhoudao.doors.api import operations
from zhoudao.doors.api.pickups import find_return
from zhoudao.doors.api.return_bodies import LabelIn, LabelItem, LabelOffer
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.for_customers import address_back
from zhoudao.rooms.aftersales.queries.listing import READ, WRITE
from zhoudao.rooms.return_labels.commands.taking import print_return_label, put_back_label, take_label
from zhoudao.rooms.return_labels.queries.offering import label_fee_of, label_of, offered_to
from zhoudao.rooms.return_labels.queries.printing import made
from zhoudao.rooms.return_labels.refusals import LabelBeingMade, LabelNotFound, LabelNotMade

router = Router(tags=["returns"])


@operations.get(router, "/{return_number}/label/offer", scope="returns:read", answer=LabelOffer)
def offer(request: HttpRequest, return_number: str) -> LabelOffer:
    """Whether a prepaid label can be had, of which carriers, and what its customer pays for that."""
    found = find_return(request, return_number, READ)
    carriers = [] if found.is_labelled else offered_to(found, address_back(found), clock.now())
    fee = (label_fee_of(found) or 0) if carriers else 0
    return LabelOffer(carriers=carriers, fee_minor=fee, currency=found.order.currency)


@operations.get(router, "/{return_number}/label", scope="returns:write", answer=LabelItem)
def label(request: HttpRequest, return_number: str) -> LabelItem:
    """The label, with its file once that is made; it is kept for a day."""
    return _item(find_return(request, return_number, WRITE))


@operations.post(router, "/{return_number}/label", scope="returns:write", answers={201: LabelItem})
def take(request: HttpRequest, return_number: str, wanted: LabelIn) -> Status[LabelItem]:
    """Give it a label; asked again it is the same one, and its file is made again if it is gone."""
    found = find_return(request, return_number, WRITE)
    how = _how(request, found) | {"language": found.language.lower()}
    take_label(carrier=wanted.carrier, fee_minor=wanted.fee_minor, **how)
    print_return_label(**how)
    return Status(201, _item(found))


@operations.post(router, "/{return_number}/label/put-back", scope="returns:write", answers={200: LabelOffer})
def put_back(request: HttpRequest, return_number: str) -> LabelOffer:
    """Take the label away again: it was never printed, and its number may be used for another return."""
    found = find_return(request, return_number, WRITE)
    put_back_label(**_how(request, found))
    return offer(request, return_number)


def _item(found: ReturnRequest) -> LabelItem:
    own = label_of(found)
    if own is None:
        raise LabelNotFound(LabelNotFound.__doc__)
    try:
        pdf = b64encode(made(own)).decode()
    except (LabelBeingMade, LabelNotMade):
        pdf = None
    return LabelItem(
        carrier=own.pool.carrier,
        tracking_number=own.number,
        valid_until=own.valid_until,
        fee_minor=own.fee_minor,
        taken_at=own.taken_at,
        state=own.sheet.state if own.sheet else "",
        pdf=pdf,
    )


def _how(request: HttpRequest, found: ReturnRequest) -> dict[str, Any]:
    return {"request_id": found.id, "by": By(viewer_in(request).actor, channel="api"), "at": clock.now()}
