from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zhoudao.engines.worktime import (
    BackwardPause,
    BadTarget,
    BeyondHorizon,
    Calendar,
    Mark,
    PausedWithoutEnd,
    Special,
    always,
    due,
    explain,
    is_open,
    remaining,
    share,
    warnings,
    with_china,
    worked,
)
from zhoudao.kit.time import NaiveMoment

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar.weekly("Asia/Shanghai", {day: [("09:00", "12:00"), ("13:30", "18:00")] for day in WORKDAYS})
OFFICE_2026 = with_china(OFFICE, [2026])
NIGHTS = Calendar.weekly("Asia/Shanghai", {day: [("22:00", "06:00")] for day in (*WORKDAYS, "sat", "sun")})


def there(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_urgent_runs_through_the_night() -> None:
    smoke = there(3, 13, 23, 50)
    assert due(smoke, timedelta(minutes=30), always()) == there(3, 14, 0, 20)
    assert due(smoke, 2 * HOUR, always()) == there(3, 14, 1, 50)


def test_regular_counts_four_office_hours_over_lunch_and_weekend() -> None:
    assert due(there(3, 13, 11), 4 * HOUR, OFFICE) == there(3, 13, 16, 30)
    assert due(there(3, 13, 17), 4 * HOUR, OFFICE) == there(3, 16, 12)
    assert due(there(3, 14, 15), HOUR, OFFICE) == there(3, 16, 10)


def test_value_added_has_a_day_of_elapsed_time() -> None:
    assert due(there(9, 30, 17), 24 * HOUR, always()) == there(10, 1, 17)


def test_a_target_met_at_closing_time_is_due_then_and_not_next_morning() -> None:
    assert due(there(3, 13, 17), HOUR, OFFICE) == there(3, 13, 18)


def test_golden_week_does_not_count_and_the_shifted_saturday_does() -> None:
    assert due(there(9, 30, 17), 2 * HOUR, OFFICE_2026) == there(10, 8, 10)
    assert due(there(10, 9, 17), 2 * HOUR, OFFICE_2026) == there(10, 10, 10)


def test_a_night_shift_runs_past_midnight_and_out_of_a_holiday() -> None:
    assert worked(there(3, 14, 0), there(3, 15, 0), NIGHTS) == 8 * HOUR
    closed = NIGHTS.with_specials({there(3, 14, 0).date(): Special(name="盘点")})
    assert is_open(there(3, 14, 5), closed)
    assert not is_open(there(3, 14, 23), closed)
    assert not is_open(there(3, 15, 5), closed)


def test_the_hour_that_daylight_saving_repeats_counts_twice_and_the_skipped_one_not_at_all() -> None:
    night = Calendar.weekly("America/New_York", {day: [("00:00", "04:00")] for day in ("sat", "sun")})
    new_york = ZoneInfo("America/New_York")
    autumn, spring = datetime(2026, 11, 1, tzinfo=new_york), datetime(2026, 3, 8, tzinfo=new_york)
    assert worked(autumn, autumn + timedelta(days=1), night) == 5 * HOUR
    assert worked(spring, spring + timedelta(days=1), night) == 3 * HOUR


def test_a_date_that_never_was_gives_no_time() -> None:
    apia = Calendar.weekly("Pacific/Apia", {day: [("09:00", "17:00")] for day in WORKDAYS})
    thursday = datetime(2011, 12, 29, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    assert due(thursday, 9 * HOUR, apia) == datetime(2012, 1, 2, 10, tzinfo=ZoneInfo("Pacific/Apia"))


def test_waiting_for_the_customer_moves_the_due_time() -> None:
    start = there(3, 16, 9)
    pauses = [(there(3, 16, 11), there(3, 16, 14)), (there(3, 16, 10), there(3, 16, 11, 30))]
    assert due(start, 3 * HOUR, OFFICE, pauses) == there(3, 16, 16)
    assert remaining(start, 3 * HOUR, there(3, 16, 12), OFFICE, pauses) == 2 * HOUR
    assert share(start, 3 * HOUR, there(3, 16, 17, 30), OFFICE, pauses) == 1.5
    assert remaining(start, 3 * HOUR, there(3, 16, 17), OFFICE, pauses) == -HOUR


def test_while_it_is_paused_nobody_knows_when_it_is_due() -> None:
    start, pauses = there(3, 16, 9), [(there(3, 16, 11), None)]
    with pytest.raises(PausedWithoutEnd):
        due(start, 3 * HOUR, OFFICE, pauses)
    assert due(start, 2 * HOUR, OFFICE, pauses) == there(3, 16, 11)
    assert warnings(start, 4 * HOUR, [0.8, 0.5, 1], OFFICE, pauses) == [Mark(0.5, there(3, 16, 11).astimezone(UTC))]
    assert worked(start, there(3, 20, 9), OFFICE, pauses) == 2 * HOUR


def test_it_explains_why_monday_and_not_saturday() -> None:
    pauses = [(there(10, 8, 9, 30), there(10, 8, 10))]
    spans = explain(there(9, 30, 17), there(10, 8, 10, 30), OFFICE_2026, pauses)
    told = [(span.kind, span.name[:3], span.counted // timedelta(minutes=1), span.total // HOUR) for span in spans]
    assert told == [
        ("counting", "", 60, 1),
        ("closed", "", 0, 1),
        ("holiday", "国庆节", 0, 1),
        ("holiday", "国庆节", 0, 1),
        ("holiday", "休息日", 0, 1),
        ("holiday", "休息日", 0, 1),
        ("closed", "", 0, 1),
        ("counting", "", 30, 1),
        ("paused", "", 0, 1),
        ("counting", "", 30, 2),
    ]
    assert (spans[2].start, spans[5].end) == (there(10, 1, 0), there(10, 8, 0))


def test_nothing_has_counted_before_the_start() -> None:
    assert worked(there(3, 16, 10), there(3, 16, 9), OFFICE) == timedelta(0)
    assert explain(there(3, 16, 10), there(3, 16, 9), OFFICE) == []


def test_what_cannot_be_computed_is_refused_by_name() -> None:
    start = there(3, 16, 9)
    with pytest.raises(BadTarget):
        due(start, timedelta(0), OFFICE)
    with pytest.raises(BadTarget):
        share(start, timedelta(0), start, OFFICE)
    with pytest.raises(BackwardPause):
        due(start, HOUR, OFFICE, [(there(3, 16, 12), there(3, 16, 11))])
    with pytest.raises(BeyondHorizon):
        due(start, timedelta(days=1500), OFFICE)
    with pytest.raises(BeyondHorizon):
        due(datetime(9999, 1, 1, tzinfo=UTC), HOUR, OFFICE)
    with pytest.raises(NaiveMoment):
        due(datetime(2026, 3, 16), HOUR, OFFICE)
