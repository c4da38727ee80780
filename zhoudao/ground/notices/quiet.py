"""Hours in which no mail is sent, on somebody's own wall clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def after_quiet(at: datetime, *, begins: time | None, ends: time | None, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on that is not quiet. Quiet hours may run past midnight; equal ends mean none.

    >>> from datetime import UTC
    >>> night = {"begins": time(22), "ends": time(8), "zone": ZoneInfo("Asia/Shanghai")}
    >>> after_quiet(datetime(2026, 3, 10, 15, tzinfo=UTC), **night).isoformat()
    '2026-03-11T00:00:00+00:00'
    >>> after_quiet(datetime(2026, 3, 10, 2, tzinfo=UTC), **night).isoformat()
    '2026-03-10T02:00:00+00:00'
    """
    if begins is None or ends is None or begins == ends:
        return at
    there = at.astimezone(zone)
    clock = there.time()
    is_over_night = begins > ends
    is_quiet = (clock >= begins or clock < ends) if is_over_night else begins <= clock < ends
    if not is_quiet:
        return at
    day = there.date() + timedelta(days=1 if is_over_night and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=zone).astimezone(at.tzinfo)
