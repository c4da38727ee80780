"""A distribution is found again in what it made; zeros, few times and odd ones are met and said."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.simulation.distributions import (
    Distribution,
    Shape,
    constant,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip
from zhoudao.engines.simulation.fitting import Fitted, NothingSeen, arrival_rates, fit, law
from zhoudao.engines.simulation.model import Arrivals
from zhoudao.engines.simulation.simulating import record
from zhoudao.engines.simulation.tests.blocks import model, task


def seen(given: Distribution, count: int = 5000) -> "np.typing.NDArray[np.float64]":
    return np.asarray(law(given).rvs(count, random_state=np.random.default_rng(5)))


@pytest.mark.parametrize(
    "truth",
    [exponential(700), gamma(0.4, 900), gamma(4, 90), lognormal(5, 1.3), weibull(1.7, 300), uniform(30, 90)],
)
def test_the_family_is_found_again_with_its_numbers(truth: Distribution) -> None:
    found = fit(seen(truth))
    assert found.chosen.distribution.shape is truth.shape
    assert found.chosen.distribution.parameters == pytest.approx(truth.parameters, rel=0.06)
    assert found.chosen.ks < 0.02
    assert "lowest BIC" in found.why


def test_a_triangle_is_found_again() -> None:
    found = fit(seen(triangular(10, 40, 200))).chosen.distribution
    assert found.shape is Shape.TRIANGULAR
    assert found.parameters == pytest.approx((10, 40, 200), abs=8)


@pytest.mark.parametrize(("family", "name"), [(gamma(0.7, 50), "gamma"), (weibull(0.6, 50), "weibull_min")])
def test_likelihoods_are_as_high_as_scipys(family: Distribution, name: str) -> None:
    from scipy import stats

    times = seen(family, 800)
    ours = fit(times).chosen.distribution
    theirs = getattr(stats, name).fit(times, floc=0)
    assert ours.shape is family.shape
    assert law(ours).logpdf(times).sum() >= getattr(stats, name)(*theirs).logpdf(times).sum() - 1e-3


def test_zeros_leave_only_families_that_know_them() -> None:
    times = np.where(np.arange(1000) % 4 == 0, 0.0, seen(lognormal(5, 1), 1000))
    found = fit(times)
    assert {each.distribution.shape for each in found.tried} <= {
        Shape.EMPIRICAL, Shape.EXPONENTIAL, Shape.UNIFORM, Shape.TRIANGULAR
    }  # fmt: skip
    assert found.chosen.distribution.shape is Shape.EMPIRICAL
    assert "further off" in found.why
    assert found.chosen.distribution.values.count(0.0) == 250


def test_two_humps_are_taken_as_they_are_and_stay_as_long() -> None:
    times = np.concatenate([seen(gamma(50, 1), 4000), seen(gamma(50, 40), 4000)])
    found = fit(times)
    assert found.chosen.distribution.shape is Shape.EMPIRICAL
    assert len(found.chosen.distribution.values) == 2000
    assert found.chosen.distribution.mean == pytest.approx(times.mean(), rel=1e-3)
    assert found.chosen.ks < 1e-3
    assert found.chosen.wasserstein < min(each.wasserstein for each in found.tried[1:])


def test_few_times_are_not_fitted_and_it_is_said() -> None:
    one, two, nine = fit([60.0, 60.0, 60.0]), fit([60.0, 30.0]), fit(range(1, 10))
    assert (one.chosen.distribution, one.why) == (constant(60), "Every time is the same.")
    assert (two.chosen.distribution, two.why) == (exponential(45), "Only 2 times: their mean, without memory.")
    assert nine.chosen.distribution.shape is Shape.EMPIRICAL
    assert nine.why == "Only 9 times: taken as they are."
    assert nine.chosen.ks == nine.chosen.wasserstein == 0
    with pytest.raises(NothingSeen):
        fit([math.nan, -5.0])


@settings(deadline=None)
@given(st.lists(st.one_of(st.floats(0, 1e8), st.sampled_from([0.0, 1.0, 1e-9])), min_size=1, max_size=60))
def test_whatever_was_seen_something_is_made_of_it(times: list[float]) -> None:
    found: Fitted = fit(times)
    assert found.count == len(times)
    assert found.tried[0] == found.chosen or any(each is found.chosen for each in found.tried)
    assert 0 <= found.chosen.ks <= 1
    assert found.chosen.wasserstein >= 0


def test_rates_of_the_week_are_found_again_in_the_arrivals_they_made() -> None:
    rates = tuple(12.0 if 9 <= hour % 24 < 17 and hour < 120 else 0.5 for hour in range(168))
    made = model(task("t", constant(1)), (), Arrivals(rates=rates, seconds=100 * 7 * 86_400))
    found = np.array(arrival_rates(record(made).arrived, begin=made.begins, end=made.begins + 100 * 7 * 86_400_000_000))
    assert found == pytest.approx(np.array(rates), abs=5 * math.sqrt(12 / 100))
    assert found.sum() == pytest.approx(sum(rates), rel=0.02)


def test_half_an_hour_looked_at_is_half_an_hour() -> None:
    monday = 1_767_571_200_000_000
    half = 1_800_000_000
    found = arrival_rates([monday + half, monday + half + 5], begin=monday + half, end=monday + 2 * half)
    assert found[0] == 4.0
    assert sum(found) == 4.0
    with pytest.raises(NothingSeen):
        arrival_rates([monday])
    with pytest.raises(NothingSeen):
        arrival_rates([monday, monday])
