"""How good a forecast is: learned from the first part of the past, judged on the last, beside what must be beaten."""

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from zhoudao.engines.forecast.boosting import Effort
from zhoudao.engines.forecast.calibrating import Bin, brier, reliability
from zhoudao.engines.forecast.facts import Numbers, Seconds
from zhoudao.engines.forecast.plain import NAMES, plain_of
from zhoudao.engines.forecast.slices import Slice, cuts, sliced, unknown_share
from zhoudao.engines.forecast.training import (
    Asked,
    Facts,
    Learning,
    RiskModel,
    TimeModel,
    ahead,
    learn_risk,
    learn_time,
)

SHARES = (0.7, 0.85)
"""Up to the first it is learned, up to the second set right, on the rest judged."""
FEWEST_ROWS = 100
MODEL = "model"
_LENGTHS = 8


@dataclass(frozen=True)
class ByLength:
    """Cases with so many events behind them: how far off (seconds), the model and the best of the plain ones."""

    first: int
    last: int
    rows: int
    model: float
    plain: float


@dataclass(frozen=True)
class TimeJudged:
    """`errors`: mean absolute error in seconds by name, the model's and each plain one's. `held`: how often what came
    lay in the range that should hold four times of five. `unknown`: the share of moments whose end nobody knows yet.
    """

    rows: int
    errors: dict[str, float]
    by_length: list[ByLength]
    held: float
    unknown: float

    @property
    def plain(self) -> str:
        """The best of the plain ones."""
        return min(NAMES, key=lambda name: self.errors[name])

    @property
    def is_beaten(self) -> bool:
        """Whether the model is better than every plain one."""
        return self.errors[MODEL] < self.errors[self.plain]


@dataclass(frozen=True)
class RiskJudged:
    """`brier` of the model; `by_step` of the share broken by last step, `flat` of one share for all. `broken`: how many
    of the promises broke, 0 to 1. `area`: how often a promise that broke had the higher risk of two.
    """

    rows: int
    brier: float
    by_step: float
    flat: float
    broken: float
    area: float
    curve: list[Bin]

    @property
    def is_beaten(self) -> bool:
        """Whether the model is better than both."""
        return self.brier < min(self.by_step, self.flat)


@dataclass(frozen=True)
class Judged:
    """Both; None where too little is known to say."""

    time: TimeJudged | None
    risk: RiskJudged | None

    def to_json(self) -> dict[str, Any]:
        """As it is kept and shown."""
        found = asdict(self)
        if self.time:
            found["time"] |= {"plain": self.time.plain, "is_beaten": self.time.is_beaten}
        if self.risk:
            found["risk"] |= {"is_beaten": self.risk.is_beaten, "curve": [one._asdict() for one in self.risk.curve]}
        return found


def judge_time(
    asked: Asked, facts: Facts, *, now: int, rng: np.random.Generator, effort: Effort | None = None
) -> tuple[TimeJudged, TimeModel] | None:
    """How good the time still to come is forecast; None with too few rows."""
    known = asked.trails.ended[asked.moments.case]
    parts = _parts(asked.moments.at, known, now)
    if parts is None:
        return None
    told, judged = parts
    target = ahead(asked)
    model = learn_time(asked, facts, told, rng=rng, effort=effort)
    said = model.of(asked._replace(moments=asked.moments.only(judged.rows)), facts.only(judged.rows))
    came = target[judged.rows]
    gaps = {MODEL: np.abs(said[:, 1] - came)} | {
        name: np.abs(_plain(name, asked, target, told, judged) - came) for name in NAMES
    }
    errors = {name: float(np.average(gap, weights=judged.weight)) for name, gap in gaps.items()}
    best = min(NAMES, key=lambda name: errors[name])
    lengths = _by_length(asked.moments.behind[judged.rows], gaps[MODEL], gaps[best], judged.weight)
    held = (said[:, 0] <= came) & (came <= said[:, 2])
    since = cuts(asked.moments.at, SHARES)[1]
    unknown = unknown_share(asked.moments.at, known, since=since, until=now)
    mean = float(np.average(held, weights=judged.weight))
    return TimeJudged(len(judged.rows), errors, lengths, mean, unknown), model


