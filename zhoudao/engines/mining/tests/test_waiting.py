"""Why work waits, each minute judged by hand; hours of work found again in what people did."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.calendars import HOUR, Calendars, Clock, calendars, clock_of, local, on_duty
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.occupancy import bins, occupied
from zhoudao.engines.mining.tests.shop import of
from zhoudao.engines.mining.waiting import CAUSES, estimated_begun, waits

TIMED = settings(deadline=None)  # the first call compiles
UTC_CLOCK = Clock(np.array([-(2**62)], np.int64), np.zeros(1, np.int64))
STEP = HOUR // 2
PIECE = st.tuples(
    st.sampled_from("uvwx"), st.sampled_from("ab"), st.integers(0, 30), st.integers(0, 4), st.sampled_from("pq")
)
WORK = st.lists(PIECE, min_size=1, max_size=16).map(
    lambda rows: [(case, step, (at + took) * STEP, at * STEP, who) for case, step, at, took, who in rows]
)


def hours_of(log: Log, worked: set[int]) -> Calendars:
    hours = np.array([[hour in worked for hour in range(168)]] * (len(log.resources) + 1))
    return Calendars(hours, np.arange(len(log.resources), dtype=np.int32), UTC_CLOCK)


def is_worked(at: int, worked: set[int]) -> bool:
    moment = datetime.fromtimestamp(at / 1e6, UTC)
    return moment.weekday() * 24 + moment.hour in worked


@TIMED
@given(WORK, st.sets(st.integers(0, 167), min_size=60))
def test_every_half_hour_of_every_wait_has_the_cause_a_person_would_name(
    rows: list[tuple[str, str, int, int, str]], worked: set[int]
) -> None:
    log = of(rows)
    found = waits(log, hours_of(log, worked))
    assert found is not None
    assert log.begun is not None
    assert log.resource is not None
    enabled = [int(log.end[row - 1]) if row and log.case[row - 1] == log.case[row] else None for row in range(len(log))]
    for row in range(len(log)):
        since, until = enabled[row], int(log.begun[row])
        if since is None or until <= since:
            assert not found.parts[row].any()
            continue
        assert found.parts[row].sum() == until - since
        there = [int(log.end[at]) if moment is None else moment for at, moment in enumerate(enabled)]
        mates = [there[other] for other in range(len(log)) if found.batch[other] == found.batch[row] >= 0]
        gathered = max(mates, default=since)
        expected = [0] * 5
        for at in range(since, until, STEP):
            busy = [
                other for other in range(len(log))
                if other != row and log.resource[other] == log.resource[row] and log.begun[other] <= at < log.end[other]
            ]  # fmt: skip
            jumped = any(there[other] > since for other in busy)
            cause = 0 if at < gathered else 1 if jumped else 2 if busy else 4 if is_worked(at, worked) else 3
            expected[cause] += STEP
        assert found.parts[row].tolist() == expected


def test_what_gathers_while_its_worker_is_free_is_a_batch_and_a_queue_is_none() -> None:
    gathered = [("1", "in", 0, 0, "r"), ("2", "in", 2 * HOUR, 2 * HOUR, "r"), ("3", "in", 3 * HOUR, 3 * HOUR, "r")]
    gathered += [(case, "pack", at * HOUR, (at - 1) * HOUR, "p") for case, at in (("1", 5), ("2", 6), ("3", 7))]
    log = of(gathered)
    found = waits(log, hours_of(log, set(range(168))))
    assert found is not None
    packed = log.activity == log.activities.index("pack")
    assert found.batch[packed].tolist() == [0, 0, 0]
    assert found.parts[packed][:, CAUSES.index("batching")].tolist() == [3 * HOUR, HOUR, 0]
    assert found.parts[packed][:, CAUSES.index("contention")].tolist() == [0, HOUR, 2 * HOUR]
    busy = [*gathered, ("0", "in", -HOUR, -HOUR, "r"), ("0", "pack", 4 * HOUR, -HOUR, "p")]
    log = of(busy)
    found = waits(log, hours_of(log, set(range(168))))
    assert found is not None
    assert set(found.batch.tolist()) == {-1}
    assert found.parts[:, CAUSES.index("batching")].sum() == 0


def test_where_nobody_is_named_no_cause_is_told() -> None:
    log = of([("1", "a", 0, 0), ("1", "b", 9, 8)])
    assert waits(log, hours_of(log, set())) is None


def test_a_log_without_beginnings_is_told_with_estimated_ones() -> None:
    rows = [("1", "a", 10, "p"), ("2", "a", 30, "p"), ("2", "b", 50, "p"), ("1", "b", 70, "p"), ("1", "c", 90, "q")]
    log = interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows],
        end=np.array([row[2] for row in rows], np.int64), resource=[row[3] for row in rows],
    )  # fmt: skip
    begun = {(log.cases[int(c)], log.activities[a]): int(at) for c, a, at in
             zip(log.case, log.activity, estimated_begun(log), strict=True)}  # fmt: skip
    assert begun == {("1", "a"): 10, ("2", "a"): 20, ("2", "b"): 30, ("1", "b"): 50, ("1", "c"): 70}, "a's median is 10"
    found = waits(log, hours_of(log, set(range(168))))
    assert found is not None
    assert found.estimated


@TIMED
@given(st.integers(-200, 400), st.integers(0, 400), st.sets(st.integers(0, 167)))
def test_time_on_duty_is_the_hours_of_the_week_counted_one_by_one(start: int, length: int, worked: set[int]) -> None:
    week = hours_of(of([("1", "a", 0, 0, "p")]), worked)
    since, until = start * STEP, (start + length) * STEP
    expected = sum(STEP for at in range(since, until, STEP) if is_worked(at, worked))
    assert on_duty(since, until, week.worked[0], week.hours[0], UTC_CLOCK) == expected


def test_hours_of_work_are_found_again_in_the_zone_of_the_people() -> None:
    rng, rows, monday = Random(5), [], datetime(2026, 3, 2, tzinfo=UTC)  # a week of work, not a secret
    for day in range(70):
        for piece in range(8):
            at = monday + timedelta(days=day, hours=1 + piece, minutes=rng.randrange(0, 40))  # nine to five in Shanghai
            if at.weekday() < 5:
                rows.append(
                    (f"{day}-{piece}", "a", int(at.timestamp()) * 1_000_000, int(at.timestamp()) * 1_000_000, "p")
                )
    rows.append(("late", "a", int((monday + timedelta(hours=14)).timestamp()) * 1_000_000, 0, "q"))
    log = of(rows)
    found = calendars(log, clock_of("Asia/Shanghai", log))
    assert [hour for hour in range(168) if found.hours[0][hour]] == [
        24 * day + hour for day in range(5) for hour in range(9, 17)
    ]
    assert found.of.tolist() == [0, 2], "of whom little is known works as all do"


def test_a_zone_that_changes_its_clocks_is_read_as_its_people_read_it() -> None:
    at = [int(datetime(2026, month, 10, 8, tzinfo=UTC).timestamp()) * 1_000_000 for month in range(1, 13)]
    log = of([(str(n), "a", moment) for n, moment in enumerate(at)])
    clock = clock_of("Europe/Berlin", log)
    assert len(clock.since) == 3
    shown = [(local(moment, clock) // HOUR) % 24 for moment in at]
    assert shown == [9, 9, 9, 10, 10, 10, 10, 10, 10, 10, 9, 9]


@TIMED
@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 60), st.integers(-3, 40)), max_size=20))
def test_how_many_are_open_is_counted_hour_by_hour(rows: list[tuple[int, int, int]]) -> None:
    edges = bins(0, 50 * HOUR, 7)
    since = np.array([row[1] * STEP for row in rows], np.int64)
    until = np.array([(row[1] + row[2]) * STEP for row in rows], np.int64)
    found = occupied(np.array([row[0] for row in rows], np.int32), since, until, edges, 3)
    expected = np.zeros_like(found)
    for code, start, length in rows:
        for at in range(start, start + length):
            place = at * STEP // int(edges[1])
            if code >= 0 and place < len(edges) - 1:
                expected[code, place] += STEP
    assert found == pytest.approx(expected / edges[1])
