"""Which few of many fit: what must be is never broken, wishes weigh, and what is better in everything comes first."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from enum import StrEnum

from zhoudao.kit.frozen import frozen

Value = float | bool | str
MOST = 3


class Goal(StrEnum):
    """What somebody wants of one attribute. `LEAST` and `MOST` speak of numbers."""

    LEAST = "at_least"
    MOST = "at_most"
    IS = "is"


@frozen
class Wish:
    """What is wanted of one attribute. `weight` above 0: how much it counts against the others; `is_must`: what does
    not have it, or of what nobody knows it, is out.
    """

    code: str
    attribute: str
    goal: Goal
    value: Value
    weight: float = 1.0
    is_must: bool = False


@frozen
class Candidate:
    """What may be chosen, by its code; of one `family` (a product in two colours) only the best is named. A value that
    nobody knows is not there.
    """

    code: str
    family: str
    values: Mapping[str, Value]


@frozen
class Judged:
    """How one wish stands: `share` of it that is met (0 to 1), `actual` (None: unknown), by how much it is `short` in
    the attribute's own unit (None: not short, or no number), and which share of the others it is `ahead` of in
    the direction that is better (None where there is no such direction, or no other).
    """

    wish: Wish
    share: float
    actual: Value | None
    short: float | None = None
    ahead: float | None = None

    @property
    def is_met(self) -> bool:
        """Wholly."""
        return self.share >= 1.0


@frozen
class Chosen:
    """One that was judged: `score` from 0 to 1 is the weighted mean of how far its wishes are met."""

    code: str
    family: str
    score: float
    judged: tuple[Judged, ...]

    @property
    def broken(self) -> tuple[Judged, ...]:
        """What must be and is not."""
        return tuple(one for one in self.judged if one.wish.is_must and not one.is_met)


@frozen
class Guided:
    """The best, best first; where nothing has what must be, none, and the `nearest`. `fitting` have what must be, out
    of all `looked_at`; of `unknown` nobody knows something that must be, and nothing known speaks against them.
    """

    best: tuple[Chosen, ...]
    nearest: tuple[Chosen, ...]
    fitting: int
    looked_at: int
    unknown: int


def guide(
    candidates: Sequence[Candidate], wishes: Sequence[Wish], better: Mapping[str, int], *, most: int = MOST
) -> Guided:
    """The few that fit best. `better`: by attribute +1 where more is better, -1 where less is.

    One that is at least as good in every wish and every direction of `better`, and better in one, comes first: scores
    are sums of terms that never fall, and equal scores are told apart by how many others each leaves behind.
    Source: weighted sum model with non-compensatory musts (Fishburn 1967); dominance after Pareto.

    Raises: ValueError when a weight is not above 0.
    """
    if any(wish.weight <= 0 for wish in wishes):
        raise ValueError("a weight is above 0")
    judged = {one.code: _judge(one, wishes) for one in candidates}
    fitting = [one for one in candidates if not judged[one.code].broken]
    unknown = sum(bool(found.broken) and all(one.actual is None for one in found.broken) for found in judged.values())
    sums = (len(fitting), len(candidates), unknown)
    if not fitting:
        return Guided((), _first(sorted(judged.values(), key=_distance), most, {}), *sums)
    ranks = _ranks(fitting, better)
    found = [judged[one.code] for one in fitting]
    found.sort(key=lambda one: (-one.score, -sum(ranks[one.code].values()), _shares(one), one.code))
    return Guided(_first(found, most, ranks, len(fitting) - 1), (), *sums)


def dominates(one: Candidate, other: Candidate, wishes: Sequence[Wish], better: Mapping[str, int]) -> bool:
    """Whether one is at least as good in everything that was wished or has a direction, and better in something."""
    pairs = [(_share(wish, one)[0], _share(wish, other)[0]) for wish in wishes]
    pairs += [(_height(one, name, way), _height(other, name, way)) for name, way in better.items()]
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def _judge(one: Candidate, wishes: Sequence[Wish]) -> Chosen:
    judged = []
    for wish in wishes:
        share, short = _share(wish, one)
        judged.append(Judged(wish, share, one.values.get(wish.attribute), short))
    whole = sum(wish.weight for wish in wishes)
    score = sum(found.wish.weight * found.share for found in judged) / whole if wishes else 1.0
    return Chosen(one.code, one.family, score, tuple(judged))


def _share(wish: Wish, one: Candidate) -> tuple[float, float | None]:
    """How far a wish is met, and by how much it is short; what is unknown meets nothing."""
    actual = one.values.get(wish.attribute)
    if actual is None:
        return 0.0, None
    if wish.goal == Goal.IS:
        return float(actual == wish.value), None
    if not _is_number(actual) or not _is_number(wish.value):
        return 0.0, None
    way = 1 if wish.goal == Goal.LEAST else -1
    short = way * (float(wish.value) - float(actual))
    if short <= 0:
        return 1.0, None
    return max(0.0, 1.0 - short / max(abs(float(wish.value)), 1e-9)), short


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _height(one: Candidate, attribute: str, way: int) -> float:
    """How good a value is by its direction; what is unknown is worse than anything."""
    value = one.values.get(attribute)
    return way * float(value) if value is not None and not isinstance(value, str) else float("-inf")


def _ranks(field: Sequence[Candidate], better: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """By candidate and directed attribute, how many of the others are worse."""
    found: dict[str, dict[str, int]] = {one.code: {} for one in field}
    for name, way in sorted(better.items()):
        heights = sorted(_height(one, name, way) for one in field)
        for one in field:
            found[one.code][name] = bisect_left(heights, _height(one, name, way))
    return found


def _shares(one: Chosen) -> tuple[float, ...]:
    """What tells apart two whose sums a computer rounds to the same."""
    return tuple(-found.share for found in one.judged)


def _distance(one: Chosen) -> tuple[int, float, float, str]:
    """How far something is from what must be: how many are broken, how badly, then how well it fits otherwise."""
    return len(one.broken), sum(1.0 - found.share for found in one.broken), -one.score, one.code


def _first(
    found: Sequence[Chosen], most: int, ranks: Mapping[str, Mapping[str, int]], others: int = 0
) -> tuple[Chosen, ...]:
    """The first of each family, with the share of the others each is ahead of."""
    kept: dict[str, Chosen] = {}
    for one in found:
        if one.family not in kept and len(kept) < most:
            behind = ranks.get(one.code, {})
            judged = (_placed(each, behind.get(each.wish.attribute), others) for each in one.judged)
            kept[one.family] = Chosen(one.code, one.family, one.score, tuple(judged))
    return tuple(kept.values())


def _placed(one: Judged, behind: int | None, others: int) -> Judged:
    ahead = behind / others if behind is not None and others else None
    return Judged(one.wish, one.share, one.actual, one.short, ahead)
