"""China's public holidays and the weekends worked in exchange (调休), as the State Council announces each November.

Source: the `holidays` package, which follows the notices of the General Office from 2001 on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from zhoudao.engines.worktime.calendar import Calendar, Special

_DAY = timedelta(days=1)
_SATURDAY = 5
SHIFTED = "调休上班"


@dataclass(frozen=True, slots=True)
class ChinaYear:
    """Days off by name, and weekend days worked. Not announced: only the days fixed by law, nothing shifted yet."""

    year: int
    is_announced: bool
    days_off: dict[date, str]
    days_worked: frozenset[date]


def is_announced(year: int) -> bool:
    """Whether the year's exchange of days is officially known."""
    # Imported here, as below: the package costs every process time and memory, and a calendar is built once a year.
    from holidays.countries.china import ChinaStaticHolidays

    return year in ChinaStaticHolidays.special_public_holidays


def china_year(year: int) -> ChinaYear:
    """The year's days off, weekends that join them included, and its shifted working days."""
    from holidays import country_holidays

    around = range(year - 1, year + 2)
    if not is_announced(year):
        lawful = country_holidays("CN", years=[year], observed=False, language="zh_CN")
        return ChinaYear(year, False, {day: name for day, name in lawful.items() if day.year == year}, frozenset())
    known = country_holidays("CN", years=[near for near in around if is_announced(near)], language="zh_CN")
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    days_off = _with_weekends(dict(known.items()), known.weekend_workdays)
    return ChinaYear(year, True, {day: name for day, name in sorted(days_off.items()) if day.year == year}, worked)


def _with_weekends(named: dict[date, str], worked: Iterable[date]) -> dict[date, str]:
    # The package lists only what the calendar does not give anyway; a shop open at weekends needs the whole holiday.
    taken = set(worked)
    days_off = dict(named)
    for step in (_DAY, -_DAY):
        for day, name in sorted(named.items(), reverse=step < timedelta(0)):
            neighbour = day + step
            while neighbour.weekday() >= _SATURDAY and neighbour not in taken and neighbour not in named:
                days_off.setdefault(neighbour, name)
                neighbour += step
    return days_off


def with_china(calendar: Calendar, years: Iterable[int], like: int = 0) -> Calendar:
    """The calendar closed on China's days off and open on shifted working days as on weekday `like` (Monday is 0).

    Special dates the calendar has already stay. Ask `is_announced` and say so where a year is not.
    """
    specials: dict[date, Special] = {}
    for year in map(china_year, years):
        specials |= {day: Special(name=name) for day, name in year.days_off.items()}
        specials |= {day: Special(calendar.week[like], SHIFTED) for day in year.days_worked}
    return calendar.with_specials(specials)
