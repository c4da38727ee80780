"""The words of what customers are told, in their own language."""

from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.links import booking_url
from zhoudao.rooms.bookings.models import Booking, Where


def letter_text(booking: Booking, kind: str) -> str:
    """One letter."""
    with translation.override(booking.language.lower()):
        said = {
            "number": booking.number,
            "service": pick(booking.service.names, get_language()),
            "store": str(booking.store),
            "when": when_words(booking),
            "link": booking_url(booking),
        }
        return _template(booking, kind) % said


def when_words(booking: Booking) -> str:
    """The day and time on the store's wall, in the active language."""
    there = booking.starts_at.astimezone(ZoneInfo(booking.store.zone))
    return date_format(there, pgettext("date format", "D j M Y, H:i"))


def _template(booking: Booking, kind: str) -> str:
    is_call = booking.service.where == Where.PHONE
    if kind == "made":
        return (
            _("We call you: %(when)s, %(service)s. Booking %(number)s. Change or cancel it here: %(link)s")
            if is_call
            else _("Booked: %(when)s, %(service)s, %(store)s. Booking %(number)s. Change or cancel it here: %(link)s")
        )
    if kind == "moved":
        return _("Your booking %(number)s has another time: %(when)s, %(service)s, %(store)s. %(link)s")
    if kind == "cancelled":
        return _("Your booking %(number)s (%(when)s, %(service)s) is cancelled. Another time: %(link)s")
    if kind == "missed":
        return (
            _("We could not reach you for %(service)s (%(when)s). Choose another time here: %(link)s")
            if is_call
            else _("We missed you for %(service)s (%(when)s, %(store)s). Choose another time here: %(link)s")
        )
    return (
        _("A reminder: we call you %(when)s, %(service)s. Does it still suit you? %(link)s")
        if is_call
        else _("A reminder: %(when)s, %(service)s, %(store)s. Do you come? One click tells us: %(link)s")
    )
