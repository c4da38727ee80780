"""What of bookings still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.bookings.models import TAKING, Booking


def _booked(store: Store) -> Named:
    rows = Booking.objects.filter(store=store, state__in=TAKING).order_by("starts_at", "id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


NEEDS = (Need("bookings", _("Bookings"), of_store=_booked),)
