"""What the clock looks for of pick-ups: those whose courier service is to be told, or asked again."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.rooms.pickups.commands.waking import wake_sender
from zhoudao.rooms.pickups.queries.pickups import due_pickups

_BATCH = 200


def pickups_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Pick-ups whose moment has come: also those whose worker was killed."""
    for pickup_id in due_pickups(real, limit=_BATCH):
        yield f"pick-up {pickup_id}", partial(wake_sender, pickup_id)
