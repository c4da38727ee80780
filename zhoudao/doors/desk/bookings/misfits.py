"""What no longer fits in a store, each with what could be instead."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.changing import move_booking
from zhoudao.rooms.bookings.queries.day import shown_told
from zhoudao.rooms.bookings.queries.misfits import Misfit, misfits_in
from zhoudao.rooms.bookings.queries.slots import Now
from zhoudao.rooms.bookings.reach import READ, WRITE, booking_for, stores_of
from zhoudao.rooms.bookings.refusals import BookingRefused

WHY: dict[str, LazyText] = {
    "away": gettext_lazy("The colleague is away or off shift then"),
    "closed": gettext_lazy("It cannot be booked at this hour any more"),
    "not_offered": gettext_lazy("The store offers this no more"),
}


@require_http_methods(["GET", "POST"])
@permit("bookings:read")
def misfits(request: HttpRequest) -> HttpResponse:
    """The list; a POST moves one as suggested."""
    viewer, now = viewer_of(request), Now(clock.now(), datetime.now(UTC))
    stores = list(stores_of(viewer, READ))
    store = store_of(request, stores)
    if request.method == "POST":
        if store is None or not viewer.may(WRITE):
            raise Http404
        _move(request, viewer, now)
        return redirect(f"{reverse('booking_misfits')}?store={store.code}")
    found = misfits_in(store.id, now) if store else []
    box.warm(one.booking.told_sealed for one in found)
    names = {
        user.pk: user.name
        for user in User.objects.filter(id__in=[one.colleague_id for one in found if one.colleague_id])
    }
    context = {"stores": stores, "store": store, "rows": [_row(one, viewer, names) for one in found]}
    return render(request, "desk/bookings/misfits.html", context)


def _row(one: Misfit, viewer: Viewer, names: dict[UUID, str]) -> dict[str, Any]:
    colleague = names.get(one.colleague_id, "") if one.colleague_id else ""
    return {"one": one, "told": shown_told(one.booking, viewer), "why": WHY[one.why], "colleague": colleague}


def _move(request: HttpRequest, viewer: Viewer, now: Now) -> None:
    found = booking_for(viewer, uuid_in(request.POST.get("booking", "")), WRITE)
    if found is None:
        raise Http404
    try:
        starts_at = datetime.fromisoformat(request.POST.get("start", ""))
        person = uuid_in(request.POST.get("person", ""))
        move_booking(booking_id=found.id, starts_at=starts_at, person_id=person, by=By(viewer.actor), now=now)
        messages.success(request, _("Moved; the customer is told."))
    except (ValueError, BookingRefused) as error:
        messages.error(request, said(error))
