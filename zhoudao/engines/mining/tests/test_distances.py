"""How far two logs are, held against plain Python that moves earth grain by grain."""

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.distances import (
    DAY,
    HOUR,
    Distances,
    circadian,
    congestion,
    cycle_times,
    distances,
    ngrams,
    wasserstein,
)  # fmt: skip
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=1, max_size=12)
CASES = st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=6)
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=1, max_size=8)


def log_of(ways: list[str], *, begin: int = 0) -> Log:
    rows = [(str(number), step, begin + number * HOUR + at * HOUR) for number, way in enumerate(ways)
            for at, step in enumerate(way)]  # fmt: skip
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.array([r[2] for r in rows])
    )


def moved(one: list[int], other: list[int]) -> Fraction:
    """The least work of making one heap of the other: the leftmost grains go to the leftmost places."""
    here = [[Fraction(value), Fraction(1, len(one))] for value in sorted(one)]
    there = [[Fraction(value), Fraction(1, len(other))] for value in sorted(other)]
    work = Fraction(0)
    while here and there:
        grain = min(here[0][1], there[0][1])
        work += grain * abs(here[0][0] - there[0][0])
        for heap in (here, there):
            heap[0][1] -= grain
            if not heap[0][1]:
                heap.pop(0)
    return work


@given(NUMBERS, NUMBERS)
def test_earth_is_moved_with_as_little_work_as_can_be(one: list[int], other: list[int]) -> None:
    assert abs(wasserstein(one, other) - float(moved(one, other))) < 1e-9


def runs(ways: list[str], n: int) -> dict[tuple[str, ...], Fraction]:
    found: Counter[tuple[str, ...]] = Counter()
    for way in ways:
        padded = ["", "", *way, "", ""]
        found.update(tuple(padded[at : at + n]) for at in range(len(padded) - n + 1))
    return {run: Fraction(count, found.total()) for run, count in found.items()}


@settings(deadline=None)  # the first call compiles
@given(CASES, CASES)
def test_runs_of_three_steps_are_counted_as_a_reader_would(one: list[str], other: list[str]) -> None:
    first, second = runs(one, 3), runs(other, 3)
    every = first.keys() | second.keys()
    far = sum(abs(first.get(run, Fraction(0)) - second.get(run, Fraction(0))) for run in every) / 2
    assert abs(ngrams(log_of(one), log_of(other)) - float(far)) < 1e-9


@given(SPANS, SPANS)
def test_cases_in_progress_are_counted_hour_by_hour(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    last = max(begin + took for begin, took in (*one, *other))
    open_at = [[sum(b <= hour < b + took for b, took in spans) for hour in range(last)] for spans in (one, other)]
    far = sum(abs(first - second) for first, second in zip(*open_at, strict=True)) / last if last else 0
    given_ = [tuple(np.array(each) * HOUR for each in zip(*((b, b + took) for b, took in spans), strict=True))
              for spans in (one, other)]  # fmt: skip
    assert abs(congestion(*given_) - far) < 1e-9  # type: ignore[arg-type]  # pairs of columns


def test_hours_of_the_day_are_compared_weekday_by_weekday() -> None:
    def at(day: int, hour: int) -> int:
        return int(datetime(2026, 1, 5 + day, hour, tzinfo=UTC).timestamp() * 1e6)

    monday = np.array([at(0, 9), at(0, 11)])
    assert circadian(monday, np.array([at(7, 10), at(7, 12)])) == 1
    assert circadian(monday, np.array([at(1, 9), at(1, 11)])) == 24, "no Monday, no Tuesday"
    assert circadian(monday, np.concatenate([monday, np.array([at(1, 9)])])) == 12


@settings(deadline=None)  # the first call compiles
@given(CASES)
def test_a_log_is_not_far_from_itself_and_when_it_was_does_not_matter(ways: list[str]) -> None:
    one, later = log_of(ways), log_of(ways, begin=14 * DAY)
    assert distances(one, later) == Distances(0, 0, 0, 0, 0, 0, 0)


def test_cycle_times_end_with_the_last_of_a_case_and_are_compared_in_hours() -> None:
    short, long = log_of(["ab", "ab"]), log_of(["abc", "abcd"])
    assert (cycle_times(long) / HOUR).tolist() == [2, 3]
    assert distances(short, long).cycle_time == 1.5
    assert Distances.mean([distances(short, long), distances(short, short)]).cycle_time == 0.75
