"""What is known at a moment is what had happened by then, counted once more by plain loops."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.forecast.facts import RUNNING, Moments, Trails, at_events, at_times, counted, prefixes, until
from zhoudao.engines.forecast.reading import reader_of

_HOUR = 3_600
_CASES = st.lists(
    st.tuples(
        st.integers(0, 30),  # begun
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=6),  # hours after, step
        st.booleans(),  # ended
        st.integers(0, 1),  # group
    ),
    min_size=1,
    max_size=8,
)
Case = tuple[int, list[tuple[int, int]], bool, int]


def trails_of(cases: list[Case]) -> Trails:
    rows = [
        (code, step, (begun + after) * _HOUR)
        for code, (begun, events, _, _) in enumerate(cases)
        for after, step in sorted(events)
    ]
    last = {code: at for code, _, at in rows}
    columns = np.array(rows, np.int64).T
    return Trails(
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        columns[2],
        np.array([begun * _HOUR for begun, *_ in cases], np.int64),
        np.array([last[code] if ended else RUNNING for code, (_, _, ended, _) in enumerate(cases)], np.int64),
        np.array([group for *_, group in cases], np.int32),
        np.zeros((len(cases), 1), np.int32),
        4,
    )


@settings(deadline=None)
@given(_CASES, st.lists(st.integers(0, 80), max_size=4))
def test_a_look_at_the_house_finds_every_open_case_with_the_events_behind_it(
    cases: list[Case], hours: list[int]
) -> None:
    trails = trails_of(cases)
    times = sorted({hour * _HOUR for hour in hours})
    found = at_times(trails, np.array(times, np.int64))
    wanted = []
    for time in times:
        for code in range(len(cases)):
            behind = [int(at) for case, at in zip(trails.case, trails.at, strict=True) if case == code and at <= time]
            if trails.begun[code] <= time < trails.ended[code] and behind:
                wanted.append((code, time, len(behind)))
    assert list(zip(found.case.tolist(), found.at.tolist(), found.behind.tolist(), strict=True)) == wanted


@settings(deadline=None)
@given(_CASES)
def test_every_event_but_the_last_of_a_case_that_ended_is_a_moment(cases: list[Case]) -> None:
    trails = trails_of(cases)
    found = at_events(trails)
    assert all(at < trails.ended[case] for case, at in zip(found.case, found.at, strict=True))
    running = [code for code, (_, _, ended, _) in enumerate(cases) if not ended]
    assert sum(int((found.case == code).sum()) for code in running) == sum(len(cases[code][1]) for code in running)
    for case, at, steps in zip(found.case, found.at, prefixes(trails, found), strict=True):
        own = [(int(a), int(s)) for c, s, a in zip(trails.case, trails.step, trails.at, strict=True) if c == case]
        assert list(steps) == [step for _, step in own[: len(steps)]]
        assert own[len(steps) - 1][0] == at


@settings(deadline=None)
@given(_CASES, st.integers(0, 80))
def test_nothing_that_happens_later_changes_what_is_known_at_a_moment(cases: list[Case], hour: int) -> None:
    whole = trails_of(cases)
    reader = reader_of(whole, "Asia/Shanghai")
    time = hour * _HOUR
    now = at_times(whole, np.array([time], np.int64))
    then = until(whole, time)
    kept = sorted({int(case) for case, at in zip(whole.case, whole.at, strict=True) if at <= time})
    asked = np.array([kept.index(case) for case in now.case.tolist()], np.int32)
    before = counted(then, asked, now.at)
    if not len(now.at):
        return
    known, knew = reader.table(whole, now), reader.table(then, before)
    assert known.words.tolist() == knew.words.tolist()
    came = list(known.names).index("arrived")  # counts whoever has begun, also before the first thing is noted of them
    same = [place for place in range(len(known.names)) if place not in (came, came - 1)]
    assert known.numbers[:, same].tolist() == knew.numbers[:, same].tolist()


def test_the_clock_on_the_wall_is_that_of_the_zone() -> None:
    noon = 1_767_240_000  # Thursday 1 January 2026, 12:00 in Shanghai
    zeros = np.zeros(1, np.int32)
    trails = Trails(
        zeros, zeros, np.array([noon]), np.array([noon]), np.array([RUNNING]), zeros, np.zeros((1, 0), np.int32), 1
    )
    table = reader_of(trails, "Asia/Shanghai").table(trails, Moments(zeros, np.array([noon]), np.array([1])))
    assert dict(zip(table.names, table.numbers[0].tolist(), strict=True)) == {
        "events": 1, "elapsed": 0, "idle": 0, "hour": 12, "weekday": 3, "begun_hour": 12, "open": 1, "arrived": 24,
        "left": 0, "step:0": 1,
    }  # fmt: skip
