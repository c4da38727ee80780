"""What a calendar or a clock refuses; `where` holds the facts a page shows."""


class BadCalendar(ValueError):
    """This calendar cannot be used."""

    def __init__(self, **where: str) -> None:
        super().__init__(", ".join([self.__doc__ or "", *(f"{name}: {value}" for name, value in where.items())]))
        self.where = where


class BadShape(BadCalendar):
    """A calendar has a zone, a week and special dates."""


class UnknownZone(BadCalendar):
    """A zone is an IANA name like Asia/Shanghai."""


class BadDay(BadCalendar):
    """A day is mon … sun or a date like 2026-10-01."""


class BadWindow(BadCalendar):
    """A window is two times between 00:00 and 24:00."""


class EmptyWindow(BadCalendar):
    """A window that ends when it starts is empty; a whole day is 00:00 to 24:00."""


class OverlappingWindows(BadCalendar):
    """Two windows share time."""


class NeverOpen(BadCalendar):
    """A calendar without any window never counts, so nothing would ever come due."""


class BadClockInput(ValueError):
    """A clock cannot be computed from this."""


class BadTarget(BadClockInput):
    """A target or share is above zero."""


class BackwardPause(BadClockInput):
    """A pause ends before it starts."""


class PausedWithoutEnd(BadClockInput):
    """The clock is paused until further notice, so its due time is not known."""


class BeyondHorizon(BadClockInput):
    """The calendar does not hold that much time within ten years."""
