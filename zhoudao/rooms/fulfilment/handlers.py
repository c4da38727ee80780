"""An order that is stopped leaves its wave, whoever stopped it."""

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.holding import hold_wave, stop_stopped
from zhoudao.rooms.fulfilment.models import OPEN, Tote

TYPES = ("orders.OrderCancelled", "orders.ApprovalWithdrawn")
_BY = By("system:fulfilment")


def on_event(event: Event) -> None:
    """This will take the totes of a stopped order out, once each. A scan that comes first does so itself."""
    waves = Tote.objects.filter(order_id=event.primary_id, state__in=OPEN).values_list("wave_id", flat=True)
    for wave_id in sorted(set(waves)):
        stop_stopped(hold_wave(wave_id), by=_BY, at=event.occurred_at)
