"""When numbers are given."""

from datetime import datetime, timedelta

from zhoudao.engines.worktime import BeyondHorizon, due, is_open
from zhoudao.rooms.cases.calendars import calendar
from zhoudao.rooms.visits.models import Line


def is_at_work(line: Line, at: datetime) -> bool:
    """Whether the store has opened; who waits is served, numbers given or not."""
    return is_open(at, calendar(line.calendar_id))


def opens_at(line: Line, at: datetime) -> datetime | None:
    """`at` itself when numbers are given now; else when they are next, None when nobody knows."""
    if line.is_paused:
        return None
    if is_at_work(line, at):
        return at
    hours = calendar(line.calendar_id)
    try:
        return due(at, timedelta.resolution, hours) - timedelta.resolution
    except BeyondHorizon:
        return None
