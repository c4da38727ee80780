"""Who of a store is away."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.queries.misfits import unfit
from zhoudao.rooms.bookings.reach import MANAGE, WRITE, stores_of
from zhoudao.rooms.bookings.staffing import store_people
from zhoudao.rooms.staff.absences import AbsenceUnsound, end_absence, note_absence
from zhoudao.rooms.staff.models import Absence


@require_POST
@permit("bookings:write")
def away(request: HttpRequest) -> HttpResponse:
    """A colleague of the store is away (oneself; others by who sets up the store), or is there after all."""
    viewer, at = viewer_of(request), clock.now()
    store = store_of(request, list(stores_of(viewer, WRITE)))
    if store is None:
        raise Http404
    mine = {one.pk for one in store_people(store.id)}
    if not viewer.may(MANAGE):
        mine &= {viewer.user_id}
    ending = uuid_in(request.POST.get("end", "")) or UUID(int=0)
    ended = Absence.objects.filter(id=ending, user__in=mine).first()
    if ended is not None:
        end_absence(absence_id=ended.id, by=By(viewer.actor), at=at)
        messages.success(request, _("Saved."))
        return _back(request, store)
    who = uuid_in(request.POST.get("person", ""))
    if who is None or who not in mine:
        raise Http404
    try:
        since, until = (_moment(request.POST.get(name, ""), store) for name in ("since", "until"))
        note_absence(user_id=who, starts_at=since, ends_at=until, by=By(viewer.actor), at=at)
        messages.success(request, _("Saved. Nothing is booked in this time any more."))
        if unfit(store.id, at=at):
            return redirect(f"{reverse('booking_misfits')}?store={store.code}")
    except (ValueError, AbsenceUnsound):
        messages.error(request, said(AbsenceUnsound()))
    return _back(request, store)


def _moment(text: str, store: Store) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(store.zone))


def _back(request: HttpRequest, store: Store) -> HttpResponse:
    return redirect(f"{reverse('bookings')}?store={store.code}&day={request.POST.get('day', '')[:10]}")
