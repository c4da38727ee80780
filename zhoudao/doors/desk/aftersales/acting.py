"""What is done with a return: agreed to or not, sent, withdrawn, taken up again, assessed anew; and its photos."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.aftersales.finding import return_or_404
from zhoudao.doors.desk.aftersales.pages import shown
from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store
from zhoudao.ground.files.kinds import INLINE
from zhoudao.ground.installation import clock
from zhoudao.ground.vault.box import Unreadable
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.aftersales.commands.deciding import (
    approve_return,
    decline_return,
    note_sent,
    reopen_return,
    withdraw_return,
)
from zhoudao.rooms.aftersales.commands.inspecting import assess_again
from zhoudao.rooms.aftersales.commands.replacing import pay_difference
from zhoudao.rooms.aftersales.models import ReturnPhoto, ReturnRequest
from zhoudao.rooms.aftersales.queries.listing import INSPECT, READ, WRITE, may_note_paid
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.refusals import ParcelRefused

_DONE = {
    "approve": _("Agreed; the customer is told."),
    "decline": _("Declined; the customer is told."),
    "withdraw": _("The return is withdrawn."),
    "sent": _("Noted as on its way."),
    "reopen": _("The return is taken up again."),
    "assess": _("Worked out anew."),
    "paid": _("Noted as paid: the replacement goes on."),
}


_RIGHTS = {"assess": INSPECT, "paid": READ}


@require_POST
@permit("returns:read")
def act(request: HttpRequest, return_number: str) -> HttpResponse:
    """One of what a colleague may do with a return, each with the right for it."""
    viewer, given = viewer_of(request), request.POST
    do = given.get("do", "")
    if do not in _DONE:
        return HttpResponseBadRequest()
    found = return_or_404(viewer, return_number, _RIGHTS.get(do, WRITE))
    if do == "paid" and not may_note_paid(viewer, found):
        raise Http404
    try:
        _do(do, found, given, {"request_id": found.id, "by": By(viewer.actor), "at": clock.now()})
    except (AftersalesRefused, ParcelRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, str(_DONE[do]))
    return redirect("return", found.number)


@require_GET
@permit("returns:read")
@cache_control(private=True, max_age=3600)
def photo(request: HttpRequest, return_number: str, photo_id: UUID) -> HttpResponse:
    """A picture of a return: shown, never run."""
    found = return_or_404(viewer_of(request), return_number)
    row = ReturnPhoto.objects.filter(request=found, id=photo_id).select_related("file").first()
    if row is None:
        raise Http404
    try:
        content = store.read(row.file)
    except Unreadable:
        raise Http404 from None
    kind = row.file.content_type
    response = HttpResponse(content, content_type=kind if kind in INLINE else "application/octet-stream")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def postage_of(given: QueryDict, currency: str) -> int:
    """What sending it cost the customer, in minor units; below zero when it is no amount."""
    text = given.get("postage", "").strip()
    try:
        return Money.of(text, currency).minor if text else 0
    except BadAmount:
        return -1


def _do(do: str, found: ReturnRequest, given: QueryDict, asked: dict[str, Any]) -> None:
    if do == "approve":
        approve_return(**asked)
    elif do == "decline":
        decline_return(reason=given.get("reason", ""), **asked)
    elif do == "withdraw":
        withdraw_return(is_lost=True, **asked)
    elif do == "sent":
        note_sent(label=Label(given.get("carrier", ""), given.get("tracking_number", "")), **asked)
    elif do == "reopen":
        reopen_return(**asked)
    elif do == "paid":
        pay_difference(reference=given.get("reference", ""), **asked)
    else:
        typed = {uuid_in(name[5:]): whole(str(given[name])) for name in given if name.startswith("lost-")}
        lost = {piece_id: percent for piece_id, percent in typed.items() if piece_id is not None}
        assess_again(lost=lost, postage_minor=postage_of(given, found.order.currency), **asked)
