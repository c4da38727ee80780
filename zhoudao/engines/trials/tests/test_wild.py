"""Chance by turning stores round: against every combination by hand, and against its promises."""

import numpy as np
import pytest

from zhoudao.engines.trials import did, wild
from zhoudao.engines.trials.panel import absorbed, cells
from zhoudao.engines.trials.tests import slow
from zhoudao.engines.trials.tests.shops import drawn, some_of

WEBB = np.array([-np.sqrt(1.5), -1, -np.sqrt(0.5), np.sqrt(0.5), 1, np.sqrt(1.5)])


@pytest.mark.parametrize("null", [0.0, 1.5])
def test_p_is_that_of_a_regression_for_every_combination(null: float) -> None:
    rng = np.random.default_rng(4)
    rows = some_of(rng, drawn(rng, pilots=2, controls=2, before=2, after=2, cases=3, effect=1))
    given = cells(rows)
    out = absorbed(given, given.treatment)
    turns = wild.turned(out, wild.draws(4, rng))
    assert turns.is_all
    assert turns.p(null) == pytest.approx(slow.wild_p(rows, WEBB, null))


def test_few_stores_have_six_weights_more_have_two_and_all_ways_are_tried_where_they_are_few() -> None:
    rng = np.random.default_rng(0)
    for units, count, is_all in (
        (4, 6**4, True),
        (5, 6**5, True),
        (7, 9_999, False),
        (10, 1024, True),
        (14, 2**14, True),
    ):
        found = wild.draws(units, rng)
        assert (len(found.weights), found.is_all) == (count, is_all)
        assert found.weights.mean() == pytest.approx(0, abs=0.02)
        assert (found.weights**2).mean() == pytest.approx(1, abs=0.02)
    assert not wild.draws(25, rng).is_all


def test_the_interval_is_what_the_test_does_not_refuse() -> None:
    rng = np.random.default_rng(6)
    rows = some_of(rng, drawn(rng, pilots=5, controls=6, effect=3, lasting=0.5))
    given = cells(rows)
    found = wild.wild(given, rng)
    turns = wild.turned(absorbed(given, given.treatment), wild.draws(11, rng))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    for edge, outwards in ((found.low, -0.02), (found.high, 0.02)):
        assert turns.p(edge + outwards) <= 0.05
        assert turns.p(edge - outwards) > 0.05
    assert found.value == pytest.approx(did.effect(rows).value)


def test_three_stores_refuse_nothing_and_the_interval_says_so() -> None:
    rng = np.random.default_rng(8)
    rows = drawn(rng, pilots=1, controls=2, effect=50)
    found = wild.wild(cells(rows), rng)
    assert (found.low, found.high) == (None, None)
    assert (found.p or 0) > 0.05


def test_dealing_the_pilot_anew_is_that_of_a_regression_for_every_way() -> None:
    rng = np.random.default_rng(7)
    for pilots in (2, 3):
        rows = some_of(rng, drawn(rng, pilots=pilots, controls=4, before=2, after=2, cases=3, effect=1))
        found = wild.permuted(cells(rows), rng)
        assert found is not None
        assert found.p == pytest.approx(slow.permuted_p(rows))


def test_many_stores_are_dealt_by_lot_and_very_many_not_at_all() -> None:
    rng = np.random.default_rng(7)
    found = wild.permuted(cells(drawn(rng, pilots=12, controls=12, effect=10, cases=2)), rng)
    assert found is not None
    assert found.p == pytest.approx(1 / 2_000)
    assert wild.permuted(cells(drawn(rng, pilots=30, controls=30, cases=1)), rng) is None


@pytest.mark.slow
def test_without_an_effect_it_speaks_as_rarely_as_promised() -> None:
    rng, many = np.random.default_rng(12), 250
    said = {"wild": 0, "dealt": 0, "trend": 0}
    for _draw in range(many):
        rows = drawn(rng, pilots=5, controls=5, before=4, after=4, cases=2, lasting=1)
        given = cells(rows)
        turns = wild.turned(absorbed(given, given.treatment), wild.draws(10, rng))
        said["wild"] += turns.p() <= 0.05
        dealt = wild.permuted(given, rng)
        said["dealt"] += dealt is not None and (dealt.p or 0) <= 0.05
        early = cells(rows.only(~rows.is_after))
        leads = did.leads(early)
        assert leads is not None
        said["trend"] += wild.joint(early, leads, rng) <= 0.05
    most = 0.05 + 4 * np.sqrt(0.05 * 0.95 / many)
    assert all(0.005 <= count / many <= most for count in said.values()), said


def test_stores_that_moved_apart_before_are_told() -> None:
    rng = np.random.default_rng(3)
    early = cells(drawn(rng, pilots=6, controls=6, before=8, after=0, cases=20, drift=1.0))
    leads = did.leads(early)
    assert leads is not None
    assert wild.joint(early, leads, rng) < 0.01
