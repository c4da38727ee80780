"""What speaks for a customer's leaving: a handful of reasons with points. Each is shown; nothing else counts."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from zhoudao.kit.frozen import frozen

HIGH, MEDIUM = 45, 20
POINTS = {
    "silent_long": 40,
    "silent": 25,
    "complaints": 25,
    "late": 20,
    "complaint": 15,
    "upset": 15,
    "rated_low": 15,
    "came_back": 10,
    "open_long": 10,
    "refused": 10,
}
_FEWEST_DAYS = 3  # of purchases, to know how often somebody buys
_SHORTEST = 14  # days: who buys daily has not left after a week
_LOW = 2  # stars


@frozen
class Seen:
    """What is known of a customer: purchases of two years, and service of half a year."""

    days: Sequence[date] = ()  # on which they bought, oldest first
    cases: int = 0
    complaints: int = 0
    late: int = 0
    open_long: int = 0
    came_back: int = 0
    refused: int = 0
    is_upset: bool = False
    stars: int | None = None


@frozen
class Factor:
    """One reason: its code in `POINTS`, and the number its words tell."""

    code: str
    number: int

    @property
    def points(self) -> int:
        """How much it speaks for leaving."""
        return POINTS[self.code]


def usual_days(days: Sequence[date]) -> int | None:
    """How many days there usually are between two purchases (the median); None while too few are known.

    >>> usual_days([date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)])
    30
    """
    if len(days) < _FEWEST_DAYS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return max(_SHORTEST, round(median(gaps)))


def factors_of(seen: Seen, *, today: date) -> list[Factor]:
    """Every reason there is, the weightiest first."""
    found = [*_silence(seen, today), *_service(seen)]
    return sorted(found, key=lambda one: (-one.points, one.code))


def level_of(seen: Seen, factors: Sequence[Factor]) -> str:
    """How likely; empty where neither purchases nor cases tell anything."""
    points = sum(one.points for one in factors)
    if points >= HIGH:
        return "high"
    if points >= MEDIUM:
        return "medium"
    return "low" if seen.cases or usual_days(seen.days) is not None else ""


def _silence(seen: Seen, today: date) -> list[Factor]:
    usual = usual_days(seen.days)
    if usual is None:
        return []
    times = (today - seen.days[-1]).days / usual
    if times > 3:
        return [Factor("silent_long", usual)]
    return [Factor("silent", usual)] if times > 2 else []


def _service(seen: Seen) -> list[Factor]:
    many = "complaints" if seen.complaints > 1 else "complaint"
    counted = {
        many: seen.complaints,
        "late": seen.late,
        "open_long": seen.open_long,
        "came_back": seen.came_back,
        "refused": seen.refused,
        "upset": int(seen.is_upset),
        "rated_low": seen.stars if seen.stars is not None and seen.stars <= _LOW else 0,
    }
    return [Factor(code, number) for code, number in counted.items() if number]
