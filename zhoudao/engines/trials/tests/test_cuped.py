"""CUPED: what is gained is what theory says, and the effect stays what it is."""

import numpy as np
import pytest

from zhoudao.engines.trials import did
from zhoudao.engines.trials.cuped import reduced
from zhoudao.engines.trials.shape import Outcomes
from zhoudao.engines.trials.tests.shops import drawn


def with_before(rng: np.random.Generator, share: float, known: float = 1.0) -> Outcomes:
    """Values of which this share of the variance within a store's week was known before."""
    rows = drawn(rng, pilots=5, controls=5, cases=40, effect=2)
    old = rng.normal(0, 1, len(rows))
    value = rows.value + old * 4 * np.sqrt(share / (1 - share))
    before = np.where(rng.random(len(rows)) < known, old * 3 + 50, np.nan)
    return Outcomes(value, rows.is_open, rows.unit, rows.period, rows.treated, rows.names, before)


def test_the_variance_that_goes_is_the_square_of_the_correlation() -> None:
    found = reduced(with_before(np.random.default_rng(1), 0.6))
    assert found.gained == pytest.approx(0.6, abs=0.03)
    assert found.theta == pytest.approx(4 * np.sqrt(0.6 / 0.4) / 3, rel=0.03)


def test_the_effect_stays_and_its_interval_narrows() -> None:
    rng, narrower = np.random.default_rng(2), []
    for _draw in range(30):
        rows = with_before(rng, 0.8)
        plain, better = did.effect(rows), did.effect(reduced(rows).outcomes)
        assert abs(better.value - 2) < 3
        narrower.append((better.high or 0) - (better.low or 0) < (plain.high or 0) - (plain.low or 0))
    assert np.mean(narrower) > 0.7


def test_what_is_not_known_stays_as_it_is_and_without_anything_known_all_does() -> None:
    rows = with_before(np.random.default_rng(3), 0.5, known=0.5)
    found = reduced(rows)
    assert rows.before is not None
    unknown = np.isnan(rows.before)
    assert (found.outcomes.value[unknown] == rows.value[unknown]).all()
    assert (found.outcomes.value[~unknown] != rows.value[~unknown]).all()
    nothing = Outcomes(
        rows.value, rows.is_open, rows.unit, rows.period, rows.treated, rows.names, np.full(len(rows), np.nan)
    )
    assert (reduced(nothing).theta, reduced(drawn(np.random.default_rng(1))).gained) == (0, 0)
