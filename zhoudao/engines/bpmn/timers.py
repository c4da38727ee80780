"""ISO 8601 times as BPMN uses them: a duration, a date with its zone, or a cycle; or `=expression` that gives one."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,6})?)S)?)?"
)


class TimeUnreadable(ValueError):
    """This is not an ISO 8601 duration, date with zone, or cycle."""


@dataclass(frozen=True, slots=True)
class Duration:
    months: int
    rest: timedelta

    def after(self, at: datetime) -> datetime:
        """The moment this long after `at`; months keep the day, or take the month's last."""
        count = at.year * 12 + at.month - 1 + self.months
        year, month = divmod(count, 12)
        try:
            day = min(at.day, monthrange(year, month + 1)[1])
            return at.replace(year=year, month=month + 1, day=day) + self.rest
        except (ValueError, OverflowError) as error:
            raise TimeUnreadable("The moment is too far away.") from error


@dataclass(frozen=True, slots=True)
class Timer:
    text: str
    duration: Duration | None = None
    date: datetime | None = None
    repeats: int = 1
    """How often it fires; 0 is without end."""

    @property
    def expression(self) -> str:
        """The expression that gives the time, or an empty text."""
        return self.text[1:].strip() if self.text.startswith("=") else ""

    def due(self, at: datetime) -> datetime:
        """The first moment, seen from `at`."""
        if self.date is not None:
            return self.date
        return self.again(at)

    def again(self, last: datetime) -> datetime:
        """The next moment of a cycle, after the last one."""
        return self.duration.after(last) if self.duration else last


def duration(text: str) -> Duration:
    """`P1Y2M3W4DT5H6M7S`. Raises: TimeUnreadable."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise TimeUnreadable(text)
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Duration(int(years * 12 + months), rest)


def span(text: str) -> timedelta:
    """A duration without years and months, as a step's target. Raises: TimeUnreadable."""
    read = duration(text)
    if read.months or not read.rest:
        raise TimeUnreadable(text)
    return read.rest


def timer(text: str) -> Timer:
    """What stands in a timer event. Raises: TimeUnreadable."""
    text = text.strip()
    if text.startswith("=") and text[1:].strip():
        return Timer(text)
    head, *rest = text.split("/")
    if not head.startswith("R"):
        return Timer(text, *_moment(text))
    if not re.fullmatch(r"R\d{0,4}", head) or head in ("R0", "R00") or not 1 <= len(rest) <= 2:
        raise TimeUnreadable(text)
    first = _date(rest[0]) if len(rest) == 2 else None
    every = duration(rest[-1])
    if not every.months and every.rest < timedelta(minutes=1):
        raise TimeUnreadable(f"{text} repeats more than once a minute")
    return Timer(text, every, first, int(head[1:] or 0))


def _moment(text: str) -> tuple[Duration | None, datetime | None]:
    return (duration(text), None) if text.startswith("P") else (None, _date(text))


def _date(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeUnreadable(text) from error
    if moment.tzinfo is None:
        raise TimeUnreadable(f"{text} has no zone")
    return moment
