"""A forecast learned from cases whose end is known: how long it still takes, and whether a promise breaks."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.forecast.boosting import (
    Effort,
    Forest,
    Loss,
    Rows,
    answer,
    boost,
    likelihood,
    shares,
    weighted_quantile,
)
from zhoudao.engines.forecast.calibrating import Isotonic, isotonic
from zhoudao.engines.forecast.facts import Codes, Moments, Numbers, Seconds, Trails
from zhoudao.engines.forecast.plain import Plain, plain_of
from zhoudao.engines.forecast.reading import Meanings, Reader, meanings_of
from zhoudao.engines.forecast.slices import Slice

QUANTILES = (0.1, 0.5, 0.9)
USUAL = "states_median"
_LONGEST = 22.0  # the logarithm of a hundred years
_WORDS = ("last", "before", "pair", "group")


class Promised(NamedTuple):
    """Whether something is promised at each moment (`made`), `facts` of it with their `names`, whether it was `broken`
    in the end (1 or 0), and when that was `known`: `RUNNING` where it is not yet.
    """

    made: NDArray[np.bool_]
    facts: Numbers
    names: tuple[str, ...]
    broken: Numbers
    known: Seconds


class Asked(NamedTuple):
    """Cases, the moments asked about, what was promised at each, and the names of the cases' traits."""

    trails: Trails
    moments: Moments
    promised: Promised
    traits: tuple[str, ...] = ()


class Learning(NamedTuple):
    """Rows to learn from and rows, later than those, to be set right by."""

    learned: Slice
    checked: Slice


@dataclass(frozen=True)
class TimeModel:
    """How long a case still takes: what is usual in its state, and by how much more or less (on the logarithm) a forest
    each for the low, the middle and the high answer says; `shifts` set each right.
    """

    usual: Plain
    meanings: Meanings
    forests: tuple[Forest, ...]
    shifts: tuple[float, ...]

    def of(self, asked: Asked, facts: "Facts") -> Numbers:
        """Seconds still to come, shape (rows, 3), each row rising."""
        columns = facts.with_meanings(self.meanings)
        base = np.log1p(self.usual.of(asked.trails, asked.moments))
        found = np.column_stack([base + answer(forest, columns) for forest in self.forests])
        return np.sort(np.expm1(np.clip(found + self.shifts, 0, _LONGEST)), axis=1)


@dataclass(frozen=True)
class RiskModel:
    """How likely a promise breaks, set right by what came."""

    meanings: Meanings
    forest: Forest
    line: Isotonic

    def of(self, facts: "Facts") -> Numbers:
        """Likelihoods, 0 to 1."""
        return self.line.of(likelihood(answer(self.forest, facts.with_meanings(self.meanings))))

    def reasons(self, facts: "Facts") -> Numbers:
        """How much each fact raises (or lowers) the risk of each row, as logits: shape (rows, names)."""
        return shares(self.forest, facts.with_meanings(self.meanings))


class Facts(NamedTuple):
    """Everything known at each moment, before its words are given a meaning."""

    words: Codes
    numbers: Numbers
    names: tuple[str, ...]

    def with_meanings(self, meanings: Meanings) -> Numbers:
        """One column for each of `names`."""
        return np.column_stack([self.numbers, meanings.of(self.words)])

    def only(self, rows: Seconds) -> "Facts":
        """Some of the moments."""
        return Facts(self.words[rows], self.numbers[rows], self.names)


def facts_of(asked: Asked, reader: Reader) -> Facts:
    """What is known at the moments asked about."""
    table = reader.table(asked.trails, asked.moments)
    names = (*table.names, *asked.promised.names, *_WORDS, *asked.traits)
    return Facts(table.words, np.column_stack([table.numbers, asked.promised.facts]), names)


def ahead(asked: Asked) -> Numbers:
    """How long each case still took, in seconds; of what runs still it means nothing."""
    return (asked.trails.ended[asked.moments.case] - asked.moments.at).astype(np.float64)


def learn_time(
    asked: Asked, facts: Facts, told: Learning, *, rng: np.random.Generator, effort: Effort | None = None
) -> TimeModel:
    """Learned from the one slice; its number of trees and its shifts from the other."""
    target = ahead(asked)
    logs = np.log1p(np.maximum(target, 0))
    rows, weight = told.learned
    usual = plain_of(USUAL, asked.trails, asked.moments.only(rows), target=target[rows], weight=weight)
    base = np.log1p(usual.of(asked.trails, asked.moments))
    meanings = meanings_of(facts.words[rows], logs[rows], weight)
    learned, checked = (_rows(facts.with_meanings(meanings), logs - base, part) for part in told)
    forests = tuple(boost(learned, Loss(share), held_out=checked, rng=rng, effort=effort) for share in QUANTILES)
    left = [checked.target - answer(forest, checked.facts) for forest in forests]
    shifts = (weighted_quantile(gap, checked.weight, share) for gap, share in zip(left, QUANTILES, strict=True))
    return TimeModel(usual, meanings, forests, tuple(shifts))


def learn_risk(
    facts: Facts, broken: Numbers, told: Learning, *, rng: np.random.Generator, effort: Effort | None = None
) -> RiskModel:
    """Learned from the one slice; its likelihoods are set right on the other."""
    meanings = meanings_of(facts.words[told.learned.rows], broken[told.learned.rows], told.learned.weight)
    columns = facts.with_meanings(meanings)
    rows, checked = (_rows(columns, broken, part) for part in told)
    forest = boost(rows, Loss(), held_out=checked, rng=rng, effort=effort)
    said = likelihood(answer(forest, checked.facts))
    return RiskModel(meanings, forest, isotonic(said, checked.target, checked.weight))


def _rows(columns: Numbers, target: Numbers, part: Slice) -> Rows:
    return Rows(columns[part.rows], target[part.rows], part.weight)
