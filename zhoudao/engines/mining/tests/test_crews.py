"""Who does the same, how many at a time, and since when work was there to do."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.crews import crews
from zhoudao.engines.mining.enabling import enabled
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log

HOUR = 3_600_000_000
WEEK = 168 * HOUR


def log_of(rows: Sequence[tuple[str, str, str | None, int, int]]) -> Log:
    """Case, step, who, beginning and end, in hours."""
    columns: list[Any] = [list(each) for each in zip(*rows, strict=True)]
    return interned(
        case=columns[0], activity=columns[1], resource=columns[2], begun=np.array(columns[3]) * HOUR,
        end=np.array(columns[4]) * HOUR,
    )  # fmt: skip


def members(log: Log) -> list[set[str]]:
    found = crews(log, log.begun if log.begun is not None else log.end)
    return [{log.resources[one] for one in np.flatnonzero(found.of == crew)} for crew in range(len(found))]


def test_people_who_do_the_same_are_together_and_who_helps_out_once_does_not_part_them() -> None:
    rows = [(str(n), "ask", who, n, n + 1) for n, who in enumerate(["ann", "bea"] * 10)]
    rows += [(str(n), "mend", who, n + 30, n + 31) for n, who in enumerate(["cem", "dan"] * 8)]
    rows += [("0", "mend", "ann", 60, 61)]
    log = log_of(rows)
    assert members(log) == [{"ann", "bea"}, {"cem", "dan"}]
    found = crews(log, log.begun if log.begun is not None else log.end)
    assert found.work.sum() == len(rows)
    assert found.of[log.resources.index("cem")] == 1


def test_who_was_there_for_half_of_the_weeks_counts_as_half() -> None:
    rows = [(str(week), "ask", "ann", 168 * week, 168 * week + 1) for week in range(10)]
    rows += [(str(week), "ask", "bea", 168 * week + 5, 168 * week + 6) for week in range(5)]
    log = log_of(rows)
    assert crews(log, log.begun if log.begun is not None else log.end).people.tolist() == [1.5]


def test_things_that_are_open_at_the_same_time_are_counted_where_most_of_the_work_is_so() -> None:
    rows = [(str(n), "ask", "ann", n, n + 3) for n in range(40)]
    rows += [(str(n), "mend", "bea", 2 * n, 2 * n + 1) for n in range(40)]
    log = log_of(rows)
    assert sorted(crews(log, log.begun if log.begun is not None else log.end).at_once.tolist()) == [1, 3]


STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=8)


@settings(deadline=None)  # the first call compiles
@given(st.lists(STEPS, min_size=1, max_size=4), st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"))))
def test_work_is_there_when_the_last_before_it_that_is_not_beside_it_is_done(
    cases: list[list[tuple[str, int, int]]], pairs: set[tuple[str, str]]
) -> None:
    rows = [(str(n), step, None, at, at + took) for n, steps in enumerate(cases) for step, at, took in steps]
    log = log_of(rows)
    near = {(one, other) for pair in pairs for one, other in (pair, pair[::-1]) if one != other}
    beside = np.array([[(one, other) in near for other in log.activities] for one in log.activities])
    found = enabled(log, beside)
    assert log.begun is not None
    for row in range(len(log)):
        before = [
            other for other in range(row)
            if log.case[other] == log.case[row]
            and (log.activities[log.activity[other]], log.activities[log.activity[row]]) not in near
        ]  # fmt: skip
        assert found[row] == (log.end[before[-1]] if before else log.begun[row])
