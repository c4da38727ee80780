"""The difference in differences against plain regression, theory, and its own promises."""

import numpy as np
import pytest
from scipy import stats

from zhoudao.engines.trials import did
from zhoudao.engines.trials.panel import cells
from zhoudao.engines.trials.ranks import changes
from zhoudao.engines.trials.tests import slow
from zhoudao.engines.trials.tests.shops import drawn, some_of


@pytest.mark.parametrize("seed", range(6))
def test_means_of_store_and_week_say_exactly_what_single_rows_with_dummies_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = some_of(rng, drawn(rng, pilots=2 + seed % 3, controls=4, before=3, after=3, cases=5, effect=2))
    given = cells(rows)
    found, plain = did.fit(given, given.treatment), slow.regressed(rows, slow.treatment(rows))
    assert found.value == pytest.approx(plain.value)
    assert found.cr1 == pytest.approx(plain.cr1)
    assert found.cr2 == pytest.approx(plain.cr2)
    assert found.degrees == pytest.approx(plain.degrees)


def test_several_columns_at_once_are_what_plain_regression_says() -> None:
    rng = np.random.default_rng(9)
    rows = some_of(rng, drawn(rng, pilots=3, controls=4, before=4, after=2, cases=4))
    given = cells(rows)
    leads = did.leads(given)
    assert leads is not None
    spans = [np.unique(given.period[column > 0]) for column in leads.T]
    single = np.stack([rows.is_pilot & np.isin(rows.period, span) for span in spans], axis=1).astype(float)
    found = did.fit(given, np.concatenate([given.treatment, leads], axis=1))
    plain = slow.regressed(rows, np.concatenate([slow.treatment(rows), single], axis=1))
    assert found.value == pytest.approx(plain.value)
    assert found.cr2 == pytest.approx(plain.cr2)
    assert found.degrees == pytest.approx(plain.degrees)


def test_with_as_many_cases_everywhere_it_is_welchs_comparison_of_the_stores_changes() -> None:
    """Bell and McCaffrey's variance of a difference of means is that of unequal variances, exactly."""
    rows = drawn(np.random.default_rng(3), pilots=5, controls=5, effect=1)
    change, pilot = changes(rows)
    found = did.effect(rows)
    error = np.sqrt(change[pilot].var(ddof=1) / 5 + change[~pilot].var(ddof=1) / 5)
    half = stats.t.ppf(0.975, 8) * error
    assert found.value == pytest.approx(change[pilot].mean() - change[~pilot].mean())
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))


@pytest.mark.slow
@pytest.mark.parametrize(("pilots", "controls"), [(3, 3), (3, 9), (20, 20)])
def test_the_interval_holds_the_truth_as_often_as_it_says(pilots: int, controls: int) -> None:
    rng, held, many = np.random.default_rng(pilots * 100 + controls), 0, 400
    for _draw in range(many):
        rows = some_of(rng, drawn(rng, pilots=pilots, controls=controls, cases=4, effect=2, lasting=1))
        found = did.effect(rows)
        assert found.low is not None and found.high is not None  # noqa: PT018  # one fact for the type checker
        held += found.low <= 2 <= found.high
    off = 4 * np.sqrt(0.05 * 0.95 / many)
    assert 0.95 - off <= held / many


def test_an_effect_is_seen_in_the_weeks_in_which_it_is_there() -> None:
    rows = drawn(np.random.default_rng(5), pilots=8, controls=8, before=4, after=3, cases=30, effect=6)
    found = did.event_study(rows)
    assert sorted(found) == [-4, -3, -2, 0, 1, 2]  # the last week before is what the others are measured by
    assert all(abs(found[week].value) < 2 for week in (-4, -3, -2))
    assert all(abs(found[week].value - 6) < 2 and (found[week].p or 0) < 0.01 for week in (0, 1, 2))


@pytest.mark.parametrize("missing", ["before", "after", "others"])
def test_without_a_before_an_after_or_others_nothing_is_told(missing: str) -> None:
    rows = drawn(np.random.default_rng(1))
    kept = {"before": rows.is_after, "after": ~rows.is_after, "others": rows.is_pilot}[missing]
    with pytest.raises(did.NothingToTell):
        did.effect(rows.only(kept))


def test_spans_before_are_as_many_as_stores_and_weeks_allow() -> None:
    rng = np.random.default_rng(2)
    assert did.leads(cells(drawn(rng, before=2))) is None
    for stores, before, spans in ((2, 3, 1), (2, 9, 1), (6, 3, 2), (6, 9, 3)):
        found = did.leads(cells(drawn(rng, pilots=stores, controls=stores, before=before)))
        assert found is not None
        assert found.shape[1] == spans
