"""Finding what stands still or will be late, at the moment it can be known, before anybody asks."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.engines.tracking.lanes import expected_hours, judge
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.holding import hold_parcel, tell
from zhoudao.rooms.parcels.commands.lanes import lane_of
from zhoudao.rooms.parcels.events import ParcelFlagged, carrier_word
from zhoudao.rooms.parcels.models import Parcel, TrackingSource

_BY = By("system:parcels")
LATE, STUCK = "late", "stuck"
UNSPOKEN = 0.95  # of what nothing was promised, it is what nineteen of twenty keep


def expect(order: Order, parcel: Parcel) -> None:
    """This will say when a parcel in hand should arrive, and when it is looked at; the caller saves it."""
    lane = lane_of(order, parcel)
    parcel.expected_at = parcel.handed_over_at + timedelta(hours=expected_hours(lane))
    parcel.look_at = None if parcel.is_history else parcel.handed_over_at


def to_look_at(at: datetime, *, limit: int) -> list[UUID]:
    """Parcels whose moment has come (one statement)."""
    return list(Parcel.objects.filter(look_at__lte=at).order_by("look_at", "id").values_list("id", flat=True)[:limit])


@transaction.atomic
def look_at_parcel(parcel_id: UUID, *, at: datetime) -> Parcel:
    """This will find out whether a parcel stands still or is as likely late as not, and tell of each once; one that
    moves again and stops again is told of again.

    Raises: ParcelNotFound
    """
    order, parcel = hold_parcel(parcel_id)
    if parcel.delivered_at is not None or order.cancelled_at is not None:
        parcel.look_at = None
        parcel.save(update_fields=["look_at"])
        return parcel
    lane = lane_of(order, parcel)
    due_at = order.promised_at or parcel.handed_over_at + timedelta(hours=expected_hours(lane, UNSPOKEN))
    found = judge(
        lane,
        handed_over_at=parcel.handed_over_at,
        heard_at=parcel.heard_at,
        promised_at=due_at,
        has_news=_has_news(parcel),
        now=at,
    )
    if found.is_late and parcel.late_at is None:
        parcel.late_at = at
        _tell(order, parcel, LATE, due_at, at)
    if found.is_stuck and parcel.stuck_at is None:
        parcel.stuck_at = at
        _tell(order, parcel, STUCK, due_at, at)
    parcel.look_at = found.look_at
    parcel.save(update_fields=["look_at", "late_at", "stuck_at"])
    return parcel


def _has_news(parcel: Parcel) -> bool:
    """Whether somebody tells of this carrier's parcels."""
    carriers = TrackingSource.objects.filter(is_active=True).values_list("carriers", flat=True)
    return bool(parcel.tracking_number) and any(not one or parcel.carrier in one for one in carriers)


def _tell(order: Order, parcel: Parcel, flag: str, due_at: datetime, at: datetime) -> None:
    fact = ParcelFlagged(
        order.number,
        str(parcel.id),
        carrier_word(parcel.carrier),
        f"parcel_{flag}",
        due_at.isoformat(),
        parcel.is_history,
    )
    tell(order, parcel, fact, by=_BY, at=at)
