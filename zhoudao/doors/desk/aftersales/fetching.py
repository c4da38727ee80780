"""A courier for a return, ordered, moved and called off for its customer; and what a stuck one needs."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.aftersales.finding import return_or_404
from zhoudao.doors.desk.aftersales.pages import shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7, uuid_in
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.listing import WRITE
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.commands.changing import call_off_pickup, give_up, move_pickup, send_again
from zhoudao.rooms.pickups.commands.ordering import Wish, book_pickup
from zhoudao.rooms.pickups.queries.offering import pickup_of
from zhoudao.rooms.pickups.refusals import PickupNotFound, PickupRefused
from zhoudao.rooms.pickups.windows import moment_of

_DONE = {
    "book": _("The courier is being ordered; the customer is told."),
    "move": _("It is moved to the other time."),
    "call_off": _("The courier is called off."),
    "again": _("The courier service is asked again."),
    "none": _("Noted: no courier is ordered."),
}
_FIELDS = ("name", "phone", "province", "city", "district", "address")


@require_POST
@permit("returns:read")
def fetch(request: HttpRequest, return_number: str) -> HttpResponse:
    """One of what a colleague may do about a return's courier."""
    viewer, given = viewer_of(request), request.POST
    do = given.get("do", "")
    if do not in _DONE:
        return HttpResponseBadRequest()
    found = return_or_404(viewer, return_number, WRITE)
    try:
        _do(do, found, given, By(viewer.actor))
    except (AftersalesRefused, PickupRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, str(_DONE[do]))
    return redirect("return", found.number)


def _do(do: str, found: ReturnRequest, given: QueryDict, by: By) -> None:
    how: dict[str, Any] = {"by": by, "at": clock.now()}
    if do == "book":
        fee = given.get("fee", "")
        sender = Recipient(**{name: given.get(name, "").strip()[:200] for name in _FIELDS})
        wish = Wish(moment_of(given.get("starts", "")), int(fee) if fee.isdecimal() and len(fee) < 10 else -1, sender)
        key = uuid_in(given.get("key", "")) or uuid7()
        book_pickup(request_id=found.id, wish=wish, key=key, real_now=datetime.now(UTC), **how)
        return
    one = pickup_of(found)
    if one is None:
        raise PickupNotFound(PickupNotFound.__doc__)
    if do == "none":
        give_up(pickup_id=one.id, **how)
        return
    how |= {"pickup_id": one.id, "real_now": datetime.now(UTC)}
    if do == "move":
        move_pickup(starts_at=moment_of(given.get("starts", "")), **how)
    elif do == "call_off":
        call_off_pickup(reason="colleague", **how)
    else:
        send_again(**how)
