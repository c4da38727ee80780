"""The whole judgement: what is said of good pilots, bad ones, and of data that say nothing."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from zhoudao.engines.trials.comparison import Caution, Comparison, Reason, Verdict, together
from zhoudao.engines.trials.shape import Outcomes, OutcomesRefused, outcomes
from zhoudao.engines.trials.tests.shops import drawn
from zhoudao.engines.trials.verdict import compare


def judged(rows: Outcomes, **more: Any) -> Comparison:
    asked: dict[str, Any] = {"lower_is_better": True, "kind": "score", "seed": 1, "name": "answer"} | more
    return compare(rows, **asked)


@pytest.fixture(scope="module")
def helped() -> Comparison:
    return judged(drawn(np.random.default_rng(1), pilots=5, controls=7, cases=20, effect=-6))


def test_a_pilot_that_helped_is_better_with_its_interval_and_every_check(helped: Comparison) -> None:
    assert helped.verdict is Verdict.BETTER
    assert helped.effect is not None
    assert helped.effect.low is not None and helped.effect.high is not None  # noqa: PT018  # one fact for the type checker
    assert helped.effect.low < -6 < helped.effect.high < 0
    assert helped.effect.method == "wild"
    assert [each.method for each in helped.checks] == ["cr2", "permutation", "ranks", "median", "p90"]
    assert all(abs(each.value + 6) < 2.5 for each in helped.checks)
    assert (helped.name, helped.pilot_stores, helped.control_stores) == ("answer", 5, 7)
    assert [level.cases for level in (helped.pilot_before, helped.control_after)] == [600, 840]
    after = helped.pilot_after.mean
    assert after is not None
    assert helped.of_before == pytest.approx(helped.effect.value / (after - helped.effect.value))
    assert helped.cautions == (Caution.FEW_CLUSTERS,)
    assert len(helped.by_store) == 5
    assert np.mean([each.effect for each in helped.by_store]) == pytest.approx(helped.effect.value)
    assert helped.weekly.periods == tuple(range(-6, 6))


def test_more_is_worse_where_less_is_better_and_better_where_more_is() -> None:
    rows = drawn(np.random.default_rng(2), pilots=5, controls=7, cases=20, effect=6)
    assert judged(rows).verdict is Verdict.WORSE
    assert judged(rows, lower_is_better=False).verdict is Verdict.BETTER


def test_many_stores_are_judged_by_the_robust_error_and_few_pilots_too() -> None:
    many = judged(drawn(np.random.default_rng(3), pilots=15, controls=20, cases=4, effect=-4))
    assert many.effect is not None
    assert (many.effect.method, many.cautions) == ("cr2", ())
    two = judged(drawn(np.random.default_rng(4), pilots=2, controls=8, cases=20, effect=-4))
    assert two.effect is not None
    assert two.effect.method == "cr2"
    assert Caution.VERY_FEW_CLUSTERS in two.cautions


def test_what_is_not_clear_is_called_so_with_what_would_make_it_clear() -> None:
    found = judged(drawn(np.random.default_rng(5), pilots=5, controls=5, before=8, after=3, cases=3, effect=-1.2))
    assert found.verdict is Verdict.NO_CLEAR_DIFFERENCE
    assert found.effect is not None
    assert found.detectable is not None
    assert found.detectable > abs(found.effect.value)


@pytest.mark.slow
def test_without_an_effect_it_is_called_clear_as_rarely_as_promised() -> None:
    rng, many = np.random.default_rng(6), 40
    clear = sum(
        judged(drawn(rng, pilots=4, controls=5, before=4, after=4, cases=3, lasting=1)).verdict
        in (Verdict.BETTER, Verdict.WORSE)
        for _draw in range(many)
    )
    assert clear / many <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / many)


def test_stores_that_moved_apart_before_are_no_proof() -> None:
    found = judged(drawn(np.random.default_rng(7), pilots=6, controls=6, before=8, cases=30, drift=-1.0))
    assert Caution.PRE_TREND in found.cautions
    assert found.verdict is Verdict.NO_CLEAR_DIFFERENCE
    assert found.more_periods is None  # more weeks would not make it proof


def test_a_pilot_with_one_store_is_refused_with_the_reason() -> None:
    found = judged(drawn(np.random.default_rng(8), pilots=1, controls=8, cases=100, effect=-9))
    assert (found.verdict, found.reasons, found.effect) == (Verdict.NOT_ENOUGH, (Reason.ONE_STORE,), None)
    assert found.pilot_after.mean is not None  # what happened is still shown
    assert judged(drawn(np.random.default_rng(8), pilots=3, controls=1)).reasons == (Reason.NO_CONTROLS,)
    rows = drawn(np.random.default_rng(8), pilots=3, controls=5, cases=100)
    fresh = rows.only(rows.is_after | (rows.unit != 1) & (rows.unit != 2))
    assert judged(fresh).reasons == (Reason.ONE_STORE,)  # two pilot stores opened with the pilot


def test_before_and_after_with_ten_cases_is_not_enough() -> None:
    found = judged(drawn(np.random.default_rng(9), pilots=2, controls=2, before=2, after=3, cases=1, effect=-50))
    assert (found.verdict, found.reasons) == (Verdict.NOT_ENOUGH, (Reason.FEW_CASES,))


@pytest.mark.parametrize("is_after", [True, False])
def test_one_side_of_the_start_is_not_enough(is_after: bool) -> None:
    rows = drawn(np.random.default_rng(10))
    found = judged(rows.only(rows.is_after == is_after))
    assert (found.verdict, found.reasons) == (Verdict.NOT_ENOUGH, (Reason.ONE_PERIOD,))


def test_one_week_on_each_side_is_judged_and_said_to_be_unchecked() -> None:
    found = judged(drawn(np.random.default_rng(11), pilots=6, controls=6, before=1, after=1, cases=40, effect=-8))
    assert found.verdict is Verdict.BETTER
    assert Caution.NO_PRE_TREND_CHECK in found.cautions
    assert (found.pre_trend, found.detectable) == (None, None)


def test_all_values_alike_are_not_enough() -> None:
    rows = drawn(np.random.default_rng(12))
    assert judged(rows.valued(np.full(len(rows), 3.0))).reasons == (Reason.ALL_EQUAL,)


def test_what_is_no_number_is_left_out_and_counted() -> None:
    rows = drawn(np.random.default_rng(13), cases=20, effect=-6)
    value = rows.value.copy()
    value[:30] = np.nan
    value[30:40] = np.inf
    found = judged(rows.valued(value))
    assert (found.left_out, found.verdict) == (40, Verdict.BETTER)
    assert Caution.LEFT_OUT in found.cautions
    value[40:45] = -1
    assert judged(rows.valued(value), kind="time").left_out == 45  # no time is below nought
    is_open = np.arange(len(rows)) < 50
    rows = Outcomes(rows.value, is_open, rows.unit, rows.period, rows.treated, rows.names)
    assert judged(rows).left_out == 50  # what is open has no score yet


def test_no_row_at_all_is_not_enough() -> None:
    found = judged(outcomes([], unit=[], period=[], pilot=["A", "B"]))
    assert found.verdict is Verdict.NOT_ENOUGH
    assert set(found.reasons) == {Reason.ONE_STORE, Reason.NO_CONTROLS, Reason.ONE_PERIOD}


def test_open_cases_are_counted_with_a_horizon_and_curves() -> None:
    rng = np.random.default_rng(14)
    rows = drawn(rng, pilots=5, controls=5, cases=20, effect=-6)
    is_open = (rng.random(len(rows)) < 0.15) & rows.is_after
    rows = Outcomes(
        np.where(is_open, rows.value * 0.8, rows.value).clip(0),
        is_open,
        rows.unit,
        rows.period,
        rows.treated,
        rows.names,
    )
    found = judged(rows, kind="time")
    assert found.horizon is not None
    assert found.pilot_after.open == int((is_open & rows.is_pilot).sum())
    assert Caution.OPEN_CASES in found.cautions
    assert found.verdict is Verdict.BETTER
    assert found.curves is not None
    assert found.curves[0].share[0] > found.curves[0].share[-1] >= 0
    assert found.log_rank is not None


def test_where_every_case_of_a_group_is_open_nothing_is_told() -> None:
    rows = drawn(np.random.default_rng(15))
    is_open = rows.is_pilot & rows.is_after
    rows = Outcomes(rows.value, is_open, rows.unit, rows.period, rows.treated, rows.names)
    assert judged(rows, kind="time").reasons == (Reason.NOTHING_FINISHED,)


def test_what_was_known_before_is_used_as_a_check() -> None:
    rows = drawn(np.random.default_rng(16), effect=-6, cases=20)
    rows = Outcomes(rows.value, rows.is_open, rows.unit, rows.period, rows.treated, rows.names, rows.value - 3)
    assert "cuped" in [each.method for each in judged(rows).checks]


def test_a_share_of_noughts_and_ones_is_judged_as_a_difference_of_shares() -> None:
    rng = np.random.default_rng(17)
    rows = drawn(rng, pilots=6, controls=8, cases=40)
    chance = np.where(rows.is_pilot & rows.is_after, 0.7, 0.5)
    found = judged(rows.valued((rng.random(len(rows)) < chance).astype(float)), kind="share", lower_is_better=False)
    assert found.verdict is Verdict.BETTER
    assert found.effect is not None
    assert found.effect.value == pytest.approx(0.2, abs=0.06)
    assert "median" not in [each.method for each in found.checks]  # of noughts and ones


def test_pilot_stores_that_differ_among_each_other_are_told() -> None:
    rows = drawn(np.random.default_rng(18), pilots=6, controls=8, cases=40)
    value = rows.value + np.where(rows.is_after & rows.is_pilot, rows.unit * 8.0 - 20, 0)
    assert Caution.STORES_DIFFER in judged(rows.valued(value)).cautions


def test_the_same_rows_and_seed_give_the_same_and_it_is_kept_as_json(helped: Comparison) -> None:
    again = judged(drawn(np.random.default_rng(1), pilots=5, controls=7, cases=20, effect=-6))
    assert again == helped
    assert Comparison.from_json(json.loads(json.dumps(helped.as_json()))) == helped
    endless = replace(helped, effect=replace(helped.effect, high=math.inf)) if helped.effect else helped
    assert endless.as_json()["effect"]["high"] is None  # JSON knows no infinity
    poor = judged(drawn(np.random.default_rng(8), pilots=1))
    assert Comparison.from_json(json.loads(json.dumps(poor.as_json()))) == poor


def test_of_many_measures_one_that_is_clear_by_itself_is_not(helped: Comparison) -> None:
    assert helped.effect is not None
    near = replace(helped, effect=replace(helped.effect, p=0.04))
    dull = replace(helped, verdict=Verdict.NO_CLEAR_DIFFERENCE, effect=replace(helped.effect, p=0.9))
    none = replace(helped, verdict=Verdict.NOT_ENOUGH, effect=None)
    alone = together([near, none])
    assert alone == (near, none)
    several = together([near, dull, dull, none])
    assert several[0].verdict is Verdict.NO_CLEAR_DIFFERENCE
    assert several[0].cautions[-1] is Caution.SEVERAL_MEASURES
    assert several[1:] == (dull, dull, none)
    assert together([near, near, near]) == (near, near, near)
    assert together([]) == ()


@pytest.mark.parametrize(
    "columns",
    [
        {"period": [0]},
        {"names": ("A",)},
        {"unit": [0, 7]},
        {"before": [1.0]},
    ],
)
def test_columns_that_do_not_belong_together_are_refused(columns: dict[str, Any]) -> None:
    whole = {
        "value": [1.0, 2], "is_open": [False, False], "unit": [0, 1], "period": [-1, 0], "treated": [True, False],
        "names": ("A", "B"), "before": None,
    }  # fmt: skip
    given: dict[str, Any] = {
        key: np.array(each) if isinstance(each, list) else each for key, each in (whole | columns).items()
    }
    with pytest.raises(OutcomesRefused):
        Outcomes(**given)


def test_four_stores_on_a_side_are_too_few_to_be_turned_round_and_five_are_enough() -> None:
    rng = np.random.default_rng(19)
    methods = [judged(drawn(rng, pilots=each, controls=8, cases=3)).effect for each in (2, 4, 5)]
    assert [each.method for each in methods if each] == ["cr2", "cr2", "wild"]
