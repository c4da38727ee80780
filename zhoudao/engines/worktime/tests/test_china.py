from datetime import date, timedelta

import pytest

from zhoudao.engines.worktime import Calendar, china_year, is_announced, with_china

WEEK = {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


def days(year: int, *spans: tuple[int, int, int]) -> set[date]:
    return {date(year, month, first) + timedelta(days=step) for month, first, count in spans for step in range(count)}


# As announced: 国办发明电〔2024〕12号 and 〔2025〕7号.
@pytest.mark.parametrize(
    ("year", "off", "worked"),
    [
        (
            2025,
            days(2025, (1, 1, 1), (1, 28, 8), (4, 4, 3), (5, 1, 5), (5, 31, 3), (10, 1, 8)),
            days(2025, (1, 26, 1), (2, 8, 1), (4, 27, 1), (9, 28, 1), (10, 11, 1)),
        ),
        (
            2026,
            days(2026, (1, 1, 3), (2, 15, 9), (4, 4, 3), (5, 1, 5), (6, 19, 3), (9, 25, 3), (10, 1, 7)),
            days(2026, (1, 4, 1), (2, 14, 1), (2, 28, 1), (5, 9, 1), (9, 20, 1), (10, 10, 1)),
        ),
    ],
)
def test_holidays_and_worked_weekends_are_the_announced_ones(year: int, off: set[date], worked: set[date]) -> None:
    china = china_year(year)
    assert china.is_announced
    assert set(china.days_off) == off
    assert china.days_worked == worked


def test_a_holiday_may_begin_at_the_end_of_the_year_before() -> None:
    assert date(2022, 12, 31) in china_year(2022).days_off


def test_a_year_not_announced_says_so_and_shifts_nothing() -> None:
    china = china_year(2060)
    assert not china.is_announced
    assert not is_announced(2060)
    assert not china.days_worked
    assert china.days_off[date(2060, 10, 1)] == "国庆节"


def test_a_shifted_saturday_is_worked_like_a_monday_and_a_holiday_is_closed_even_for_a_weekend_shop() -> None:
    shop = with_china(Calendar.weekly("Asia/Shanghai", WEEK | {"sun": [("10:00", "16:00")]}), [2025, 2026])
    assert shop.windows_on(date(2026, 10, 10)) == shop.windows_on(date(2026, 10, 12)) != ()
    assert shop.windows_on(date(2026, 10, 4)) == ()
    assert shop.windows_on(date(2026, 10, 18)) != ()
