"""Times with open cases: a published trial, plain recalculation, and what dropping open cases would do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zhoudao.engines.trials import did
from zhoudao.engines.trials.panel import cells
from zhoudao.engines.trials.shape import outcomes
from zhoudao.engines.trials.survival import imagined, log_rank, pseudo_values, survival
from zhoudao.engines.trials.tests import slow

# Weeks of remission of leukaemia (Freireich and others, Blood 21, 1963); + in the paper: still in remission.
TREATED = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], float)
TREATED_OPEN = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1], bool)
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], float)
NONE_OPEN = np.zeros(21, bool)


def test_the_published_curve_with_its_standard_errors() -> None:
    """Kalbfleisch and Prentice, and every textbook since: 0.857 at 6 weeks … 0.448 at 23, Greenwood 0.076 … 0.135."""
    found = survival(TREATED, TREATED_OPEN)
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.share == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    spread = found.done / (found.at_risk * (found.at_risk - found.done))
    errors = found.share * np.sqrt(spread.cumsum())
    assert errors == pytest.approx([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5)
    assert found.quantile(0.5) == 23
    assert found.quantile(0.9) is None  # too many are still in remission to know
    assert survival(PLACEBO, NONE_OPEN).quantile(0.5) == 8


def test_the_published_log_rank() -> None:
    """Chi-square 16.79 with one degree of freedom."""
    times, is_open = np.concatenate([TREATED, PLACEBO]), np.concatenate([TREATED_OPEN, NONE_OPEN])
    group = np.arange(42) < 21
    p = log_rank(times, is_open, group, np.zeros(42, np.int32))
    assert p == pytest.approx(4.17e-5, rel=0.01)
    assert log_rank(times, is_open, group, group.astype(np.int32)) is None  # nobody to compare with in a stratum


def test_strata_are_compared_within_only() -> None:
    rng, store = np.random.default_rng(1), np.repeat([0, 1], 200).astype(np.int32)
    group = rng.random(400) < np.where(store, 0.8, 0.2)
    times = rng.exponential(np.where(store, 10.0, 1.0))
    none = np.zeros(400, bool)
    naive, fair = (log_rank(times, none, group, strata) for strata in (np.zeros(400, np.int32), store))
    assert naive is not None and naive < 0.001  # noqa: PT018  # one fact for the type checker
    assert fair is not None and fair > 0.05  # noqa: PT018  # one fact for the type checker


ROWS = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=25)


@settings(deadline=None)
@given(ROWS, st.integers(1, 14))
def test_a_pseudo_value_is_what_leaving_the_row_out_takes_away(rows: list[tuple[int, bool]], until: int) -> None:
    times, is_open = np.array([float(time) for time, _open in rows]), np.array([each for _time, each in rows])
    horizon = float(min(until, times.max()))
    found, n = pseudo_values(times, is_open, horizon), len(rows)
    whole = slow.kaplan_meier(times, is_open, horizon)
    for place in range(n):
        kept = np.arange(n) != place
        without = slow.kaplan_meier(times[kept], is_open[kept], horizon)
        assert found[place] == pytest.approx(n * whole - (n - 1) * without, abs=1e-9)


@settings(deadline=None)
@given(ROWS, st.integers(1, 14))
def test_the_restricted_mean_is_the_area_under_the_curve(rows: list[tuple[int, bool]], until: int) -> None:
    times, is_open = np.array([float(time) for time, _open in rows]), np.array([each for _time, each in rows])
    assert survival(times, is_open).restricted_mean(until)[0] == pytest.approx(slow.kaplan_meier(times, is_open, until))


def test_without_open_rows_a_restricted_mean_is_a_mean_with_its_standard_error() -> None:
    times = np.random.default_rng(2).exponential(5, 500)
    mean, error = survival(times, np.zeros(500, bool)).restricted_mean(100.0)
    assert mean == pytest.approx(times.mean())
    assert error == pytest.approx(times.std() / np.sqrt(500), rel=0.01)


def seen_until(
    rng: np.random.Generator, end: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32], list[str]]:
    """Ten stores, eight weeks: cases take 100 hours on average, 70 in pilot stores after the start; looked at at
    `end`.
    """
    store, week = (each.ravel() for each in np.indices((10, 8, 40))[:2])
    hours = rng.exponential(np.where((store < 5) & (week >= 4), 70.0, 100.0))
    looked = (end - week - rng.random(len(week))) * 168
    return np.minimum(hours, looked), hours > looked, (week - 4).astype(np.int32), [f"S{each}" for each in store]


def test_open_cases_count_and_dropping_them_would_make_the_effect_another() -> None:
    rng, kept, dropped, horizon = np.random.default_rng(5), list[float](), list[float](), 0.0
    for _draw in range(40):
        value, is_open, period, store = seen_until(rng, 8.0)
        rows = outcomes(value, unit=store, period=period, pilot=[f"S{each}" for each in range(5)], is_open=is_open)
        used, until = imagined(rows)
        horizon = until or 0.0
        kept.append(did.effect(used).value)
        finished = rows.only(~rows.is_open)
        dropped.append(did.effect(finished).value)
    shorter = 70 * (1 - np.exp(-horizon / 70)) - 100 * (1 - np.exp(-horizon / 100))  # of means cut at the horizon
    error = np.std(kept) / np.sqrt(40)
    assert abs(np.mean(kept) - shorter) < 4 * error + 1  # the horizon differs a little from draw to draw
    assert np.mean(dropped) > shorter + 4 * error  # the slow ones are those still open


def test_where_nothing_is_open_nothing_is_imagined() -> None:
    rows = outcomes([1.0, 2], unit=["A", "B"], period=[-1, 0], pilot=["A"])
    assert imagined(rows) == (rows, None)


def test_where_all_of_a_group_are_open_all_have_the_horizon() -> None:
    assert pseudo_values(np.array([1.0, 5]), np.ones(2, bool), 4.0).tolist() == [4, 4]
    assert len(cells(outcomes([], unit=[], period=[], pilot=["A", "B"])).mean) == 0
