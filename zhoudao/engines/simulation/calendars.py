"""When people work: windows of a week, on the wall clock."""

from collections.abc import Iterable
from dataclasses import dataclass

MINUTES = 7 * 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarRefused(ValueError):
    """These windows are no working week."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Windows of a week as (first minute, minute after the last) from Monday 00:00, each within 0 … 10,080.

    They are kept sorted and merged. None at all is a calendar whose people never work. Raises: CalendarRefused.
    """

    windows: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        merged: list[tuple[int, int]] = []
        for first, last in sorted(self.windows):
            if not 0 <= first < last <= MINUTES:
                raise CalendarRefused(f"{first} to {last} is no window within the {MINUTES:,} minutes of a week.")
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        object.__setattr__(self, "windows", tuple(merged))

    @property
    def minutes(self) -> int:
        """Working minutes of a week."""
        return sum(last - first for first, last in self.windows)

    @property
    def is_always(self) -> bool:
        """Whether the work never rests."""
        return self.minutes == MINUTES


ALWAYS = Calendar(((0, MINUTES),))
NEVER = Calendar(())


def hours(days: Iterable[int], *spans: tuple[int, int]) -> Calendar:
    """The same spans (minutes of the day) on some days (0 is Monday). Raises: CalendarRefused."""
    return Calendar(tuple((day * 1440 + first, day * 1440 + last) for day in days for first, last in spans))
