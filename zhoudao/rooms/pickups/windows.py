"""The times a courier can be asked for: two hours each, today and the two days after, as services take them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.pickups.refusals import WindowGone

_DAYS, _HOURS = 3, (9, 11, 13, 15, 17)
LENGTH = timedelta(hours=2)
_AHEAD = timedelta(hours=2)  # before a window's end a service takes no order for it any more


@frozen
class Window:
    """From when to when a courier may come."""

    starts_at: datetime
    ends_at: datetime


def windows(at: datetime, zone: ZoneInfo, *, until: date | None = None) -> list[Window]:
    """What can be chosen at a moment, the earliest first, in the calendar of a zone and up to a last day.

    >>> from datetime import UTC
    >>> found = windows(datetime(2026, 3, 10, 6, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    >>> [f"{one.starts_at:%d. %H}" for one in found[:3]], len(found)
    (['10. 15', '10. 17', '11. 09'], 12)
    """
    today = at.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(_DAYS)]
    starts = [
        datetime.combine(day, time(hour), zone) for day in days for hour in _HOURS if until is None or day <= until
    ]
    return [Window(start, start + LENGTH) for start in starts if at < start + LENGTH - _AHEAD]


def window_at(starts_at: datetime, at: datetime, zone: ZoneInfo, *, until: date | None = None) -> Window | None:
    """The window that begins then, if it can be chosen."""
    return next((one for one in windows(at, zone, until=until) if one.starts_at == starts_at), None)


def moment_of(text: str) -> datetime:
    """The beginning of a window as a form or a program writes it. Raises: WindowGone."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError as error:
        raise WindowGone(WindowGone.__doc__) from error
    if moment.tzinfo is None:
        raise WindowGone(WindowGone.__doc__)
    return moment
