"""Who runs a store is told once of each booking that no longer fits: a shift was changed, somebody is away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Grant, Store
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.queries.misfits import unfit
from zhoudao.rooms.bookings.staffing import store_people

MISFIT = Kind("booking_misfit", _("A booking no longer fits"), _("Booking %(number)s no longer fits: please move it"))
CALL = Kind("booking_call", _("I am to call a customer now"), _("Call the customer of booking %(number)s now"))
MISSED_CALL = Kind(
    "call_missed",
    _("A promised call was not made in time"),
    _("The customer of booking %(number)s has not been called yet"),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in (MISFIT, CALL, MISSED_CALL):
        register(kind)


@transaction.atomic
def tell_of_misfits(store_id: UUID, *, at: datetime) -> int:
    """This will tell of what no longer fits; returns how many people were told. Nobody is told twice of one time."""
    found = unfit(store_id, at=at)
    if not found:
        return 0
    store = Store.objects.get(id=store_id)
    people = runners_of(store_id)
    keys = {_key(booking): booking for booking, _why, _offer in found}
    known = set(Notice.objects.filter(user__in=people, key__in=keys).values_list("key", flat=True))
    told = 0
    for key, booking in keys.items():
        if key in known:
            continue
        address = f"/desk/bookings/misfits/?store={store.code}"
        told += notify(News(MISFIT.code, key, address, {"number": booking.number}), people, at=at)
    return told


def _key(booking: Booking) -> str:
    who = booking.person_id.hex[-8:] if booking.person_id else "-"
    return f"misfit:{booking.id.hex}:{booking.starts_at.timestamp():.0f}:{who}"


def runners_of(store_id: UUID) -> set[UUID]:
    """The leads of a store; else its people; else whoever leads everywhere."""
    leads = Grant.objects.filter(role="team_lead", user__is_active=True)
    own = set(leads.filter(Q(store=store_id) | Q(team__store=store_id)).values_list("user_id", flat=True))
    return (
        own
        or set(store_people(store_id).values_list("id", flat=True))
        or set(leads.filter(store=None, team=None).values_list("user_id", flat=True))
    )
