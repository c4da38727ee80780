"""An order that is stopped leaves its wave, whoever stopped it."""

from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.holding import hold_wave, restage, stop_stopped, stop_totes
from zhoudao.rooms.fulfilment.models import OPEN, Tote
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.stock.commands.reserving import reservation_of
from zhoudao.rooms.stock.models import State

TYPES = (
    *("orders.OrderCancelled", "orders.ApprovalWithdrawn", "parcels.ParcelHandedOver"),
    *("orders.OrdersMerged", "orders.OrderWentInto", "orders.OrdersSeparated", "orders.PiecesTakenOut"),
)
_BY = By("system:fulfilment")


def on_event(event: Event) -> None:
    """This will take the totes of a stopped order out, once each; a scan that comes first does so itself. So it will
    when all of an order left by another way, and nothing is kept for it any more, and of orders that a made wave would
    fetch as they were before they went together, each by itself, or with fewer pieces.
    """
    totes = Tote.objects.filter(order_id=event.primary_id, state__in=OPEN)
    has_left = event.type == "parcels.ParcelHandedOver"
    if has_left and not _is_all_gone(event.primary_id):
        return
    for wave_id in sorted(set(totes.values_list("wave_id", flat=True))):
        wave = hold_wave(wave_id)
        if has_left:
            stop_totes(wave, list(totes.filter(wave=wave).select_related("order")), by=_BY, at=event.occurred_at)
            restage(wave, by=_BY, at=event.occurred_at)
        else:
            stop_stopped(wave, by=_BY, at=event.occurred_at)


def _is_all_gone(order_id: UUID) -> bool:
    kept = reservation_of(purpose_of(order_id))
    return kept is None or kept.state != State.OPEN
