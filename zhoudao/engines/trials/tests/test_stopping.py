"""Looking every day: false alarms stay as rare as promised, harm is seen, open cases wait until they are ripe."""

import numpy as np
import pytest
from scipy import integrate, stats

from zhoudao.engines.trials.shape import Outcomes, outcomes
from zhoudao.engines.trials.stopping import half_width, watch
from zhoudao.engines.trials.tests.shops import drawn


def test_at_its_edge_the_evidence_is_what_the_error_asks_for() -> None:
    """The t likelihood ratio, mixed over effects by numerical integration, is one in twenty there."""
    before, level = 9, 0.05
    for after in (3, 9, 40):
        half = float(half_width(np.array([float(after)]), before, np.ones(1), level)[0])
        size, freedom = after * before / (after + before), after + before - 2
        t, spread = half * np.sqrt(size), np.sqrt(4 * np.log(1 / level) / before)

        def mixed(
            effect: float, t: float = t, freedom: int = freedom, size: float = size, spread: float = spread
        ) -> float:
            return float(stats.nct.pdf(t, freedom, np.sqrt(size) * effect) * stats.norm.pdf(effect, 0, spread))

        ratio = integrate.quad(mixed, -8, 8, points=[0, t / np.sqrt(size)])[0] / stats.t.pdf(t, freedom)
        assert ratio == pytest.approx(1 / level, rel=1e-3)


def gaps(rng: np.random.Generator, *, days: int, before: int = 28, effect: float = 0.0) -> Outcomes:
    """One value a side and day."""
    period = np.repeat(np.arange(-before, days), 2)
    value = rng.normal(0, 1, len(period)) + rng.normal(0, 2, before + days).repeat(2)
    pilot = np.tile([True, False], before + days)
    value = value + effect * (pilot & (period >= 0))
    return outcomes(value, unit=["A" if each else "B" for each in pilot], period=period, pilot=["A"])


@pytest.mark.slow
def test_looked_at_every_day_it_errs_as_rarely_as_promised_where_a_plain_test_does_not() -> None:
    rng, stopped, fooled, many = np.random.default_rng(1), 0, 0, 300
    for _draw in range(many):
        rows = gaps(rng, days=84)
        stopped += watch(rows, lower_is_better=True, kind="score").stop is not None
        gap = rows.value[::2] - rows.value[1::2]
        looks = [stats.ttest_ind(gap[:28], gap[28 : 28 + day]).pvalue for day in range(7, 85, 7)]
        fooled += min(looks) <= 0.05
    assert stopped / many <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / many)
    assert fooled / many > 0.15


@pytest.mark.slow
def test_with_few_weeks_before_it_errs_as_rarely() -> None:
    rng, many = np.random.default_rng(2), 400
    stopped = sum(
        watch(gaps(rng, days=12, before=4), lower_is_better=True, kind="score").stop is not None
        for _draw in range(many)
    )
    assert stopped / many <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / many)


def test_harm_and_benefit_are_seen_and_when() -> None:
    rows = gaps(np.random.default_rng(3), days=60, effect=2.0)
    harmed, helped = (watch(rows, lower_is_better=lower, kind="score") for lower in (True, False))
    assert (harmed.stop, helped.stop) == ("harm", "benefit")
    assert harmed.since == helped.since
    assert harmed.since is not None
    assert 2 < harmed.since < 40
    look = next(each for each in harmed.looks if each.period == harmed.since)
    assert look.low is not None
    assert look.low > 0
    assert harmed.looks[-1].effect == pytest.approx(2, abs=0.6)


def test_harm_that_is_borne_is_none() -> None:
    rows = gaps(np.random.default_rng(3), days=60, effect=2.0)
    assert watch(rows, lower_is_better=True, kind="score", harm=5.0).stop is None


def test_the_first_look_knows_too_little_for_an_interval() -> None:
    found = watch(gaps(np.random.default_rng(4), days=5, before=3), lower_is_better=True, kind="score")
    assert (found.looks[0].low, found.looks[0].high) == (None, None)


def test_open_cases_wait_until_their_period_is_ripe() -> None:
    rows = drawn(np.random.default_rng(5), pilots=3, controls=3, before=6, after=4)
    late = rows.is_open.copy()
    late[np.flatnonzero(rows.period == 3)[0]] = True
    value = np.where(late, 1.0, rows.value)
    waiting = watch(
        Outcomes(value, late, rows.unit, rows.period, rows.treated, rows.names), lower_is_better=True, kind="time"
    )
    assert [look.period for look in waiting.looks] == [0, 1, 2]
    assert waiting.waiting == 1
    value = np.where(late, 1_000.0, rows.value)  # open, but longer than any that counts
    ripe = watch(
        Outcomes(value, late, rows.unit, rows.period, rows.treated, rows.names), lower_is_better=True, kind="time"
    )
    assert [look.period for look in ripe.looks] == [0, 1, 2, 3]
    assert ripe.looks[:3] == waiting.looks


def test_without_others_or_without_a_before_there_is_no_look() -> None:
    rows = drawn(np.random.default_rng(6))
    assert watch(rows.only(rows.is_after), lower_is_better=True, kind="score").reason == "one_period"
    assert watch(rows.only(rows.is_after), lower_is_better=True, kind="time").reason == "one_period"
    alone = Outcomes(rows.value, rows.is_open, rows.unit, rows.period, np.ones(len(rows.treated), bool), rows.names)
    assert watch(alone, lower_is_better=True, kind="score").reason == "no_controls"
