"""The slow way: walk minute by minute and read the wall clock. Shares no arithmetic with the engine."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from zhoudao.engines.worktime import Calendar, Pauses, Special, Window

MINUTE = timedelta(minutes=1)
SOAKS = bool(os.environ.get("SOAK"))
sized = settings(max_examples=20_000 if SOAKS else 100, deadline=None)

# Zones with a day near which their clocks do something odd, or which have an odd offset.
SCENES = [
    ("Asia/Shanghai", date(2026, 10, 1)),
    ("Asia/Kathmandu", date(2026, 5, 5)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Pacific/Chatham", date(2026, 9, 27)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Europe/London", date(2026, 10, 25)),
]


def kind_at(calendar: Calendar, moment: datetime, pauses: Pauses) -> str:
    """What the minute that begins at `moment` is."""
    if any(since <= moment and (until is None or moment < until) for since, until in pauses):
        return "paused"
    wall = moment.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    specials = dict(calendar.specials)
    for days_ago in range(3):
        day = wall.date() - timedelta(days=days_ago)
        minute = (wall - datetime(day.year, day.month, day.day)) / MINUTE
        windows = specials[day].windows if day in specials else calendar.week[day.weekday()]
        if any(window.start <= minute < window.end for window in windows):
            return "counting"
    return "holiday" if wall.date() in specials and not specials[wall.date()].windows else "closed"


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    """The first moment of each minute from `start` to `end`."""
    while start < end:
        yield start
        start += MINUTE


def slow_due(start: datetime, target: timedelta, calendar: Calendar, pauses: Pauses, end: datetime) -> datetime | None:
    """The moment at which the target's last minute ends, if before `end`."""
    left = target // MINUTE
    for moment in minutes(start, end):
        left -= kind_at(calendar, moment, pauses) == "counting"
        if not left:
            return moment + MINUTE
    return None


@st.composite
def _days(draw: st.DrawFn, cut: int) -> tuple[Window, ...]:
    marks = sorted(draw(st.sets(st.integers(cut, 1440), max_size=6)))
    shifts = [Window(start, end) for start, end in zip(marks[::2], marks[1::2], strict=False)]
    if cut and draw(st.booleans()):
        start = draw(st.integers(max([cut, *(shift.end for shift in shifts)]), 1440))
        if start < 1440:
            shifts.append(Window(start, 1440 + draw(st.integers(0, min(cut, start - 1)))))
    return tuple(shifts)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime, list[tuple[datetime, datetime | None]]]:
    """A calendar, a start and an end some days later, and pauses, all on whole minutes."""
    zone, day = draw(st.sampled_from(SCENES))
    cut = draw(st.integers(0, 600))
    week = draw(st.lists(_days(cut), min_size=7, max_size=7).filter(any))
    near = st.integers(-4, 4).map(lambda days: day + timedelta(days=days))
    specials = draw(
        st.dictionaries(near, st.builds(Special, _days(cut), st.sampled_from(["", "节", "调休"])), max_size=3)
    )
    origin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    start = origin + draw(st.integers(0, 2 * 1440)) * MINUTE
    moments = st.integers(-1440, 5 * 1440).map(lambda minute: start + minute * MINUTE)
    pauses: list[tuple[datetime, datetime | None]] = []
    for since in draw(st.lists(moments, max_size=3)):
        length = draw(st.none() | st.integers(0, 2 * 1440))
        pauses.append((since, None if length is None else since + length * MINUTE))
    end = start + draw(st.integers(0, 4 * 1440)) * MINUTE
    return Calendar(zone, tuple(week), tuple(specials.items())), start, end, pauses


Situation = tuple[Calendar, datetime, datetime, list[tuple[datetime, datetime | None]]]
