"""A customer's bookings to come, on the front door."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.links import booking_path
from zhoudao.rooms.bookings.models import COMING, Booking
from zhoudao.rooms.bookings.wording import when_words


def _rows(mine: Mine) -> Sequence[Row]:
    rows = Booking.objects.filter(customer_id__in=mine.records, state__in=COMING).select_related("store", "service")
    return [
        Row(
            title=f"{when_words(one)} · {pick(one.service.names, mine.language)}",
            note=str(one.store),
            state_words=str(one.get_state_display()),
            state="ours",
            address=booking_path(one),
        )
        for one in rows.order_by("starts_at", "id")[:MOST_ROWS]
    ]


SECTION = Section("bookings", _("My bookings"), _rows, icon="calendar")
