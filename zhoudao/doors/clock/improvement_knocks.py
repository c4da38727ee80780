"""What the clock looks for of the improvement register: initiatives whose day is over."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.conduct.improvement.commands.initiatives import remind_of_initiative
from zhoudao.conduct.improvement.models import OPEN, Initiative
from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.installation.clock import zone

_BATCH = 200


def initiatives_late(at: datetime, real: datetime) -> Iterator[Knock]:
    """Initiatives that are not closed by their day."""
    today = at.astimezone(zone()).date()
    rows = Initiative.objects.filter(stage__in=OPEN, told_late_at=None, due_date__lt=today).order_by("due_date", "id")
    for initiative_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"initiative {initiative_id}", partial(remind_of_initiative, initiative_id, at=at)
