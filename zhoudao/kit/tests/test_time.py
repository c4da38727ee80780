from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.time import (
    BadClock,
    BadDuration,
    Clock,
    NaiveMoment,
    format_duration,
    minutes_between,
    parse_duration,
    utc,
)

REAL = datetime(2026, 3, 9, 8, tzinfo=UTC)
SHOWN = datetime(2013, 5, 1, 0, tzinfo=UTC)


@given(st.timedeltas(min_value=timedelta(0)))
def test_every_duration_is_read_back_as_it_was_written(span: timedelta) -> None:
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P3DT4H", timedelta(days=3, hours=4)),
        ("PT30M", timedelta(minutes=30)),
        ("P2W", timedelta(weeks=2)),
        ("PT0.25S", timedelta(milliseconds=250)),
        ("PT90M", timedelta(hours=1.5)),
    ],
)
def test_durations_a_flow_may_state(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "P", "PT", "P1Y", "P1M", "3D", "P1DT", "PT1H ", "-P1D", "P999999999D1", "P٣D"])
def test_what_is_no_exact_duration_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        parse_duration(text)


def test_a_duration_beyond_what_time_can_hold_is_refused() -> None:
    with pytest.raises(BadDuration):
        parse_duration("P999999999W")
    with pytest.raises(BadDuration):
        format_duration(timedelta(seconds=-1))


@given(
    st.timedeltas(timedelta(days=-40), timedelta(days=40)),
    st.fractions(1, 5_000, max_denominator=60),
)
def test_a_faster_clock_leads_back_to_the_same_real_moment(later: timedelta, rate: Fraction | float) -> None:
    clock = Clock(REAL, SHOWN, rate)
    assert clock.real(clock.now(REAL + later)) == REAL + later


def test_an_hour_at_rate_sixty_is_a_minute() -> None:
    clock = Clock(REAL, SHOWN, Fraction(60))
    assert clock.now(REAL) == SHOWN
    assert clock.now(REAL + timedelta(minutes=1)) == SHOWN + timedelta(hours=1)
    assert clock.real(SHOWN + timedelta(hours=1)) == REAL + timedelta(minutes=1)


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_clock_never_stands_still_or_runs_back(rate: Fraction | float) -> None:
    with pytest.raises(BadClock):
        Clock(REAL, SHOWN, rate)


def test_moments_need_a_zone() -> None:
    with pytest.raises(NaiveMoment):
        utc(datetime(2026, 1, 1))
    with pytest.raises(NaiveMoment):
        Clock(REAL, datetime(2026, 1, 1))
    assert utc(datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))) == datetime(2026, 1, 1, tzinfo=UTC)


def test_only_whole_minutes_count() -> None:
    assert minutes_between(REAL, REAL + timedelta(minutes=5, seconds=59)) == 5
