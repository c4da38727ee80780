"""Visits of an object, of an engineer's day, and of everybody's."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from zhoudao.rooms.fieldwork.ground import zone_of
from zhoudao.rooms.fieldwork.models import Engineer, State, Visit


def visits_of(subject_type: str, subject_id: UUID) -> list[Visit]:
    """All visits for an object, the latest asked for first (one statement)."""
    rows = Visit.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return list(rows.select_related("engineer__member__user").order_by("-asked_at", "-id"))


def engineer_of(user_id: UUID) -> Engineer | None:
    """Somebody who visits customers (one statement)."""
    rows = Engineer.objects.filter(member_id=user_id, retired_at=None)
    return rows.select_related("point", "member__user").first()


def day_of(engineer: Engineer, day: date) -> list[Visit]:
    """An engineer's visits of a day of theirs in the order of the way, cancelled ones left out (one statement)."""
    since, until = bounds(day, zone_of(engineer))
    rows = Visit.objects.filter(engineer=engineer, starts_at__gte=since, starts_at__lt=until)
    return list(rows.exclude(state=State.CANCELLED).order_by("starts_at", "id"))


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when a day is."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def numbers_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What visits are called (one statement)."""
    return dict(Visit.objects.filter(id__in=ids).values_list("id", "number"))


def to_plan_anew() -> QuerySet[Visit]:
    """Visits that could not be kept and that nobody has planned anew yet, the oldest first."""
    return Visit.objects.filter(state=State.UNPLANNED).order_by("asked_at", "id")
