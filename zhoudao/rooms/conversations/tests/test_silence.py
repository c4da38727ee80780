"""When silence is out of the ordinary: learned from earlier weeks, and a cautious default before there are any."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.rooms.conversations.silence import DEFAULT, ENOUGH, SHORTEST, expected_between, judge

MONDAY = datetime(2026, 8, 10, 1, tzinfo=UTC)  # nine in the morning in China
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def weeks(count: int, *, a_working_hour: int = 12, before: datetime = MONDAY) -> dict[datetime, int]:
    """So many weeks of a shop that hears something from nine to six and nothing at night."""
    first = before - count * WEEK
    hours = [first + n * HOUR for n in range(count * 168)]
    return {hour: a_working_hour for hour in hours if 1 <= hour.hour < 10}


def test_an_hour_without_a_word_at_a_busy_time_is_silence() -> None:
    verdict = judge(weeks(4), last_at=MONDAY, at=MONDAY + timedelta(minutes=55))
    assert verdict.is_silent
    assert verdict.expected == pytest.approx(11.0)


def test_half_that_time_is_not() -> None:
    assert not judge(weeks(4), last_at=MONDAY, at=MONDAY + timedelta(minutes=40)).is_silent


def test_a_whole_quiet_night_is_not() -> None:
    evening = MONDAY.replace(hour=10) - timedelta(days=1)
    verdict = judge(weeks(6), last_at=evening, at=evening + timedelta(hours=14, minutes=59))
    assert (verdict.is_silent, verdict.expected) == (False, 0.0)


def test_a_channel_that_seldom_hears_anything_is_given_days() -> None:
    seldom = weeks(8, a_working_hour=1)
    assert not judge(seldom, last_at=MONDAY, at=MONDAY + timedelta(hours=9)).is_silent
    assert judge(seldom, last_at=MONDAY, at=MONDAY + timedelta(hours=26)).is_silent


def test_a_burst_of_many_in_minutes_needs_half_an_hour_all_the_same() -> None:
    rush = weeks(4, a_working_hour=100_000)
    assert not judge(rush, last_at=MONDAY, at=MONDAY + SHORTEST - timedelta(seconds=1)).is_silent
    assert judge(rush, last_at=MONDAY, at=MONDAY + SHORTEST).is_silent


def test_a_young_channel_has_no_pattern_and_a_day_is_too_long_for_it() -> None:
    young = weeks(1)
    assert expected_between(young, MONDAY, MONDAY + HOUR) is None
    assert not judge(young, last_at=MONDAY, at=MONDAY + DEFAULT - timedelta(minutes=1)).is_silent
    verdict = judge(young, last_at=MONDAY, at=MONDAY + DEFAULT)
    assert (verdict.is_silent, verdict.expected) == (True, None)


def test_a_channel_hardly_used_or_never_heard_is_left_in_peace() -> None:
    assert not judge({MONDAY - HOUR: 19}, last_at=MONDAY, at=MONDAY + timedelta(days=9)).is_silent
    assert not judge({}, last_at=MONDAY, at=MONDAY + timedelta(days=9)).is_silent


def test_a_long_silence_does_not_become_normal() -> None:
    assert judge(weeks(8), last_at=MONDAY, at=MONDAY + timedelta(weeks=7)).is_silent


@given(minutes=st.integers(30, 60 * 24 * 6), more=st.integers(1, 60 * 24))
@settings(max_examples=60, deadline=None)
def test_once_silent_it_stays_so_until_something_comes(minutes: int, more: int) -> None:
    known = weeks(4, a_working_hour=3)
    first = judge(known, last_at=MONDAY, at=MONDAY + timedelta(minutes=minutes))
    later = judge(known, last_at=MONDAY, at=MONDAY + timedelta(minutes=minutes + more))
    assert later.is_silent or not first.is_silent
    assert (first.expected or 0) <= (later.expected or 0)
    assert first.is_silent == ((first.expected or 0) >= ENOUGH)
