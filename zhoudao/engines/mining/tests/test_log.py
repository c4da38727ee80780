"""A log is the same whatever the order of its rows, and sorted as the kernels need it."""

from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import NOBODY, Log


def seen(log: Log) -> list[tuple[str, str, int, int, str]]:
    people = log.resource if log.resource is not None else np.full(len(log), NOBODY)
    begun = log.begun if log.begun is not None else log.end
    return [
        (log.cases[case], log.activities[activity], int(end), int(start), log.resources[who] if who >= 0 else "")
        for case, activity, end, start, who in zip(log.case, log.activity, log.end, begun, people, strict=True)
    ]


ROWS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 3)), max_size=60
)


@settings(deadline=None)  # the first call compiles
@given(ROWS)
def test_rows_stand_by_case_then_end_then_beginning_then_as_given(rows: list[tuple[str, str, int, int]]) -> None:
    ends = np.array([row[2] for row in rows], np.int64)
    begun = ends - np.array([row[3] for row in rows], np.int64)
    log = interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=ends, begun=begun,
        resource=[row[1] if row[1] != "a" else None for row in rows],
    )  # fmt: skip
    first = list(dict.fromkeys(row[0] for row in rows))
    expected = sorted(rows, key=lambda row: (first.index(row[0]), row[2], row[2] - row[3]))
    assert seen(log) == [(c, a, end, end - took, "" if a == "a" else a) for c, a, end, took in expected]
    assert list(log.offsets) == [0, *np.cumsum([sum(row[0] == name for row in rows) for name in first])]


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_case_of_a_hundred_thousand_events_is_sorted_as_quickly_as_many_small_ones(shuffled: bool) -> None:
    count = 100_000
    rows = list(range(count))
    if shuffled:
        Random(3).shuffle(rows)  # an order, not a secret
    log = interned(case=["one"] * count, activity=["a"] * count, end=np.array(rows, np.int64))
    assert list(log.end) == list(range(count))


def test_words_in_chunks_and_words_already_coded_are_one_alphabet() -> None:
    chunked = pa.chunked_array([pa.array(["b", "a"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
    log = interned(case=chunked, activity=chunked, end=np.arange(4, dtype=np.int64))
    assert [log.cases[code] for code in log.case] == ["b", "a", "a", "c"]
    assert log.activities == ("a", "b", "c")


def test_some_cases_are_a_log_of_their_own() -> None:
    log = interned(
        case=["x", "y", "x", "z"], activity=["a", "b", "c", "a"], end=np.arange(4, dtype=np.int64),
        resource=["p", None, "q", "p"], columns={"kind": ["k", "l", "k", None]},
    )  # fmt: skip
    some = log.only(np.array([True, False, True]))
    assert seen(some) == [("x", "a", 0, 0, "p"), ("x", "c", 2, 2, "q"), ("z", "a", 3, 3, "p")]
    assert list(some.columns["kind"].codes) == [0, 0, NOBODY]
    assert list(some.offsets) == [0, 2, 3]
