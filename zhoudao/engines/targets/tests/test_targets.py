"""Baselines, proposals, alarms and contributions, held against their definitions."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.targets import Baseline, Day, Rule, baseline, contributions, judge, mean, proposed

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # two cores, many at work
FIRST = date(2026, 1, 1)
values = st.integers(0, 10**8).map(lambda number: number / 100)
maybe = st.one_of(st.none(), values)


def days(found: list[float | None]) -> list[Day]:
    return [Day(FIRST + timedelta(days=place), value, 3) for place, value in enumerate(found)]


@unhurried
@given(st.lists(maybe, max_size=60))
def test_a_baseline_is_the_median_of_the_newest_four_weeks_and_half_of_them_lie_near_it(
    found: list[float | None],
) -> None:
    usual = baseline(days(found)[::-1])
    last = [one for one in found[-28:] if one is not None]
    if len(last) < 7:
        assert usual is None
        return
    assert usual is not None
    assert (usual.middle, usual.days) == (median(last), len(last))
    near = [one for one in last if abs(one - usual.middle) <= usual.spread / 1.4826 * (1 + 1e-9)]
    assert 2 * len(near) >= len(last)


@unhurried
@given(st.lists(values, min_size=20, max_size=40), values)
def test_one_odd_day_does_not_move_the_baseline_beyond_its_neighbours(found: list[float], odd: float) -> None:
    usual, ordered = baseline(days([*found[-27:], odd])), sorted(found[-27:])
    assert usual is not None
    assert ordered[(len(ordered) - 1) // 2 - 1] <= usual.middle <= ordered[len(ordered) // 2 + 1]


@unhurried
@given(st.lists(maybe, max_size=90), st.booleans())
def test_a_proposal_was_reached_on_a_quarter_of_the_days_at_least(found: list[float | None], lower: bool) -> None:
    goal = proposed(days(found), lower_is_better=lower)
    measured = [one for one in found if one is not None]
    if len(measured) < 14:
        assert goal is None
        return
    assert goal is not None
    reached = [one for one in measured if (one <= goal * (1 + 1e-9) if lower else one >= goal * (1 - 1e-9))]
    assert 4 * len(reached) >= len(measured)
    assert min(measured) <= goal * (1 + 1e-9)
    assert goal * (1 - 1e-9) <= max(measured)


@unhurried
@given(st.lists(maybe, max_size=20), values, st.booleans(), st.integers(1, 7), st.integers(0, 7))
def test_an_alarm_counts_misses_among_the_last_measured_days_and_nothing_else(
    found: list[float | None], value: float, lower: bool, needed: int, more: int
) -> None:
    rule = Rule(value, lower, needed, needed + more)
    verdict = judge(days(found), rule)
    last = [one for one in found if one is not None][-(needed + more) :]
    bad = [one for one in last if (one > value if lower else one < value)]
    assert verdict.is_alarming == (len(bad) >= needed)
    assert [one.value for one in verdict.missed] == bad
    assert verdict.is_met == (bool(last) and (last[-1] <= value if lower else last[-1] >= value))


@unhurried
@given(values, values, st.floats(0, 1e5), st.booleans())
def test_a_sudden_day_lies_beyond_twice_the_spread_on_the_bad_side_and_misses(
    value: float, middle: float, spread: float, lower: bool
) -> None:
    rule = Rule(middle, lower, 5, 5, is_sudden=True, usual=Baseline(middle, spread, 28))
    worse = value - middle if lower else middle - value
    assert judge(days([value]), rule).is_alarming == (spread > 0 and worse > 2 * spread)


def test_without_a_baseline_or_a_spread_nothing_is_sudden() -> None:
    for usual in (None, Baseline(5.0, 0.0, 28)):
        assert not judge(days([99.0]), Rule(5.0, True, 3, 5, is_sudden=True, usual=usual)).is_alarming


parts = st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=1)


@unhurried
@given(parts, parts, st.booleans())
def test_contributions_add_up_to_the_change_of_the_whole(
    before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]], lower: bool
) -> None:
    found = contributions(before, now, lower_is_better=lower)
    assert found is not None
    whole = [sum(total for _n, total in side.values()) / sum(n for n, _t in side.values()) for side in (before, now)]
    assert [found.before, found.now] == pytest.approx(whole)
    assert sum(one.change for one in found.parts) == pytest.approx(whole[1] - whole[0], abs=1e-9)
    assert {one.key for one in found.parts} == before.keys() | now.keys()
    bad = [one.change if lower else -one.change for one in found.parts]
    assert bad == sorted(bad, reverse=True)


@unhurried
@given(parts, st.booleans())
def test_where_nothing_moved_nobody_contributed(before: dict[str, tuple[int, int]], lower: bool) -> None:
    found = contributions(before, before, lower_is_better=lower)
    assert found is not None
    assert [one.change for one in found.parts] == pytest.approx([0.0] * len(before))


def test_nothing_is_said_where_there_were_no_cases() -> None:
    assert contributions({}, {"a": (1, 1)}, lower_is_better=True) is None
    assert contributions({"a": (1, 1)}, {}, lower_is_better=True) is None


def test_days_are_as_heavy_as_their_cases_and_counts_as_days() -> None:
    found = [Day(FIRST, 0.5, 10), Day(FIRST, 1.0, 30), Day(FIRST, None, 0)]
    assert mean(found, is_count=False) == pytest.approx(0.875)
    assert mean(found, is_count=True) == pytest.approx(0.75)
    assert mean([Day(FIRST, None, 0)], is_count=False) is None
