"""Whole stores drawn again: the same as repeating their rows, and intervals that keep their word."""

import math

import numpy as np
import pytest

from zhoudao.engines.trials.resampling import drawn_again, quantile_change
from zhoudao.engines.trials.shape import Outcomes, Values
from zhoudao.engines.trials.survival import survival
from zhoudao.engines.trials.tests.shops import drawn, some_of


def quantile(rows: Outcomes, times: Values, share: float) -> float:
    """Of rows, each as often as `times` says of its store."""
    again = np.repeat(np.arange(len(rows)), times[rows.unit].astype(int))
    found = survival(rows.value[again], rows.is_open[again]).quantile(share)
    return math.nan if found is None else found


def test_a_store_drawn_twice_counts_as_if_it_were_there_twice() -> None:
    rng = np.random.default_rng(1)
    rows = some_of(rng, drawn(rng, pilots=3, controls=3, before=2, after=2))
    is_open = rng.random(len(rows)) < 0.2
    rows = Outcomes(rows.value.round(), is_open, rows.unit, rows.period, rows.treated, rows.names)
    weights = np.array([2.0, 0, 1, 1, 3, 0])
    pilot, after = rows.is_pilot, rows.is_after
    for share in (0.5, 0.75):
        groups = (pilot & after, pilot & ~after, ~pilot & after, ~pilot & ~after)
        one, two, three, four = (quantile(rows.only(each), weights, share) for each in groups)
        assert quantile_change(rows, share)(weights) == pytest.approx((one - two) - (three - four))


def test_where_too_many_are_open_to_know_there_is_no_number() -> None:
    rng = np.random.default_rng(1)
    rows = drawn(rng)
    rows = Outcomes(rows.value, rng.random(len(rows)) < 0.9, rows.unit, rows.period, rows.treated, rows.names)
    found = drawn_again(quantile_change(rows, 0.99), rows.treated, rng, method="p90")
    assert math.isnan(found.value)
    assert (found.low, found.high, found.p) == (None, None, None)


@pytest.mark.slow
def test_the_interval_of_a_median_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, held, many = np.random.default_rng(2), 0, 150
    for _draw in range(many):
        rows = drawn(rng, pilots=15, controls=15, before=1, after=1, cases=6, effect=3)
        found = drawn_again(quantile_change(rows, 0.5), rows.treated, rng, rows=100_000, method="median")
        assert found.low is not None and found.high is not None  # noqa: PT018  # one fact for the type checker
        held += found.low <= 3 <= found.high
    assert abs(held / many - 0.95) <= 4 * math.sqrt(0.05 * 0.95 / many)


def test_a_mean_of_stores_has_the_interval_that_theory_gives() -> None:
    rng = np.random.default_rng(3)
    stores = rng.normal(0, 1, 60)
    treated = np.arange(60) < 30

    def gap(weights: Values) -> float:
        mine, others = (np.average(stores[side], weights=weights[side]) for side in (treated, ~treated))
        return float(mine - others)

    found = drawn_again(gap, treated, rng, method="median")  # of 999 draws: half an error is luck
    error = math.sqrt(stores[treated].var() / 30 + stores[~treated].var() / 30)
    assert found.low == pytest.approx(found.value - 1.96 * error, abs=0.5 * error)
    assert found.high == pytest.approx(found.value + 1.96 * error, abs=0.5 * error)
