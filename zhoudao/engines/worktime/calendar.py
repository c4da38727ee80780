"""When a team works: weekly windows in a time zone, and days that differ.

A moment counts when the wall clock of the zone, at that moment, reads inside a window. So a wall time that daylight
saving skips gives no time, and one that it repeats counts both times. A window belongs to the date it starts on:
a shift from 22:00 to 06:00 runs on into a holiday, a holiday's own night shift runs on out of it, and a date that never
was (Apia, 2011-12-30) gives only what its night shift leaves on the next.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from zhoudao.engines.worktime.errors import (
    BadDay,
    BadShape,
    BadWindow,
    EmptyWindow,
    NeverOpen,
    OverlappingWindows,
    UnknownZone,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 1440
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Minutes after the day's midnight; `end` is above 1440 when the shift runs past midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise EmptyWindow(window=str(self))
        longest = DAY_MINUTES - (self.start > 0)  # 08:00 to 08:00 on the next day would read back as empty
        if not 0 <= self.start < DAY_MINUTES or not self.start < self.end <= self.start + longest:
            raise BadWindow(window=f"{self.start}–{self.end} minutes")

    @classmethod
    def of(cls, start: str, end: str) -> "Window":
        """`Window.of("22:00", "06:00")` runs into the next day; `24:00` is the day's end.

        Raises: BadWindow, EmptyWindow.
        """
        first, last = _minute(start), _minute(end)
        return cls(first, last if last >= first else last + DAY_MINUTES)

    def pair(self) -> list[str]:
        """As `of` reads it."""
        return [_clock(self.start), _clock(self.end if self.end <= DAY_MINUTES else self.end - DAY_MINUTES)]

    def __str__(self) -> str:
        return "–".join(self.pair())


@dataclass(frozen=True, slots=True)
class Special:
    """A date with its own windows instead of the week's: none on a holiday, some on a shifted working day."""

    windows: tuple[Window, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "windows", tuple(sorted(self.windows)))


@dataclass(frozen=True)
class Calendar:
    """Seven tuples of windows, Monday first, in an IANA zone, and special dates.

    Raises: UnknownZone, BadShape, OverlappingWindows, NeverOpen.
    """

    zone: str
    week: tuple[tuple[Window, ...], ...]
    specials: tuple[tuple[date, Special], ...] = ()

    def __post_init__(self) -> None:
        _check_zone(self.zone)
        if len(self.week) != len(DAYS):
            raise BadShape(found=f"{len(self.week)} weekdays")
        object.__setattr__(self, "week", tuple(tuple(sorted(day)) for day in self.week))
        object.__setattr__(self, "specials", tuple(sorted(self.specials, key=lambda special: special[0])))
        if not any(self.week) and not any(special.windows for _, special in self.specials):
            raise NeverOpen
        self._check_overlaps()

    @classmethod
    def weekly(
        cls,
        zone: str,
        week: Mapping[str, Iterable[Sequence[str]]],
        specials: Mapping[date, Special] | None = None,
    ) -> "Calendar":
        """`Calendar.weekly("Asia/Shanghai", {"mon": [("09:00", "12:00"), ("13:30", "18:00")]})`.

        Raises: BadCalendar, by its kinds, naming the day.
        """
        if unknown := set(week) - set(DAYS):
            raise BadDay(day=", ".join(sorted(map(str, unknown))))
        days = tuple(_windows(day, week.get(day, ())) for day in DAYS)
        return cls(zone, days, tuple((specials or {}).items()))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Calendar":
        """From what `to_json` gives.

        Raises: BadCalendar, by its kinds.
        """
        try:
            zone, week, specials = stored["zone"], stored["week"], stored.get("specials", {})
            read = {_date(day): _special(day, special) for day, special in specials.items()}
            return cls.weekly(zone, week, read)
        except (AttributeError, KeyError, TypeError) as error:
            raise BadShape(found=repr(error)) from error

    def to_json(self) -> dict[str, Any]:
        """`{"zone", "week": {"mon": [["09:00", "18:00"]], …}, "specials": {"2026-10-01": {"name", "windows"}}}`."""
        return {
            "zone": self.zone,
            "week": {name: [window.pair() for window in day] for name, day in zip(DAYS, self.week, strict=True) if day},
            "specials": {
                day.isoformat(): {"name": special.name, "windows": [window.pair() for window in special.windows]}
                for day, special in self.specials
            },
        }

    def with_specials(self, specials: Mapping[date, Special]) -> "Calendar":
        """This calendar with more special dates; on a date it has already, its own stays."""
        return replace(self, specials=tuple((dict(specials) | self._special_by_date).items()))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that start on `day`."""
        special = self._special_by_date.get(day)
        return self.week[day.weekday()] if special is None else special.windows

    def special_on(self, day: date) -> Special | None:
        """What is special about `day`, if anything."""
        return self._special_by_date.get(day)

    @cached_property
    def _special_by_date(self) -> dict[date, Special]:
        return dict(self.specials)

    @cached_property
    def _hash(self) -> int:
        return hash((self.zone, self.week, self.specials))

    def __hash__(self) -> int:
        return self._hash

    def _check_overlaps(self) -> None:
        for place, today in enumerate(self.week):
            _check_neighbours(DAYS[place], today, DAYS[(place + 1) % 7], self.week[(place + 1) % 7])
        for day, special in self.specials:
            before, after = day - timedelta(days=1), day + timedelta(days=1)
            _check_neighbours(before, self.windows_on(before), day, special.windows)
            _check_neighbours(day, special.windows, after, self.windows_on(after))


@cache
def always() -> Calendar:
    """The calendar of elapsed time: every minute counts."""
    return Calendar("UTC", ((Window(0, DAY_MINUTES),),) * 7)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise UnknownZone(zone=str(zone)) from error


def _check_neighbours(
    today: str | date, windows: Sequence[Window], tomorrow: str | date, following: Sequence[Window]
) -> None:
    for first, second in pairwise(sorted(windows)):
        if second.start < first.end:
            raise OverlappingWindows(day=str(today), window=str(first), other_day=str(today), other=str(second))
    if not windows or not following:
        return
    spill, opening = max(windows), min(following)
    if opening.start < spill.end - DAY_MINUTES:
        raise OverlappingWindows(day=str(today), window=str(spill), other_day=str(tomorrow), other=str(opening))


def _windows(day: str, pairs: Iterable[Sequence[str]]) -> tuple[Window, ...]:
    windows = []
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 2:
            raise BadWindow(window=str(pair), day=day)
        try:
            windows.append(Window.of(*pair))
        except (BadWindow, EmptyWindow) as error:
            raise type(error)(**(error.where | {"day": day})) from error
    return tuple(windows)


def _special(day: str, special: Mapping[str, Any]) -> Special:
    return Special(_windows(day, special.get("windows", ())), str(special.get("name", "")))


def _date(day: str) -> date:
    try:
        read = date.fromisoformat(day)
    except ValueError as error:
        raise BadDay(day=day) from error
    if read.isoformat() != day:  # 20261001 and 2026-W40-4 would be one date under two names
        raise BadDay(day=day)
    return read


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text)
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minute > DAY_MINUTES:
        raise BadWindow(window=text)
    return minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
