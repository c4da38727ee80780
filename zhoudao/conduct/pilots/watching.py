"""Running pilots are looked at once a day by rules that allow it: their owner hears of harm."""

import logging
from datetime import datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from zhoudao.conduct.pilots.commands.deciding import note_harm
from zhoudao.conduct.pilots.finding import finish_finding
from zhoudao.conduct.pilots.models import RUNNING, Finding, Phase, Pilot
from zhoudao.ground.installation import clock

JOB = "clock.watch_pilots"
_log = logging.getLogger(__name__)


def pilots_due(at: datetime) -> QuerySet[Pilot]:
    """Those that run and were not looked at today, the day of head office (one statement)."""
    today = datetime.combine(at.astimezone(clock.zone()).date(), time(), clock.zone())
    looked = Finding.objects.filter(pilot=OuterRef("pk"), of=Finding.Of.WATCH, made_at__gte=today)
    return Pilot.objects.filter(~Exists(looked), stage__in=RUNNING, is_everywhere=False).order_by("id")


def watch_pilots(*, at: datetime) -> int:
    """This will look at every pilot that is due, by the analyst; returns how many. One that cannot be judged does not
    hold up the others, and is tried again tomorrow.
    """
    ids = list(pilots_due(at).values_list("id", flat=True))
    for pilot_id in ids:
        try:
            _watch(pilot_id, at)
        except Exception:
            _log.exception("The pilot %s could not be watched", pilot_id)
            defaults = {"state": "failed", "fault": "failed", "asked_at": at, "made_at": at}
            Finding.objects.update_or_create(pilot_id=pilot_id, of=Finding.Of.WATCH, defaults=defaults)
    return len(ids)


def _watch(pilot_id: UUID, at: datetime) -> None:
    from zhoudao.conduct.pilots import judging

    pilot = Pilot.objects.select_related("version").get(id=pilot_id)
    watched = judging.watched(pilot, at=at)
    for of, body in ((Finding.Of.COMPARISON, judging.compared(pilot, at=at)), (Finding.Of.WATCH, watched)):
        row, _made = Finding.objects.update_or_create(pilot=pilot, of=of, defaults={"asked_at": at})
        finish_finding(row, body, at=at)
    phase = Phase.objects.get(pilot=pilot, number=watched["phase"])
    for code, seen in watched["outcomes"].items():
        if seen["stop"] == "harm":
            note_harm(pilot_id=pilot.id, phase_id=phase.pk, outcome=code, at=at)
