"""A clock that explains itself: every minute from start to end, and why it counted or did not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from zhoudao.engines.worktime.calendar import Calendar
from zhoudao.engines.worktime.clock import Pauses, merged
from zhoudao.engines.worktime.opening import ZERO, Interval, intervals, local_days, offsets
from zhoudao.kit.time import utc

Kind = Literal["counting", "closed", "holiday", "paused"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one kind; `name` is the special day's, `counted` its own time, `total` the clock's at its end."""

    start: datetime
    end: datetime
    kind: Kind
    name: str
    counted: timedelta
    total: timedelta


@dataclass(frozen=True, slots=True)
class _Piece:
    start: datetime
    end: datetime
    kind: Kind
    name: str


def explain(start: datetime, end: datetime, calendar: Calendar, pauses: Pauses = ()) -> list[Span]:
    """Spans that meet end to start from `start` to `end`; their `counted` add up to `worked(...)` exactly.

    A pause outranks the calendar; a day that is special without windows is a holiday where it is closed.

    Raises: BackwardPause, NaiveMoment.
    """
    spans: list[Span] = []
    total = ZERO
    for piece in _joined(_pieces(utc(start), utc(end), calendar, pauses)):
        counted = piece.end - piece.start if piece.kind == "counting" else ZERO
        total += counted
        spans.append(Span(piece.start, piece.end, piece.kind, piece.name, counted, total))
    return spans


def _pieces(start: datetime, end: datetime, calendar: Calendar, pauses: Pauses) -> Iterator[_Piece]:
    position = start
    for since, until in merged(start, end, pauses):
        yield from _by_calendar(position, since, calendar)
        yield _Piece(since, until, "paused", "")
        position = until
    yield from _by_calendar(position, end, calendar)


def _by_calendar(start: datetime, end: datetime, calendar: Calendar) -> Iterator[_Piece]:
    position = start
    for opened, closed in intervals(calendar, start, end):
        yield from _closed(position, opened, calendar)
        yield from (_Piece(*part, "counting", name) for part, _, name in _by_day(opened, closed, calendar))
        position = closed
    yield from _closed(position, end, calendar)


def _closed(start: datetime, end: datetime, calendar: Calendar) -> Iterator[_Piece]:
    for part, is_holiday, name in _by_day(start, end, calendar):
        yield _Piece(*part, "holiday" if is_holiday else "closed", name)


def _by_day(start: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[Interval, bool, str]]:
    if start >= end:
        return
    for begin, finish, offset in offsets(calendar.zone, start, end):
        for day in local_days(begin, finish, offset):
            midnight = datetime(day.year, day.month, day.day, tzinfo=start.tzinfo) - offset
            special = calendar.special_on(day)
            part = max(begin, midnight), min(finish, midnight + timedelta(days=1))
            yield part, special is not None and not special.windows, special.name if special else ""


def _joined(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    last: _Piece | None = None
    for piece in pieces:
        if last and (last.kind, last.name) == (piece.kind, piece.name):
            last = _Piece(last.start, piece.end, last.kind, last.name)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
