"""How far two logs of one process are from each other: above all, whether a simulation can be trusted.

Source: Chapela-Campa, Benchekroun, Baron, Dumas, Krass and Senderovich, "Can I trust my simulation model? Measuring the
quality of business process simulation models" (2023): control flow by n-grams, time by earth mover's distances of
events (absolute, within the week's days, since the case began), of arrivals and of cycle times; work in progress is
ours. Where they count whole hours, moments are taken as they are.
"""

from collections import Counter
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhoudao.engines.mining.log import Log, Times

HOUR = 3_600_000_000
DAY = 24 * HOUR
_MONDAY = 4 * DAY
_FURTHEST = 24.0
"""Between a weekday on which things happen and one on which nothing does, in hours."""
Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Distances:
    """0 is alike. `control_flow` is from 0 to 1; `cycle_time`, `absolute`, `circadian`, `relative` and `arrivals` are
    hours; `congestion` is the mean difference of the cases in progress, in cases. Moments are compared from the first
    of each log, but for those of `circadian`.
    """

    control_flow: float
    cycle_time: float
    absolute: float
    circadian: float
    relative: float
    arrivals: float
    congestion: float

    @staticmethod
    def mean(several: "list[Distances]") -> "Distances":
        """Of each, over several."""
        names = [each.name for each in fields(Distances)]
        return Distances(**{name: float(np.mean([getattr(one, name) for one in several])) for name in names})


def distances(one: Log, other: Log) -> Distances:
    """Of two logs with cases; activities are known by their names. Where a log knows no beginnings, ends alone count in
    both.
    """
    has_begun = one.begun is not None and other.begun is not None
    first, second = (_Moments(log, has_begun) for log in (one, other))
    return Distances(
        control_flow=ngrams(one, other),
        cycle_time=wasserstein(first.cycle, second.cycle) / HOUR,
        absolute=wasserstein(first.all - first.origin, second.all - second.origin) / HOUR,
        circadian=circadian(first.all, second.all),
        relative=wasserstein(first.relative, second.relative) / HOUR,
        arrivals=wasserstein(first.begins - first.origin, second.begins - second.origin) / HOUR,
        congestion=congestion(
            (first.begins - first.origin, first.ends - first.origin),
            (second.begins - second.origin, second.ends - second.origin),
        ),
    )  # fmt: skip


class _Moments:
    def __init__(self, log: Log, has_begun: bool) -> None:
        begun = log.begun if has_begun and log.begun is not None else log.end
        self.begins = np.minimum.reduceat(begun, log.offsets[:-1])
        self.ends = np.maximum.reduceat(log.end, log.offsets[:-1])
        self.origin = int(self.begins.min())
        self.cycle = self.ends - self.begins
        self.all = np.concatenate([begun, log.end]) if has_begun else log.end
        since = self.begins[log.case]
        self.relative = np.concatenate([begun - since, log.end - since]) if has_begun else log.end - since


def cycle_times(log: Log, *, has_begun: bool = True) -> Times:
    """From the first beginning (without `has_begun`: the first end) to the last end of each case, in microseconds."""
    return np.asarray(_Moments(log, has_begun and log.begun is not None).cycle, np.int64)


def wasserstein(one: ArrayLike, other: ArrayLike) -> float:
    """What it takes to make one distribution of the other: mean distance, in the unit of the values.

    >>> wasserstein([0, 1, 3], [5, 6, 8])
    5.0
    """
    first, second = (np.sort(np.asarray(values, np.float64)) for values in (one, other))
    every = np.sort(np.concatenate([first, second]))
    shares = [np.searchsorted(values, every[:-1], side="right") / len(values) for values in (first, second)]
    return float(np.sum(np.abs(shares[0] - shares[1]) * np.diff(every)))


def ngrams(one: Log, other: Log, *, n: int = 3) -> float:
    """Share of all runs of n steps, the ends of cases included, that one log has more often than the other: each log's
    runs are shares of its own.

    >>> from zhoudao.engines.mining.interning import interned
    >>> made = lambda steps: interned(case=["x"] * len(steps), activity=list(steps), end=np.arange(len(steps)))
    >>> ngrams(made("ab"), made("ab")), ngrams(made("ab"), made("cd"))
    (0.0, 1.0)
    """
    first, second = _runs(one, n), _runs(other, n)
    every = first.keys() | second.keys()
    whole = [sum(each.values()) for each in (first, second)]
    return 0.5 * sum(abs(first[run] / whole[0] - second[run] / whole[1]) for run in every)


def _runs(log: Log, n: int) -> "Counter[tuple[str, ...]]":
    """How often each run of n steps comes, with n − 1 blanks before and after each case; by way of its codes."""
    pad, names = n - 1, ("", *log.activities)
    cases = len(log.offsets) - 1
    codes = np.zeros(len(log) + 2 * pad * cases, np.int64)
    place = np.arange(len(log)) + pad * (2 * log.case.astype(np.int64) + 1)
    codes[place] = log.activity + 1
    inside = np.ones(len(codes) - pad, np.bool_)
    ends = log.offsets[1:] + 2 * pad * np.arange(1, cases + 1)
    for back in range(1, pad + 1):
        inside[ends[:-1] - back] = False
    runs = np.zeros(len(codes) - pad, np.int64)
    for at in range(n):
        runs = runs * len(names) + codes[at : len(codes) - pad + at]
    found, counts = np.unique(runs[inside], return_counts=True)
    shown: Counter[tuple[str, ...]] = Counter()
    for run, count in zip(found.tolist(), counts.tolist(), strict=True):
        shown[tuple(names[run // len(names) ** (n - 1 - at) % len(names)] for at in range(n))] = count
    return shown


def circadian(one: Times, other: Times) -> float:
    """Hours between the times of the day, weekday by weekday, on average over the days on which either has any; moments
    are microseconds of the wall clock since 1970.
    """
    parts = []
    for day in range(7):
        first, second = (at[(at - _MONDAY) // DAY % 7 == day] % DAY for at in (one, other))
        if len(first) and len(second):
            parts.append(wasserstein(first, second) / HOUR)
        elif len(first) or len(second):
            parts.append(_FURTHEST)
    return float(np.mean(parts)) if parts else 0.0


def congestion(one: tuple[Times, Times], other: tuple[Times, Times]) -> float:
    """Mean difference of the number of cases in progress, from 0 until the last of either ends; each is beginnings and
    ends of cases, in microseconds.
    """
    every = np.unique(np.concatenate([*one, *other, [0]]))
    if len(every) < 2:
        return 0.0
    counts = [
        np.searchsorted(np.sort(begins), every[:-1], side="right")
        - np.searchsorted(np.sort(ends), every[:-1], side="right")
        for begins, ends in (one, other)
    ]
    return float(np.sum(np.abs(counts[0] - counts[1]) * np.diff(every)) / (every[-1] - every[0]))
