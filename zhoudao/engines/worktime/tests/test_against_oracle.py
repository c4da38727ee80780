from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.worktime import Calendar, PausedWithoutEnd, due, explain, share, warnings, worked
from zhoudao.engines.worktime.tests.oracle import MINUTE, Situation, kind_at, minutes, situations, sized, slow_due

LIMIT = timedelta(days=6)


@sized
@given(situations())
def test_every_minute_is_what_the_wall_clock_says(situation: Situation) -> None:
    calendar, start, end, pauses = situation
    spans = explain(start, end, calendar, pauses)
    told = [span.kind for span in spans for _ in minutes(span.start, span.end)]
    assert told == [kind_at(calendar, moment, pauses) for moment in minutes(start, end)]
    assert worked(start, end, calendar, pauses) == told.count("counting") * MINUTE


@sized
@given(situations(), st.integers(1, 3_000))
def test_it_is_due_when_the_last_minute_ends(situation: Situation, count: int) -> None:
    calendar, start, _, pauses = situation
    expected = slow_due(start, count * MINUTE, calendar, pauses, start + LIMIT)
    try:
        moment = due(start, count * MINUTE, calendar, pauses)
    except PausedWithoutEnd:
        assert expected is None
        return
    assert moment == expected if expected else moment > start + LIMIT


@sized
@given(situations(), st.timedeltas(timedelta(microseconds=1), timedelta(days=30)), st.timedeltas(MINUTE * 0, MINUTE))
def test_due_is_the_first_moment_at_which_the_target_has_counted(
    situation: Situation, target: timedelta, late: timedelta
) -> None:
    calendar, start, _, pauses = situation
    start, pauses = start + late, [pause for pause in pauses if pause[1]]
    moment = due(start, target, calendar, pauses)
    assert worked(start, moment, calendar, pauses) == target
    assert worked(start, moment - timedelta.resolution, calendar, pauses) == target - timedelta.resolution
    assert share(start, target, moment, calendar, pauses) == 1
    half, whole = warnings(start, target, [1, 0.5], calendar, pauses) if target > MINUTE else (None, None)
    assert whole is None or (half and half.at <= whole.at == moment)


@sized
@given(situations(), st.lists(st.timedeltas(timedelta(0), timedelta(days=90)), min_size=2, max_size=2))
def test_time_adds_up_and_every_minute_is_explained(situation: Situation, steps: list[timedelta]) -> None:
    calendar, start, _, pauses = situation
    middle, end = start + steps[0], start + steps[0] + steps[1]
    whole = worked(start, end, calendar, pauses)
    assert worked(start, middle, calendar, pauses) + worked(middle, end, calendar, pauses) == whole
    spans = explain(start, end, calendar, pauses)
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert not spans or (spans[0].start, spans[-1].end, spans[-1].total) == (start, end, whole)
    assert sum((span.counted for span in spans), timedelta(0)) == whole


@given(situations())
def test_a_stored_calendar_is_read_back_the_same(situation: Situation) -> None:
    calendar = situation[0]
    read = Calendar.from_json(calendar.to_json())
    assert read == calendar
    assert hash(read) == hash(calendar)
