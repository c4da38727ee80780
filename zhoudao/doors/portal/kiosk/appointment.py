"""Who has an appointment says its number and the last digits of their phone, and gets a number in the store's line."""

import hmac
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.kiosk.device import on_device
from zhoudao.doors.portal.kiosk.looking import DIGITS, is_tried_too_often, note_wrong
from zhoudao.doors.portal.kiosk.showing import done, kiosk_page
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.bookings.commands.arriving import check_in
from zhoudao.rooms.bookings.models import COMING, Booking
from zhoudao.rooms.bookings.queries.day import bounds
from zhoudao.rooms.bookings.refusals import BookingRefused
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.visits.models import Device


@permit(PUBLIC)
@require_http_methods(["GET", "POST"])
@on_device
def appointment(request: HttpRequest, device: Device) -> HttpResponse:
    """Unknown, another store's, another day's and wrong digits get one answer."""
    if request.method != "POST":
        return kiosk_page(request, device, "appointment.html", {})
    number, digits = request.POST.get("number", "").strip().upper()[:20], request.POST.get("digits", "").strip()
    if is_tried_too_often(device, number):
        refusal = _("That was wrong too often. Please ask a colleague.")
        return kiosk_page(request, device, "appointment.html", {"refusal": refusal}, status=429)
    found = _booking(device, number, digits)
    if found is None:
        note_wrong(device, number)
        refusal = _("Number and digits do not belong together, or it is not today. Please ask a colleague.")
        return kiosk_page(request, device, "appointment.html", {"refusal": refusal}, status=422)
    try:
        found = check_in(booking_id=found.id, source="kiosk", by=By(f"device:{device.id}"), at=clock.now())
    except BookingRefused:
        refusal = _("This is not possible any more. Please ask a colleague.")
        return kiosk_page(request, device, "appointment.html", {"refusal": refusal}, status=422)
    if found.visit_id is not None:
        return done(request, "visit", found.visit_id)
    return kiosk_page(request, device, "appointment.html", {"arrived": found})


def _booking(device: Device, number: str, digits: str) -> Booking | None:
    """Today's booking of this store with this number, when its phone ends with these digits."""
    begins, ends = bounds(device.store, clock.now().astimezone(ZoneInfo(device.store.zone)).date())
    rows = Booking.objects.filter(store=device.store_id, number=number, state__in=COMING, service__where="store")
    found = rows.filter(starts_at__gte=begins, starts_at__lt=ends).select_related("store", "case", "service").first()
    if found is None or len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    end = told_of(found).phone.partition(";")[0][-DIGITS:]
    return found if end and hmac.compare_digest(end.encode(), digits.encode()) else None
