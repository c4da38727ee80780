"""Trees find what is there, quantiles hold as often as they say, likelihoods are set right by what came."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.forecast.boosting import Effort, Forest, Loss, Rows, answer, boost, likelihood, shares
from zhoudao.engines.forecast.calibrating import brier, isotonic, reliability
from zhoudao.engines.forecast.judging import area_under
from zhoudao.engines.forecast.slices import sliced

_QUICK = Effort(trees=60, depth=3)


def rows(n: int, seed: int) -> Rows:
    """Exponential times whose mean depends on two facts; a third says nothing."""
    rng = np.random.default_rng(seed)
    facts = rng.random((n, 3))
    mean = np.where(facts[:, 0] > 0.5, 10.0, 1.0) * np.where(facts[:, 1] > 0.3, 3.0, 1.0)
    return Rows(facts, rng.exponential(mean), np.ones(n))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_quantile_lies_above_as_many_as_it_says_everywhere(share: float) -> None:
    forest = boost(rows(4_000, 1), Loss(share), held_out=rows(2_000, 2), rng=np.random.default_rng(3), effort=_QUICK)
    fresh = rows(8_000, 4)
    below = fresh.target <= answer(forest, fresh.facts)
    for high in (True, False):
        part = (fresh.facts[:, 0] > 0.5) == high
        assert abs(float(below[part].mean()) - share) < 0.05


def test_likelihoods_are_those_by_which_it_was_thrown() -> None:
    rng = np.random.default_rng(5)
    facts = rng.random((6_000, 2))
    truth = np.where(facts[:, 0] > 0.7, 0.8, 0.1)
    came = (rng.random(6_000) < truth).astype(np.float64)
    parts = [Rows(facts[a:b], came[a:b], np.ones(b - a)) for a, b in ((0, 3_000), (3_000, 4_500))]
    forest = boost(parts[0], Loss(), held_out=parts[1], rng=rng, effort=_QUICK)
    said = likelihood(answer(forest, facts[4_500:]))
    assert float(np.abs(said - truth[4_500:]).mean()) < 0.05


def test_where_there_is_nothing_to_learn_nothing_is_learned() -> None:
    rng = np.random.default_rng(6)
    noise = [Rows(rng.random((1_000, 4)), rng.exponential(1.0, 1_000), np.ones(1_000)) for _ in range(2)]
    forest = boost(noise[0], Loss(0.5), held_out=noise[1], rng=rng, effort=_QUICK)
    assert float(np.ptp(answer(forest, noise[1].facts))) < 0.5


def test_the_same_chance_grows_the_same_forest() -> None:
    one, other = (
        boost(rows(500, 1), Loss(0.5), held_out=rows(500, 2), rng=np.random.default_rng(9), effort=_QUICK)
        for _ in range(2)
    )
    assert one.start == other.start
    assert np.array_equal(one.feature, other.feature)
    assert np.array_equal(one.leaf, other.leaf)


def test_reasons_and_what_is_usual_add_up_to_the_answer() -> None:
    given_ = rows(1_000, 1)
    forest = boost(given_, Loss(0.5), held_out=rows(500, 2), rng=np.random.default_rng(3), effort=_QUICK)
    usual = forest.start + forest.leaf.mean(axis=1).sum()
    told = shares(forest, given_.facts)
    assert np.allclose(usual + told.sum(axis=1), answer(forest, given_.facts))
    mean = np.abs(told).mean(axis=0)
    assert mean[0] > mean[1] > mean[2]


def test_a_fact_nobody_asks_about_is_no_reason() -> None:
    forest = Forest(0.0, np.array([[1, 1]], np.int32), np.array([[0.5, 0.7]]), np.array([[0.0, 1.0, 2.0, 5.0]]))
    told = shares(forest, np.array([[9.0, 0.6, 9.0]]))
    assert told[0, [0, 2]].tolist() == [0.0, 0.0]
    assert told[0, 1] == pytest.approx(1.0 - 2.0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.integers(1, 3)), min_size=1, max_size=12))
def test_the_rising_line_is_the_one_of_the_formula(told: list[tuple[int, bool, int]]) -> None:
    """Against max over a ≤ i of min over b ≥ i of the mean from a to b (Robertson, Wright, Dykstra 1988, 1.4.9)."""
    told.sort(key=lambda one: one[0])
    big = 1e9
    score, came = (np.array([one[at] for one in told], np.float64) for at in (0, 1))
    weight = np.array([one[2] for one in told], np.float64) * big
    line = isotonic(score, came, weight)

    def mean(a: int, b: int) -> float:
        return float(np.average(came[a : b + 1], weights=weight[a : b + 1]))

    last = len(told) - 1
    wanted = [max(min(mean(a, b) for b in range(i, last + 1)) for a in range(i + 1)) for i in range(last + 1)]
    assert sorted({round(value, 6) for value in wanted}) == sorted({round(v, 6) for v in line.value.tolist()})
    assert np.all(np.diff(line.value) >= -1e-12)
    assert np.all(np.diff(line.of(np.linspace(-1, 7, 30))) >= -1e-12)


def test_nothing_is_called_certain_for_having_happened_a_few_times() -> None:
    line = isotonic(np.array([0.1, 0.9]), np.array([0.0, 1.0]), np.ones(2))
    assert line.value.tolist() == [0.25, 0.75]


def test_the_curve_tells_what_was_said_from_what_came() -> None:
    said, came = np.array([0.05, 0.05, 0.95, 0.95, 1.0]), np.array([0.0, 1.0, 1.0, 1.0, 0.0])
    assert [(b.rows, round(b.said, 3), round(b.came, 3)) for b in reliability(said, came, np.ones(5))] == [
        (2, 0.05, 0.5),
        (3, 0.967, 0.667),
    ]
    assert brier(said, came, np.ones(5)) == pytest.approx((0.05**2 + 0.95**2 + 2 * 0.05**2 + 1) / 5)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=15))
def test_the_area_is_what_counting_all_pairs_gives(told: list[tuple[int, bool]]) -> None:
    yes, no = ([value for value, came in told if came is wanted] for wanted in (True, False))
    if not yes or not no:
        return
    wins = sum((a > b) + (a == b) / 2 for a in yes for b in no)
    said = np.array([value for value, _ in told], np.float64)
    assert area_under(said, np.array([came for _, came in told], np.float64)) == pytest.approx(
        wins / len(yes) / len(no)
    )


def test_cases_still_open_are_made_up_for() -> None:
    """Exponential times of mean 10, seen over 30: who counts only what has ended takes them for faster."""
    rng = np.random.default_rng(7)
    at = np.sort(rng.integers(1, 30_000, 40_000))
    ahead = rng.exponential(10_000, 40_000).astype(np.int64) + 1
    part = sliced(at, at + ahead, since=0, until=30_000)
    plain, mended = float(ahead[part.rows].mean()), float(np.average(ahead[part.rows], weights=part.weight))
    seen = float(ahead[ahead < 30_000].mean())  # nobody can see further than the stretch is long
    assert plain < 0.85 * seen
    assert mended == pytest.approx(seen, rel=0.06)
