"""A forecast as it is used: learned from all that is known, by what proved better on what it had not seen."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zhoudao.engines.forecast.boosting import Effort
from zhoudao.engines.forecast.facts import Numbers, Seconds
from zhoudao.engines.forecast.judging import Judged, judge_risk, judge_time, last_parts
from zhoudao.engines.forecast.plain import Plain, plain_of
from zhoudao.engines.forecast.reading import Meanings, Reader, meanings_of, reader_of
from zhoudao.engines.forecast.slices import Slice, sliced
from zhoudao.engines.forecast.training import (
    QUANTILES,
    Asked,
    Facts,
    RiskModel,
    TimeModel,
    ahead,
    facts_of,
    learn_risk,
    learn_time,
)

FEWEST_CASES = 200
"""Cases that ended: of fewer nothing is foretold."""


class TooFewCases(Exception):
    """Fewer than 200 cases have ended, or too few of them lately: there is nothing to learn from yet."""


class Said(NamedTuple):
    """One entry a moment: seconds still to come (low, middle, high: one of ten is below the first, one above the last),
    the risk that a promise breaks (0 to 1; NaN where nothing is promised or nothing is known of it), and how much each
    of `names` raises it, shape (moments, names), all 0 where the risk is said without them; `amounts` are what those
    were, NaN where they are words.
    """

    seconds: Numbers
    risk: Numbers
    reasons: Numbers
    names: tuple[str, ...]
    amounts: Numbers


@dataclass(frozen=True)
class Forecast:
    """`time` is the model, or where it was not better the plain answers, low, middle and high; `risk` the model, or the
    share broken by last step, or None: too few promises broke.
    """

    reader: Reader
    time: TimeModel | tuple[Plain, ...]
    risk: RiskModel | Meanings | None

    def of(self, asked: Asked) -> Said:
        """What is still to come at these moments."""
        facts = facts_of(asked, self.reader)
        risk, reasons = self._risk(facts)
        risk = np.where(asked.promised.made, risk, np.nan)
        words = np.full(facts.words.shape, np.nan)
        amounts = np.column_stack([facts.numbers, words])
        return Said(self._seconds(asked, facts), risk, reasons, facts.names, amounts)

    def _seconds(self, asked: Asked, facts: Facts) -> Numbers:
        if isinstance(self.time, TimeModel):
            return self.time.of(asked, facts)
        return np.sort(np.column_stack([one.of(asked.trails, asked.moments) for one in self.time]), axis=1)

    def _risk(self, facts: Facts) -> tuple[Numbers, Numbers]:
        none = np.zeros((len(facts.words), len(facts.names)))
        if isinstance(self.risk, RiskModel):
            return self.risk.of(facts), self.risk.reasons(facts)
        if self.risk is None:
            return np.full(len(facts.words), np.nan), none
        return self.risk.of(facts.words)[:, 0], none


def learn(
    asked: Asked, *, zone: str, now: int, rng: np.random.Generator, effort: Effort | None = None
) -> tuple[Forecast, Judged]:
    """The forecast for cases like these, and how good it is on moments it did not learn from. `asked.promised.known` is
    a time where it is known how a promise went.

    Raises: TooFewCases
    """
    if int((asked.trails.ended <= now).sum()) < FEWEST_CASES:
        raise TooFewCases(TooFewCases.__doc__)
    reader = reader_of(asked.trails, zone)
    facts = facts_of(asked, reader)
    time = judge_time(asked, facts, now=now, rng=rng, effort=effort)
    if time is None:
        raise TooFewCases(TooFewCases.__doc__)
    risk = judge_risk(asked, facts, now=now, rng=rng, effort=effort)
    judged = Judged(time[0], risk[0] if risk else None)
    known = _Known(asked, facts, now)
    return Forecast(reader, _time(known, judged, rng, effort), _risk(known, judged, rng, effort)), judged


class _Known(NamedTuple):
    asked: Asked
    facts: Facts
    now: int

    def whole(self, known: Seconds) -> Slice:
        at = self.asked.moments.at
        return sliced(at, known, since=int(at.min()) - 1, until=self.now)


def _time(
    known: _Known, judged: Judged, rng: np.random.Generator, effort: Effort | None
) -> TimeModel | tuple[Plain, ...]:
    assert judged.time is not None  # it was judged
    asked, ended = known.asked, known.asked.trails.ended[known.asked.moments.case]
    if judged.time.is_beaten:
        told = last_parts(asked.moments.at, ended, known.now)
        return learn_time(asked, known.facts, told, rng=rng, effort=effort)
    whole = known.whole(ended)
    return tuple(_plain(judged.time.plain, asked, whole, share) for share in QUANTILES)


def _plain(name: str, asked: Asked, whole: Slice, share: float) -> Plain:
    """The plain answer that proved best, and for the ends of the range the quantile by the same states."""
    states = name if share == QUANTILES[1] else f"{name.partition('_')[0]}_median"
    learned = asked.moments.only(whole.rows)
    return plain_of(states, asked.trails, learned, target=ahead(asked)[whole.rows], weight=whole.weight, share=share)


def _risk(
    known: _Known, judged: Judged, rng: np.random.Generator, effort: Effort | None
) -> RiskModel | Meanings | None:
    if judged.risk is None:
        return None
    promised = known.asked.promised
    if judged.risk.is_beaten:
        told = last_parts(known.asked.moments.at, promised.known, known.now)
        return learn_risk(known.facts, promised.broken, told, rng=rng, effort=effort)
    whole = known.whole(promised.known)
    return meanings_of(known.facts.words[whole.rows], promised.broken[whole.rows], whole.weight)
