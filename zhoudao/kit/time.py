"""Moments, the shown clock, and ISO 8601 durations."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

_MICROSECOND = timedelta(microseconds=1)
_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:[.,]\d{1,6})?)S)?)?",
    re.ASCII,
)


class NaiveMoment(ValueError):
    """A moment needs a time zone."""


class BadClock(ValueError):
    """A clock's rate must be above zero."""


class BadDuration(ValueError):
    """A duration is written like P3DT4H or PT30M; years and months have no fixed length."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises: NaiveMoment.
    """
    if moment.tzinfo is None:
        raise NaiveMoment(moment.isoformat())
    return moment.astimezone(UTC)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, rounded down."""
    return (utc(end) - utc(start)) // timedelta(minutes=1)


def _scaled(span: timedelta, rate: Fraction) -> timedelta:
    return round(span // _MICROSECOND * rate) * _MICROSECOND


@dataclass(frozen=True, slots=True)
class Clock:
    """The time the product shows: it starts at `shown_start` when the machine reads `real_start` and runs at `rate`."""

    real_start: datetime
    shown_start: datetime
    rate: int | float | Decimal | Fraction = 1

    def __post_init__(self) -> None:
        if not self.rate > 0:
            raise BadClock(str(self.rate))
        utc(self.real_start), utc(self.shown_start)

    def now(self, real: datetime) -> datetime:
        """The shown time when the machine reads `real`."""
        return utc(self.shown_start) + _scaled(utc(real) - utc(self.real_start), Fraction(self.rate))

    def real(self, shown: datetime) -> datetime:
        """The machine's time at which the shown time is `shown`."""
        return utc(self.real_start) + _scaled(utc(shown) - utc(self.shown_start), 1 / Fraction(self.rate))


def parse_duration(text: str) -> timedelta:
    """`P3DT4H` → 3 days 4 hours, exact; a day is 24 hours.

    Raises: BadDuration.
    """
    found = _DURATION.fullmatch(text)
    parts = {unit: value for unit, value in found.groupdict().items() if value} if found else {}
    if not parts:
        raise BadDuration(text)
    seconds = Decimal(parts.pop("seconds", "0").replace(",", "."))
    try:
        whole = timedelta(**{unit: int(value) for unit, value in parts.items()})
        return whole + int(seconds * 1_000_000) * _MICROSECOND
    except OverflowError as error:
        raise BadDuration(text) from error


def format_duration(span: timedelta) -> str:
    """The shortest ISO 8601 form that `parse_duration` reads back to the same span.

    Raises: BadDuration for a span below zero.
    """
    if span < timedelta(0):
        raise BadDuration(str(span))
    minutes, rest = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest}.{span.microseconds:06}".rstrip("0") if span.microseconds else f"{rest or ''}"
    day = f"{span.days}D" if span.days else ""
    clock = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if value)
    return f"P{day}{'T' + clock if clock else ''}" if day or clock else "PT0S"
