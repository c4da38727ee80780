"""Whose hours people keep, and when they are away although their hours say otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from zhoudao.engines.worktime.opening import Interval
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.staff.models import Absence, Member


@frozen
class AtWork:
    """Whose hours people keep, and when they are away."""

    hours: Mapping[UUID, UUID | None]
    away: dict[UUID, list[Interval]]


def at_work(people: Iterable[UUID], first: datetime, last: datetime) -> AtWork:
    """Of these people (two statements)."""
    people = list(people)
    hours = dict(Member.objects.filter(user__in=people).values_list("user_id", "calendar_id"))
    away: dict[UUID, list[Interval]] = defaultdict(list)
    rows = Absence.objects.filter(user__in=people, starts_at__lt=last, ends_at__gt=first)
    for user_id, since, until in rows.values_list("user_id", "starts_at", "ends_at"):
        away[user_id].append((since, until))
    return AtWork(hours, away)
