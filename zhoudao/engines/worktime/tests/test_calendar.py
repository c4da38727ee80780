from datetime import date
from typing import Any

import pytest

from zhoudao.engines.worktime import (
    BadCalendar,
    BadDay,
    BadShape,
    BadWindow,
    Calendar,
    EmptyWindow,
    NeverOpen,
    OverlappingWindows,
    Special,
    UnknownZone,
    Window,
)


def stored(zone: Any = "Asia/Shanghai", **week: Any) -> dict[str, Any]:
    return {"zone": zone, "week": week}


@pytest.mark.parametrize(
    ("calendar", "error", "where"),
    [
        (stored(mon=[["09:00", "12:00"], ["11:59", "18:00"]]), OverlappingWindows, {"day": "mon", "other_day": "mon"}),
        (stored(sun=[["22:00", "06:00"]], mon=[["05:00", "9:00"]]), BadWindow, {"day": "mon", "window": "9:00"}),
        (
            stored(sun=[["22:00", "06:00"]], mon=[["05:00", "09:00"]]),
            OverlappingWindows,
            {"day": "sun", "window": "22:00–06:00", "other_day": "mon", "other": "05:00–09:00"},
        ),
        (stored(tue=[["08:00", "08:00"]]), EmptyWindow, {"day": "tue", "window": "08:00–08:00"}),
        (stored(tue=[["24:00", "08:00"]]), BadWindow, {"day": "tue"}),
        (stored(tue=[["08:00", "24:01"]]), BadWindow, {"day": "tue", "window": "24:01"}),
        (stored(tue=[["08:00"]]), BadWindow, {"day": "tue"}),
        (stored(monday=[["08:00", "09:00"]]), BadDay, {"day": "monday"}),
        (stored(), NeverOpen, {}),
        (stored(zone="Asia/Peking", mon=[["09:00", "18:00"]]), UnknownZone, {"zone": "Asia/Peking"}),
        (stored(zone="../../etc/passwd", mon=[["09:00", "18:00"]]), UnknownZone, {}),
        (stored(zone=8, mon=[["09:00", "18:00"]]), UnknownZone, {"zone": "8"}),
        (stored(mon=None), BadShape, {}),
        (stored(mon=[[9, 18]]), BadShape, {}),
        ({"zone": "UTC"}, BadShape, {}),
        (stored(mon=[["09:00", "18:00"]]) | {"specials": {"2026-02-30": {}}}, BadDay, {"day": "2026-02-30"}),
        (stored(mon=[["09:00", "18:00"]]) | {"specials": {"20261001": {}}}, BadDay, {"day": "20261001"}),
        (stored(mon=[["09:00", "18:00"]]) | {"specials": {"2026-10-01": []}}, BadShape, {}),
        (
            stored(sun=[["22:00", "06:00"]])
            | {"specials": {"2026-10-05": {"name": "促销", "windows": [["00:00", "08:00"]]}}},
            OverlappingWindows,
            {"day": "2026-10-04", "other_day": "2026-10-05"},
        ),
    ],
)
def test_a_bad_calendar_is_refused_with_its_day(
    calendar: dict[str, Any], error: type[BadCalendar], where: dict[str, str]
) -> None:
    with pytest.raises(BadCalendar) as refused:
        Calendar.from_json(calendar)
    assert type(refused.value) is error
    assert where.items() <= refused.value.where.items()


def test_shifts_may_meet_over_midnight_and_a_day_may_be_whole() -> None:
    calendar = Calendar.weekly("UTC", {"mon": [("14:00", "06:00")], "tue": [("06:00", "24:00")]})
    assert calendar.windows_on(date(2026, 3, 10)) == (Window(360, 1440),)
    assert Calendar.from_json(calendar.to_json()) == calendar


def test_a_shops_own_special_day_outlives_the_ones_added_later() -> None:
    day = date(2026, 10, 1)
    calendar = Calendar.weekly("UTC", {"mon": [("09:00", "18:00")]}, {day: Special((Window(600, 720),), "国庆值班")})
    later = calendar.with_specials({day: Special(name="国庆节"), date(2026, 10, 2): Special(name="国庆节")})
    assert later.special_on(day) == Special((Window(600, 720),), "国庆值班")
    assert later.windows_on(date(2026, 10, 2)) == ()


@pytest.mark.parametrize(("start", "end"), [(600, 600), (600, 500), (-1, 60), (1440, 1500), (0, 1441)])
def test_a_window_is_some_minutes_and_at_most_a_day(start: int, end: int) -> None:
    with pytest.raises((EmptyWindow, BadWindow)):
        Window(start, end)


def test_a_window_of_a_whole_day_begins_at_midnight() -> None:
    assert Window(0, 1440).pair() == ["00:00", "24:00"]
    with pytest.raises(BadWindow):
        Window(1, 1441)
