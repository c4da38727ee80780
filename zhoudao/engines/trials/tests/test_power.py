"""Power before the start: what simulated pilots of the same kind find."""

import math
from itertools import pairwise

import numpy as np
import pytest

from zhoudao.engines.trials import did, power
from zhoudao.engines.trials.power import Plan, Spread
from zhoudao.engines.trials.shape import outcomes
from zhoudao.engines.trials.tests.shops import drawn

LIKE_DRAWN = Spread(within=16.0, weekly=1.0, lasting=0.25, cases=4, level=30)
"""What `shops.drawn` makes with four cases and `lasting` 0.5."""


@pytest.mark.slow
@pytest.mark.parametrize(("stores", "effect"), [(4, 2.0), (10, 1.2), (6, 0.0)])
def test_pilots_that_are_drawn_find_the_effect_as_often_as_was_said(stores: int, effect: float) -> None:
    rng, found, many = np.random.default_rng(stores), 0, 400
    for _draw in range(many):
        rows = drawn(rng, pilots=stores, controls=stores, cases=4, effect=effect, lasting=0.5)
        found += (did.effect(rows).p or 0) <= 0.05
    said = power.power(LIKE_DRAWN, Plan(stores, stores, 6, 6), effect)
    assert abs(found / many - said) <= 4 * math.sqrt(said * (1 - said) / many)


def test_the_smallest_effect_is_the_one_with_that_power() -> None:
    plan = Plan(3, 6, 8, 4)
    smallest = power.detectable(LIKE_DRAWN, plan, 0.9)
    assert power.power(LIKE_DRAWN, plan, smallest) == pytest.approx(0.9)
    assert power.power(LIKE_DRAWN, plan, -smallest) == pytest.approx(0.9)


def test_the_weeks_are_the_first_that_reach_it_and_none_where_stores_drift_too_much() -> None:
    plan, effect = Plan(4, 8, 8, 0), 2.2
    weeks = power.weeks_needed(LIKE_DRAWN, plan, effect)
    assert weeks is not None
    assert power.power(LIKE_DRAWN, Plan(4, 8, 8, weeks), effect) >= 0.8
    assert power.power(LIKE_DRAWN, Plan(4, 8, 8, weeks - 1), effect) < 0.8
    assert power.weeks_needed(Spread(16.0, 1.0, 9.0, 4, 30), plan, effect) is None


def test_the_spread_of_stores_is_found_again() -> None:
    found = power.spread(drawn(np.random.default_rng(1), pilots=40, controls=160, before=12, after=0, cases=4))
    assert found.within == pytest.approx(16, rel=0.05)
    assert found.weekly == pytest.approx(1, rel=0.3)
    assert found.lasting == pytest.approx(0, abs=0.2)
    assert (found.cases, round(found.icc, 1)) == (4, 0.1)
    drifting = power.spread(drawn(np.random.default_rng(1), pilots=60, controls=60, before=12, after=0, drift=0.5))
    assert drifting.lasting == pytest.approx(
        (0.5 * 6) ** 2 / 4, rel=0.2
    )  # half the stores gain three from half to half


def test_a_spread_of_textbooks_is_its_icc() -> None:
    found = power.of_icc(10, 0.05, 20)
    assert found.icc == pytest.approx(0.05)
    design = 1 + (20 - 1) * 0.05  # the design effect of clusters of twenty
    assert power.error(found, Plan(5, 5, 1, 1)) ** 2 == pytest.approx(2 / 5 * 2 * 100 / 20 * design)


def test_one_store_or_no_week_has_no_power_to_tell_of() -> None:
    for plan in (Plan(1, 5, 4, 4), Plan(5, 1, 4, 4), Plan(5, 5, 0, 4), Plan(5, 5, 4, 0)):
        with pytest.raises(power.PowerRefused):
            power.power(LIKE_DRAWN, plan, 1)
    with pytest.raises(power.PowerRefused):
        power.spread(drawn(np.random.default_rng(1), before=3))
    with pytest.raises(power.PowerRefused):
        power.spread(outcomes([1.0], unit=["A"], period=[-1], pilot=["A"]))


def test_where_nothing_varies_everything_is_seen() -> None:
    still = Spread(0, 0, 0, 5, 30)
    assert power.power(still, Plan(2, 2, 4, 4), 0.1) == 1
    assert power.power(still, Plan(2, 2, 4, 4), 0) == 0.05
    assert power.detectable(still, Plan(2, 2, 4, 4)) == 0
    assert power.power(LIKE_DRAWN, Plan(2, 2, 4, 4), 1e9) == 1


@pytest.mark.parametrize(("pilots", "controls"), [(2, 2), (2, 4), (5, 9)])
def test_a_larger_effect_is_never_seen_less_often_and_a_very_large_one_always(pilots: int, controls: int) -> None:
    given, plan = power.of_icc(7.0, 0.0, 14.0), Plan(pilots, controls, 8, 6)
    found = [power.power(given, plan, effect / 4) for effect in range(1, 80)]
    assert all(after >= before - 1e-4 for before, after in pairwise(found))
    assert found[-1] > 0.999
    assert power.weeks_needed(given, plan, 19.0) == 1
