"""Where customers look at a booking."""

from django.conf import settings

from zhoudao.rooms.bookings.models import Booking


def booking_path(booking: Booking) -> str:
    """The booking's own page, for whoever holds the link."""
    return f"/b/{booking.token}/"


def booking_url(booking: Booking) -> str:
    """The link for mails and chats."""
    return f"{settings.BASE_URL}{booking_path(booking)}"
