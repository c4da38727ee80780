"""A forecast is used where it is better, and where it is not the plain answer is, and it is said."""

from dataclasses import replace

import numpy as np
import pytest

from zhoudao.engines.forecast.boosting import Effort
from zhoudao.engines.forecast.facts import RUNNING, Trails, at_events
from zhoudao.engines.forecast.judging import MODEL, Judged
from zhoudao.engines.forecast.keeping import ForecastUnreadable, from_bytes, to_bytes
from zhoudao.engines.forecast.learning import Forecast, TooFewCases, learn
from zhoudao.engines.forecast.reading import Meanings
from zhoudao.engines.forecast.training import Asked, Promised, RiskModel, TimeModel

_QUICK = Effort(trees=40, depth=3)
_HOUR = 3_600
LATE = 8 * _HOUR


def shop(cases: int, *, is_told_by_trait: bool = True, seed: int = 1) -> Asked:
    """Cases of three steps. How long each takes lies in its trait (or in nothing); what takes over eight hours from the
    first step breaks its promise.
    """
    rng = np.random.default_rng(seed)
    begun = np.sort(rng.integers(0, 60 * 24 * _HOUR, cases))
    trait = rng.integers(0, 2, cases).astype(np.int32)
    slow = trait if is_told_by_trait else rng.integers(0, 2, cases)
    took = np.where(slow == 1, 10, 2)[:, None] * _HOUR * (0.8 + 0.4 * rng.random((cases, 2)))
    at = (begun[:, None] + np.column_stack([np.zeros(cases), np.cumsum(took / 2, axis=1)])).astype(np.int64)
    trails = Trails(
        np.repeat(np.arange(cases, dtype=np.int32), 3), np.tile(np.arange(3, dtype=np.int32), cases), at.ravel(),
        begun, at[:, -1], np.zeros(cases, np.int32), trait[:, None], 3,
    )  # fmt: skip
    moments = at_events(trails)
    due = trails.begun[moments.case] + LATE
    made = moments.at < due
    known = np.where(made, np.minimum(trails.ended[moments.case], due), RUNNING)
    broken = (trails.ended - trails.begun > LATE)[moments.case].astype(np.float64)
    promised = Promised(made, (due - moments.at)[:, None].astype(np.float64), ("left",), broken, known)
    return Asked(trails, moments, promised, ("trait",))


def learned(asked: Asked) -> tuple[Forecast, Judged]:
    now = int(asked.trails.at.max())
    return learn(asked, zone="UTC", now=now, rng=np.random.default_rng(2), effort=_QUICK)


def test_what_the_plain_answers_cannot_see_is_foretold_better_than_by_them() -> None:
    asked = shop(1_500)
    forecast, judged = learn(
        asked, zone="UTC", now=int(asked.trails.at.max()), rng=np.random.default_rng(2), effort=_QUICK
    )
    assert judged.time is not None
    assert judged.risk is not None
    assert judged.time.errors[MODEL] < judged.time.errors[judged.time.plain] / 2
    assert 0.65 < judged.time.held < 0.95
    assert judged.risk.brier < 0.02 < judged.risk.flat
    assert isinstance(forecast.time, TimeModel)
    assert isinstance(forecast.risk, RiskModel)
    said = forecast.of(asked)
    late = asked.promised.broken[asked.promised.made] == 1
    risk = said.risk[asked.promised.made]
    assert float(risk[late].min()) > 0.8
    assert float(risk[~late].max()) < 0.2
    assert np.isnan(said.risk[~asked.promised.made]).all()
    assert np.all(np.diff(said.seconds, axis=1) >= 0)
    top = [said.names[at] for at in np.argmax(said.reasons[asked.promised.made][late], axis=1)]
    assert top.count("trait") > len(top) / 2


def test_where_the_last_step_says_it_all_the_plain_answer_is_used() -> None:
    asked = shop(600)
    steady = asked.trails._replace(traits=np.zeros((600, 1), np.int32))
    at = (steady.begun[:, None] + np.array([0, 3, 9]) * _HOUR).ravel()
    steady = steady._replace(at=at, ended=at[2::3])
    moments = at_events(steady)
    broken = (np.arange(len(moments.at)) % 7 == 0).astype(np.float64)
    promised = asked.promised._replace(made=moments.at > 0, broken=broken, known=steady.ended[moments.case])
    forecast, judged = learned(asked._replace(trails=steady, moments=moments, promised=promised))
    assert judged.time is not None
    assert not judged.time.is_beaten
    assert isinstance(forecast.time, tuple)
    assert isinstance(forecast.risk, RiskModel | Meanings)
    said = forecast.of(asked._replace(trails=steady, moments=moments, promised=promised))
    assert np.allclose(said.seconds[:2], [[9 * _HOUR] * 3, [6 * _HOUR] * 3])


def test_of_fewer_than_two_hundred_cases_nothing_is_foretold() -> None:
    with pytest.raises(TooFewCases, match="200"):
        learned(shop(199))


def test_cases_that_run_still_are_no_cases_that_ended() -> None:
    asked = shop(300)
    open_ = asked.trails._replace(ended=np.where(np.arange(300) < 150, RUNNING, asked.trails.ended))
    with pytest.raises(TooFewCases):
        learned(asked._replace(trails=open_))


def test_where_no_promise_ever_broke_no_risk_is_said() -> None:
    asked = shop(400)
    kept = asked.promised._replace(broken=np.zeros(len(asked.moments.at)))
    forecast, judged = learned(asked._replace(promised=kept))
    assert judged.risk is None
    assert forecast.risk is None
    assert np.isnan(forecast.of(asked).risk).all()


@pytest.mark.parametrize("is_told_by_trait", [True, False])
def test_a_forecast_that_was_kept_says_the_same(is_told_by_trait: bool) -> None:
    asked = shop(600, is_told_by_trait=is_told_by_trait)
    forecast, _ = learned(asked)
    again = from_bytes(to_bytes(forecast))
    for ours, theirs in zip(forecast.of(asked)[:3], again.of(asked)[:3], strict=True):
        assert np.array_equal(ours, theirs, equal_nan=True)
    plain = replace(forecast, time=(), risk=None)
    assert from_bytes(to_bytes(plain)) == plain


def test_what_another_version_kept_is_refused() -> None:
    for broken in (b"", b"x", to_bytes(learned(shop(400))[0])[:-3]):
        with pytest.raises(ForecastUnreadable):
            from_bytes(broken)
