"""Which cases are chosen, against reading each case; a log of parts chooses in each part what the whole does."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.filtering import BEGUN, ENDED, TOUCHING, WITHIN, Filters, chosen, events_of
from zhoudao.engines.mining.following import follow_map
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.packing import RESOURCE, Packed, packed
from zhoudao.engines.mining.tests.test_log import seen
from zhoudao.engines.mining.variants import marks_of_ways, variants, variants_of

Event = tuple[str, int, int, str | None]
ROWS = st.lists(
    st.tuples(
        st.sampled_from("wxyz"), st.sampled_from("abcd"), st.integers(0, 50), st.integers(0, 5),
        st.sampled_from(["north", "south", None]),
    ), max_size=60,
)  # fmt: skip
TIMED = settings(deadline=None)  # the first call compiles


def log_of(rows: list[tuple[str, str, int, int, str | None]]) -> Log:
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows],
        end=np.array([row[2] for row in rows], np.int64),
        begun=np.array([row[2] - row[3] for row in rows], np.int64), resource=[row[4] for row in rows],
        columns={"place": [row[4] for row in rows]},
    )  # fmt: skip


def cases_of(log: Log) -> list[list[Event]]:
    assert log.begun is not None
    place = log.columns["place"]
    events = [
        (log.activities[step], int(begun), int(end), place.values[code] if code >= 0 else None)
        for step, begun, end, code in zip(log.activity, log.begun, log.end, place.codes, strict=True)
    ]
    return [events[log.of(case)] for case in range(len(log.cases))]


def in_time(way: str, since: int, until: int) -> Callable[[list[Event]], bool]:
    def holds(case: list[Event]) -> bool:
        first, last = min(event[1] for event in case), case[-1][2]
        starts, ends = since <= first < until, since <= last < until
        touches = any(since <= event[2] < until for event in case)
        return {BEGUN: starts, ENDED: ends, WITHIN: starts and ends, TOUCHING: touches}[way]

    return holds


@TIMED
@given(ROWS, st.sampled_from([TOUCHING, BEGUN, ENDED, WITHIN]), st.integers(-5, 50), st.integers(-5, 55))
def test_cases_of_a_time_are_those_a_person_would_pick(rows: Any, way: str, since: int, until: int) -> None:
    log = log_of(rows)
    marks = chosen(log, Filters(since=since, until=until, time=way))
    assert marks.tolist() == [in_time(way, since, until)(case) for case in cases_of(log)]


@TIMED
@given(ROWS, st.integers(0, 60), st.integers(0, 60), st.sampled_from("abcd"), st.sampled_from(["north", "south"]))
def test_several_filters_together_choose_the_cases_that_have_all_of_it(
    rows: Any, least: int, most: int, step: str, place: str
) -> None:
    log = log_of(rows)
    code = log.activities.index(step) if step in log.activities else 99
    marks = chosen(log, Filters(took=(least, most), without=(code,), values={"place": (place,)}))
    for mark, case in zip(marks, cases_of(log), strict=True):
        took = case[-1][2] - min(event[1] for event in case)
        holds = least <= took <= most and all(event[0] != step for event in case)
        assert mark == (holds and any(event[3] == place for event in case))


@TIMED
@given(ROWS, st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(-6, 40))
def test_a_wait_between_two_steps_is_found_where_it_was_that_long(rows: Any, one: str, other: str, least: int) -> None:
    log = log_of(rows)
    codes = [log.activities.index(each) if each in log.activities else 99 for each in (one, other)]
    marks = chosen(log, Filters(waits=((codes[0], codes[1], least),)))
    for mark, case in zip(marks, cases_of(log), strict=True):
        gaps = [after[1] - before[2] for before, after in pairwise(case) if (before[0], after[0]) == (one, other)]
        assert mark == any(gap >= least for gap in gaps)


@TIMED
@given(ROWS, ROWS)
def test_what_is_chosen_in_each_part_is_what_is_chosen_in_the_whole(one: Any, other: Any) -> None:
    apart = [(f"{row[0]}'", *row[1:]) for row in other]
    parts, whole = (log_of(one), log_of(apart)), log_of(one + apart)

    def picked(log: Log) -> set[str]:
        code = log.activities.index("a") if "a" in log.activities else 99
        marks = chosen(log, Filters(since=5, until=45, steps=(code,), values={"place": ("north",)}))
        return {log.cases[int(case)] for case in np.nonzero(marks)[0]}

    assert picked(whole) == picked(parts[0]) | picked(parts[1])


@TIMED
@given(ROWS, st.integers(64, 400))
def test_a_log_in_pieces_is_the_log_and_draws_the_same_map(rows: Any, piece: int) -> None:
    log = log_of(rows)
    pieces = list(packed(log, piece=piece))
    assert all(len(each) <= piece for each in pieces)
    opened = Packed(pieces.__getitem__)
    assert (opened.cases, opened.events) == (len(log.cases), len(log))
    found = opened.log([RESOURCE, "place"])
    assert [row[:4] for row in seen(found)] == [row[:4] for row in seen(log)]
    for name, codes in ((RESOURCE, log.resource), ("place", log.columns["place"].codes)):
        assert codes is not None
        assert found.columns[name].codes.tolist() == codes.tolist()
    assert found.offsets.tolist() == log.offsets.tolist()
    assert opened.ways.of.tolist() == variants(log).of.tolist()
    mine, theirs = follow_map(found).edges, follow_map(log).edges
    assert (mine.count.tolist(), mine.median.tolist()) == (theirs.count.tolist(), theirs.median.tolist())


@TIMED
@given(ROWS)
def test_cases_of_one_way_have_one_number_and_of_two_ways_two(rows: Any) -> None:
    log = log_of(rows)
    numbers = np.array([0x9E3779B9 * (1 + ord(name)) for name in log.activities], np.uint64)
    ways, every = variants(log), np.arange(len(log.cases), dtype=np.int32)
    pairs = set(zip(marks_of_ways(log, numbers, every).tolist(), ways.of.tolist(), strict=True))
    assert len(pairs) == len({mark for mark, _ in pairs}) == len(ways)


@TIMED
@given(ROWS, st.integers(0, 15))
def test_the_ways_and_events_of_some_cases_are_those_of_a_log_of_these_alone(rows: Any, picked: int) -> None:
    log = log_of(rows)
    cases = np.array([bool(picked >> place & 1) for place in range(len(log.cases))], np.bool_)
    alone, some = log.only(cases), events_of(log, cases)
    mine, theirs = variants_of(variants(log), cases), variants(alone)
    for one, other in ((mine.of, theirs.of), (mine.example, theirs.example), (mine.count, theirs.count)):
        assert one.tolist() == other.tolist()
    assert [row[:4] for row in seen(some)] == [row[:4] for row in seen(alone)]
    assert (some.offsets.tolist(), list(some.cases)) == (alone.offsets.tolist(), list(alone.cases))


def test_some_cases_keep_their_names_and_columns() -> None:
    log = log_of([("w", "a", 1, 0, "north"), ("x", "b", 2, 1, None), ("y", "a", 3, 0, "south")])
    some = log.only(np.array([True, False, True]))
    assert (list(some.cases), some.columns["place"].codes.tolist()) == (["w", "y"], [0, 1])
