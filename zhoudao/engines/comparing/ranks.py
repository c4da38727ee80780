"""Kruskal and Wallis: do groups differ in how their values rank; with what share of the ranks' spread between them."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from zhoudao.kit.frozen import frozen

G = TypeVar("G")


@frozen
class Verdict:
    """`share`: of all spread, what lies between the groups (0 to 1); `p`: how often chance alone makes as much."""

    statistic: float
    degrees: int
    p: float
    share: float


def compared(groups: Mapping[G, Sequence[float]]) -> Verdict | None:
    """Whether these groups' values rank alike; None where there is nothing to compare (fewer than two groups, or all
    values equal). Equal values share their ranks, and H is corrected for them.

    Source: Kruskal and Wallis, "Use of ranks in one-criterion variance analysis", JASA 47 (1952); the share is
    H/(N - 1), which is the sum of squares between groups divided by all, of the ranks (Tomczak and Tomczak, 2014).

    >>> found = compared({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7, 8, 9]})
    >>> round(found.statistic, 3), found.degrees, round(found.p, 4), round(found.share, 3)
    (7.2, 2, 0.0273, 0.9)
    """
    filled = {name: values for name, values in groups.items() if values}
    n = sum(len(values) for values in filled.values())
    counts = Counter(value for values in filled.values() for value in values)
    if len(filled) < 2 or len(counts) < 2:
        return None
    rank, seen = dict[float, float](), 0
    for value in sorted(counts):
        rank[value] = seen + (counts[value] + 1) / 2
        seen += counts[value]
    squares = sum(sum(rank[value] for value in values) ** 2 / len(values) for values in filled.values())
    ties = 1 - sum(count**3 - count for count in counts.values()) / (n**3 - n)
    statistic = max(0.0, (12 / (n * (n + 1)) * squares - 3 * (n + 1)) / ties)
    degrees = len(filled) - 1
    return Verdict(statistic, degrees, beyond(statistic, degrees), min(1.0, statistic / (n - 1)))


def associated(table: Mapping[G, Mapping[str, int]]) -> Verdict | None:
    """Whether groups choose alike among several outcomes (Pearson's chi-square); `share` is Cramér's V squared.

    Outcomes expected fewer than five times on average in a group are put together, as the approximation wants.

    >>> found = associated({"a": {"x": 30, "y": 10}, "b": {"x": 10, "y": 30}})
    >>> round(found.statistic, 2), found.degrees, round(found.share, 2)
    (20.0, 1, 0.25)
    """
    filled = {name: row for name, row in table.items() if sum(row.values())}
    whole = Counter[str]()
    for row in filled.values():
        whole.update(row)
    rare = {outcome for outcome, count in whole.items() if count < 5 * len(filled)}
    joined = {name: _joined(row, rare) for name, row in filled.items()}
    columns = Counter[str]()
    for each in joined.values():
        columns.update(each)
    columns = +columns
    if len(filled) < 2 or len(columns) < 2:
        return None
    n = columns.total()
    statistic = 0.0
    for each in joined.values():
        for outcome, count in columns.items():
            expected = count * each.total() / n
            statistic += (each[outcome] - expected) ** 2 / expected
    degrees = (len(joined) - 1) * (len(columns) - 1)
    least = min(len(joined), len(columns)) - 1
    return Verdict(statistic, degrees, beyond(statistic, degrees), min(1.0, statistic / (n * least)))


def beyond(x: float, degrees: int) -> float:
    """How often a chi-square of so many degrees of freedom is above x: exact sums, no table.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 and 26.4.5.

    >>> round(beyond(3.841458820694124, 1), 6), round(beyond(5.991464547107979, 2), 6)
    (0.05, 0.05)
    """
    half, even = x / 2, degrees % 2 == 0
    if half <= 0:
        return 1.0
    terms = range(degrees // 2) if even else range(1, (degrees - 1) // 2 + 1)
    powers = (i if even else i - 0.5 for i in terms)
    total = sum(math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers)
    return min(1.0, total + (0.0 if even else math.erfc(math.sqrt(half))))


def held(ps: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of several findings stand when at most this share of those that stand may be chance.

    Source: Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995).

    >>> held([0.001, 0.04, 0.03, 0.6])
    [True, False, False, False]
    """
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    last = max((rank for rank, place in enumerate(order, 1) if ps[place] <= rank * level / len(ps)), default=0)
    chosen = set(order[:last])
    return [place in chosen for place in range(len(ps))]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The quarter, the half and the three quarters, between neighbours as `percentile_cont` has it.

    >>> quartiles([1, 2, 3, 4])
    (1.75, 2.5, 3.25)
    """
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    return at(0.25), at(0.5), at(0.75)


def _joined(row: Mapping[str, int], rare: set[str]) -> Counter[str]:
    found = Counter[str]()
    for outcome, count in row.items():
        found["" if outcome in rare else outcome] += count
    return found
