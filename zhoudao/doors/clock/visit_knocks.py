"""What the clock looks for of engineers' visits."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.rooms.fieldwork.commands.watching import note_overrun, overrunning

_BATCH = 200


def visits_overrunning(at: datetime, real: datetime) -> Iterator[Knock]:
    """Visits that take longer than planned."""
    for visit_id in overrunning(at, limit=_BATCH):
        yield f"visit {visit_id}", partial(note_overrun, visit_id=visit_id, at=at)
