"""Map, ways and repeats, each against a slow count by hand."""

from collections import Counter, defaultdict
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining import following
from zhoudao.engines.mining import variants as ways
from zhoudao.engines.mining.filtering import Filters, chosen
from zhoudao.engines.mining.following import follow_map
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.rework import AT_ONCE, LATER, again, reopened, returns
from zhoudao.engines.mining.tests.shop import of
from zhoudao.engines.mining.variants import variants

ROWS = st.lists(
    st.tuples(st.sampled_from("wxyz"), st.sampled_from("abcd"), st.integers(0, 50), st.integers(0, 5)), max_size=60
).map(lambda rows: [(case, step, end, end - took) for case, step, end, took in rows])
TIMED = settings(deadline=None)  # the first call compiles


def by_case(log: Log) -> dict[str, list[tuple[str, int, int]]]:
    begun = log.end if log.begun is None else log.begun
    found = defaultdict(list)
    for row in range(len(log)):
        found[log.cases[int(log.case[row])]].append(
            (log.activities[log.activity[row]], int(begun[row]), int(log.end[row]))
        )
    return found


@pytest.mark.parametrize("is_sparse", [False, True])
@TIMED
@given(rows=ROWS)
def test_the_map_is_what_counting_by_hand_gives(is_sparse: bool, rows: list[tuple[str, str, int, int]]) -> None:
    log = of(rows)
    with pytest.MonkeyPatch.context() as patch:
        if is_sparse:
            patch.setattr(following, "_DENSE", 1)
        found = follow_map(log)
    gaps, cases = defaultdict[tuple[str, str], list[int]](list), defaultdict[tuple[str, str], set[str]](set)
    for name, events in by_case(log).items():
        for one, other in pairwise(events):
            gaps[one[0], other[0]].append(other[1] - one[2])
            cases[one[0], other[0]].add(name)
    names = [
        (log.activities[s], log.activities[t]) for s, t in zip(found.edges.source, found.edges.target, strict=True)
    ]
    assert names == sorted(gaps)
    for place, pair in enumerate(names):
        assert found.edges.count[place] == len(gaps[pair])
        assert found.edges.cases[place] == len(cases[pair])
        assert found.edges.median[place] == median(gaps[pair])
        assert found.edges.p90[place] == pytest.approx(np.percentile(np.array(gaps[pair]), 90))
        assert found.edges.total[place] == sum(gaps[pair])
    every = list(by_case(log).values())
    for code, step in enumerate(log.activities):
        took = [end - begun for events in every for name, begun, end in events if name == step]
        assert found.steps.count[code] == len(took)
        assert found.steps.cases[code] == sum(any(event[0] == step for event in events) for events in every)
        assert found.steps.starts[code] == sum(events[0][0] == step for events in every)
        assert found.steps.ends[code] == sum(events[-1][0] == step for events in every)
        assert (found.steps.median[code], found.steps.total[code]) == (median(took), sum(took))


@TIMED
@given(ROWS)
def test_cases_that_went_the_same_way_are_one_variant(rows: list[tuple[str, str, int, int]]) -> None:
    log = of(rows)
    ways = {name: tuple(event[0] for event in events) for name, events in by_case(log).items()}
    found = variants(log)
    assert sorted(found.count, reverse=True) == sorted(Counter(ways.values()).values(), reverse=True)
    assert list(found.count) == sorted(found.count, reverse=True)
    for case, name in enumerate(log.cases):
        assert tuple(log.activities[step] for step in found.steps(log, int(found.of[case]))) == ways[name]


@TIMED
@given(ROWS)
def test_repeats_and_returns_are_what_reading_each_case_gives(rows: list[tuple[str, str, int, int]]) -> None:
    log = of(rows)
    at_once, later, time = Counter[str](), Counter[str](), Counter[str]()
    pairs, away = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for events in by_case(log).values():
        for place, (step, _, end) in enumerate(events):
            if step in [event[0] for event in events[:place]]:
                (at_once if events[place - 1][0] == step else later)[step] += 1
                time[step] += end - events[place - 1][2]
        stays = [event for place, event in enumerate(events) if not place or events[place - 1][0] != event[0]]
        left = [
            event for place, event in enumerate(events) if place + 1 == len(events) or events[place + 1][0] != event[0]
        ]
        for one, other, third, gone in zip(stays, stays[1:], stays[2:], left, strict=False):
            if one[0] == third[0]:
                pairs[one[0], other[0]] += 1
                away[one[0], other[0]] += third[2] - gone[2]
    found = again(log)
    for code, step in enumerate(log.activities):
        assert (found.at_once[code], found.later[code], found.time[code]) == (at_once[step], later[step], time[step])
        assert np.count_nonzero((found.marks == AT_ONCE) & (log.activity == code)) == at_once[step]
        assert np.count_nonzero((found.marks == LATER) & (log.activity == code)) == later[step]
    seen, size = returns(log, log.activity, len(log.activities)), len(log.activities)
    named = [(log.activities[pair // size], log.activities[pair % size]) for pair in seen.pair]
    assert Counter(named) == pairs
    assert {name: sum(t for n, t in zip(named, seen.away.tolist(), strict=True) if n == name) for name in pairs} == {
        name: away[name] for name in pairs
    }


def test_a_case_that_goes_on_after_it_was_closed_was_reopened() -> None:
    rows = [
        ("1", "open", 0),
        ("1", "close", 5),
        ("2", "open", 0),
        ("2", "close", 4),
        ("2", "talk", 9),
        ("2", "close", 11),
    ]
    rows += [(f"{n}", step, at) for n in range(3, 9) for at, step in enumerate(("open", "close"))]
    log = of(rows)
    found = reopened(log)
    assert [log.activities[step] for step in found.closing] == ["close"]
    assert ([log.cases[int(case)] for case in found.cases], found.time) == (["2"], 7)


@TIMED
@given(ROWS, st.sampled_from("abcd"), st.sampled_from("abcd"), st.booleans())
def test_a_path_is_walked_by_the_cases_in_which_it_is_seen(
    rows: list[tuple[str, str, int, int]], one: str, other: str, directly: bool
) -> None:
    log = of(rows)
    codes = {name: code for code, name in enumerate(log.activities)}
    path = (codes.get(one, 98), codes.get(other, 99), directly)
    marks = chosen(log, Filters(paths=(path,)))
    for case, events in by_case(log).items():
        steps = "".join(event[0] for event in events)
        expected = one + other in steps if directly else other in steps[steps.find(one) + 1 :] and one in steps
        assert marks[list(log.cases).index(case)] == expected


def test_ways_that_share_a_mark_are_marked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    log = of([("w", "a", 1, 1), ("w", "b", 2, 2), ("x", "b", 1, 1), ("y", "a", 1, 1), ("y", "b", 2, 2)])
    right, marked, tries = variants(log), ways._mixed, []

    def unlucky(*given: Any) -> Any:
        tries.append(given)
        return marked(*given) if len(tries) > 2 else np.ones(3, np.uint64)

    monkeypatch.setattr(ways, "_mixed", unlucky)
    found = variants(log)
    assert len(tries) == 3
    assert found.of.tolist() == right.of.tolist() == [0, 1, 0]
    assert found.count.tolist() == [2, 1]


def test_as_many_ways_as_cases_are_told_apart() -> None:
    steps = [
        (f"case {case}", "abcd"[case >> 2 * place & 3], place, place) for case in range(4096) for place in range(6)
    ]
    assert variants(of(steps)).of.tolist() == list(range(4096))
