"""What the clock looks for of returns: couriers to be told or asked again, prepaid numbers that run low."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.installation.clock import zone
from zhoudao.rooms.pickups.commands.waking import wake_sender
from zhoudao.rooms.pickups.queries.pickups import due_pickups
from zhoudao.rooms.return_labels.commands.pools import look_at_pool
from zhoudao.rooms.return_labels.models import Pool

_BATCH = 200


def pickups_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Pick-ups whose moment has come: also those whose worker was killed."""
    for pickup_id in due_pickups(real, limit=_BATCH):
        yield f"pick-up {pickup_id}", partial(wake_sender, pickup_id)


def pools_to_look_at(at: datetime, real: datetime) -> Iterator[Knock]:
    """Pools of prepaid numbers that may run low."""
    for pool_id in list(Pool.objects.filter(is_offered=True).values_list("id", flat=True)):
        yield f"prepaid numbers {pool_id}", partial(look_at_pool, pool_id, at=at, zone=zone().key)