def judge_risk(
    asked: Asked, facts: Facts, *, now: int, rng: np.random.Generator, effort: Effort | None = None
) -> tuple[RiskJudged, RiskModel] | None:
    """How good the risk of a broken promise is forecast; None with too few rows, or where all of them end alike."""
    parts = _parts(asked.moments.at, asked.promised.known, now)
    broken = asked.promised.broken
    if parts is None or any(len(np.unique(broken[part.rows])) < 2 for part in (*parts[0], parts[1])):
        return None
    told, judged = parts
    model = learn_risk(facts, broken, told, rng=rng, effort=effort)
    here = facts.only(judged.rows)
    said, came = model.of(here), broken[judged.rows]
    usual = np.full(len(came), float(np.average(broken[told.learned.rows], weights=told.learned.weight)))
    by_step = model.meanings.of(here.words)[:, 0]
    return RiskJudged(
        rows=len(came), brier=brier(said, came, judged.weight), by_step=brier(by_step, came, judged.weight),
        flat=brier(usual, came, judged.weight), broken=float(np.average(came, weights=judged.weight)),
        area=area_under(said, came), curve=reliability(said, came, judged.weight),
    ), model  # fmt: skip


def area_under(said: Numbers, came: Numbers) -> float:
    """How often, of one that came and one that did not, the first was said to be likelier; ties count half.

    >>> area_under(np.array([0.1, 0.2, 0.9]), np.array([0.0, 1.0, 1.0]))
    1.0
    """
    values, back = np.unique(said, return_inverse=True)
    yes = np.bincount(back, came, len(values))
    no = np.bincount(back, 1 - came, len(values))
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def last_parts(at: Seconds, known: Seconds, now: int) -> Learning:
    """For the forecast that is used: learned from all but the last stretch, set right on that."""
    since = cuts(at, SHARES[1:])[0]
    return Learning(sliced(at, known, since=int(at.min()) - 1, until=since), sliced(at, known, since=since, until=now))


def _parts(at: Seconds, known: Seconds, now: int) -> tuple[Learning, Slice] | None:
    if not len(at):
        return None
    first, second = cuts(at, SHARES)
    edges = (int(at.min()) - 1, first, second, now)
    learned, checked, judged = (sliced(at, known, since=a, until=b) for a, b in pairwise(edges))
    if any(len(part.rows) < FEWEST_ROWS for part in (learned, checked, judged)):
        return None
    return Learning(learned, checked), judged


def _plain(name: str, asked: Asked, target: Numbers, told: Learning, judged: Slice) -> Numbers:
    """What a plain forecast says: it may learn from the second part as well, of which it needs none to be set right."""
    rows = np.concatenate([told.learned.rows, told.checked.rows])
    weight = np.concatenate([told.learned.weight, told.checked.weight])
    learned = asked.moments.only(rows)
    plain = plain_of(name, asked.trails, learned, target=target[rows], weight=weight)
    return plain.of(asked.trails, asked.moments.only(judged.rows))


def _by_length(behind: Seconds, model: Numbers, plain: Numbers, weight: Numbers) -> list[ByLength]:
    edges = np.unique(np.quantile(behind, np.linspace(0, 1, _LENGTHS + 1), method="lower"))
    found, after = [], 0
    for last in edges.tolist():
        rows = (behind > after) & (behind <= last)
        if rows.any():
            means = [float(np.average(gap[rows], weights=weight[rows])) for gap in (model, plain)]
            found.append(ByLength(int(behind[rows].min()), int(last), int(rows.sum()), *means))
        after = last
    return found
