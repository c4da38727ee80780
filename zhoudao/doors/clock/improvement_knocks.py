"""What the clock looks for of the improvement register: initiatives whose day is over, audits whose day is here."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db.models import F, Q

from zhoudao.conduct.improvement.commands.audits import remind_of_audit
from zhoudao.conduct.improvement.commands.initiatives import remind_of_initiative
from zhoudao.conduct.improvement.models import OPEN, Audit, Initiative
from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.installation.clock import zone

_BATCH = 200


def initiatives_late(at: datetime, real: datetime) -> Iterator[Knock]:
    """Initiatives that are not closed by their day."""
    today = at.astimezone(zone()).date()
    rows = Initiative.objects.filter(stage__in=OPEN, told_late_at=None, due_date__lt=today).order_by("due_date", "id")
    for initiative_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"initiative {initiative_id}", partial(remind_of_initiative, initiative_id, at=at)


def audits_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Audits whose owner has not been told that they are due."""
    today = at.astimezone(zone()).date()
    untold = Q(told_for=None) | ~Q(told_for=F("next_date"))
    rows = Audit.objects.filter(untold, ended_at=None, next_date__lte=today).order_by("next_date", "id")
    for audit_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"audit {audit_id}", partial(remind_of_audit, audit_id, at=at)
