"""What has a day planned anew: somebody is away, a visit is cancelled, takes longer, or cannot be kept."""

from datetime import datetime, timedelta

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.fieldwork.commands.replanning import day_of_moment
from zhoudao.rooms.fieldwork.commands.watching import line_up
from zhoudao.rooms.fieldwork.models import OPEN, Engineer, Visit

_AWAY, _OVER, _LOST = "staff.AbsenceNoted", "fieldwork.VisitOverran", "fieldwork.VisitUnplanned"
TYPES = (_AWAY, _OVER, _LOST, "fieldwork.VisitCancelled")
_SOON = timedelta(days=1)  # a visit that could not be kept is found a time today or tomorrow, if there is one


def on_event(event: Event) -> None:
    """This will line the days up that are touched; safe to repeat."""
    at = event.occurred_at
    if event.type == _AWAY:
        _away(event)
        return
    visit = Visit.objects.filter(id=event.primary_id).first()
    if visit is None:
        return
    if event.type == _LOST:
        line_up([day_of_moment(at), day_of_moment(at + _SOON)], "shorter_way", at)
    elif visit.starts_at is not None and visit.starts_at >= at - _SOON:
        cause = "visit_overran" if event.type == _OVER else "shorter_way"
        line_up([day_of_moment(visit.starts_at)], cause, at)


def _away(event: Event) -> None:
    """Only days on which they had something to do."""
    if not Engineer.objects.filter(member_id=event.primary_id).exists():
        return
    since, until = (datetime.fromisoformat(event.attributes[name]) for name in ("starts_at", "ends_at"))
    rows = Visit.objects.filter(engineer=event.primary_id, state__in=OPEN, starts_at__lt=until)
    starts = rows.filter(ends_at__gt=max(since, event.occurred_at)).values_list("starts_at", flat=True)
    line_up(sorted({day_of_moment(one) for one in starts if one}), "engineer_away", event.occurred_at)
