"""When numbers are given."""

from datetime import datetime, timedelta

from zhoudao.engines.worktime import BeyondHorizon, due, is_open
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.visits.models import Line


def opens_at(line: Line, at: datetime) -> datetime | None:
    """`at` itself when numbers are given now; else when they are next, None when nobody knows."""
    if line.is_paused:
        return None
    hours = calendar(line.calendar_id)
    if is_open(at, hours):
        return at
    try:
        return due(at, timedelta.resolution, hours) - timedelta.resolution
    except BeyondHorizon:
        return None
