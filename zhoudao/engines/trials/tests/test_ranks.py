"""Ranks against published numbers, counting, and scipy."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zhoudao.engines.trials.ranks import by_unit, of_changes, ranked
from zhoudao.engines.trials.shape import outcomes
from zhoudao.engines.trials.tests.shops import drawn

# Hollander and Wolfe, Nonparametric Statistical Methods, table 4.1: permeability of the human chorioamnion.
AT_TERM = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
EARLY = np.array([1.15, 0.88, 0.90, 0.74, 1.21])


def test_the_textbooks_membranes() -> None:
    """W = 35, one-sided p = 0.1272, shift 0.305."""
    found = ranked(AT_TERM, EARLY)
    assert found.u == 35
    assert found.p == pytest.approx(2 * 0.1272, abs=1e-4)
    assert found.shift == pytest.approx(0.305)
    assert found.is_exact


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_ties_and_all_every_way_of_dealing_is_counted(first: list[int], second: list[int]) -> None:
    values = np.array([*first, *second], float)
    ranks = stats.rankdata(values)
    sums = [ranks[list(way)].sum() for way in itertools.combinations(range(len(values)), len(first))]
    off = abs(ranks[: len(first)].sum() - np.mean(sums))
    found = ranked(np.array(first, float), np.array(second, float))
    assert found.p == pytest.approx(np.mean(np.abs(np.array(sums) - np.mean(sums)) >= off - 1e-9))


@pytest.mark.parametrize(("m", "n"), [(5, 6), (20, 30), (40, 60)])
def test_it_is_what_scipy_says(m: int, n: int) -> None:
    rng = np.random.default_rng(m)
    first, second = rng.normal(0.5, 1, m), rng.normal(0, 1, n)
    method = "exact" if m + n <= 50 else "asymptotic"
    expected = stats.mannwhitneyu(first, second, method=method)
    found = ranked(first, second)
    assert (found.u, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    rounded = ranked(first.round(), second.round())
    if m + n > 50:
        assert rounded.p == pytest.approx(stats.mannwhitneyu(first.round(), second.round(), method="asymptotic").pvalue)


def test_the_interval_leaves_out_just_the_shifts_that_the_test_refuses() -> None:
    rng = np.random.default_rng(4)
    for m, n in ((5, 6), (4, 9), (8, 8)):
        first, second = rng.normal(1, 1, m), rng.normal(0, 1, n)
        found = ranked(first, second)
        assert found.low is not None
        assert found.high is not None
        for edge, outwards in ((found.low, -1e-6), (found.high, 1e-6)):
            assert ranked(first - edge - outwards, second).p <= 0.05
            assert ranked(first - edge + outwards, second).p > 0.05


def test_three_against_three_have_no_interval_and_it_is_not_made_up() -> None:
    found = ranked(np.array([7.0, 8, 9]), np.array([1.0, 2, 3]))
    assert (found.low, found.high, round(found.p, 6)) == (None, None, 0.1)


def test_the_stores_changes_are_ranked_not_the_cases() -> None:
    rows = drawn(np.random.default_rng(3), pilots=4, controls=6, effect=9)
    found = of_changes(rows)
    assert found is not None
    assert found.p == pytest.approx(2 / 210)  # the most extreme of all ways to choose four of ten stores
    assert found.value == pytest.approx(9, abs=2)
    assert of_changes(rows.only(rows.is_pilot)) is None


def test_stores_without_a_before_have_no_change() -> None:
    rows = outcomes([1, 2, 5, 9], unit=["A", "A", "B", "A"], period=[-1, 0, 0, 0], pilot=["A"])
    change, units = by_unit(rows)
    assert (change.tolist(), units.tolist()) == ([4.5], [0])
    with pytest.raises(ValueError, match="Both groups"):
        ranked(np.array([1.0]), np.array([]))
