"""What a forecast must beat: the mean by the last step, and the annotated transition system; of both the median too."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from zhoudao.engines.forecast.boosting import weighted_quantile
from zhoudao.engines.forecast.facts import Moments, Numbers, Trails, prefixes

State = tuple[int, ...]
NAMES = ("last_mean", "last_median", "states_mean", "states_median")
_FEWEST = 5  # rows of a state that may speak for it


@dataclass(frozen=True)
class Plain:
    """What came after each state; a state too rare is asked for by less and less of what lay behind."""

    name: str
    answers: dict[State, float]

    def of(self, trails: Trails, moments: Moments) -> Numbers:
        """The answer at each moment."""
        states = (_states(self.name, steps) for steps in prefixes(trails, moments))
        return np.array([self._answer(asked) for asked in states], np.float64)

    def _answer(self, asked: Iterable[State]) -> float:
        return next(self.answers[state] for state in asked if state in self.answers)


def plain_of(
    name: str, trails: Trails, moments: Moments, *, target: Numbers, weight: Numbers, share: float = 0.5
) -> Plain:
    """Learned from moments and what came after them. `name` is one of `NAMES`; of those that end in median `share` is
    the quantile.

    Source: van der Aalst, Schonenberg, Song, "Time prediction based on process mining" (2011): states are the set of
    steps that lay behind, with the last one; annotated with what was still to come.
    """
    rows: dict[State, list[int]] = {}
    for row, steps in enumerate(prefixes(trails, moments)):
        for state in _states(name, steps):
            rows.setdefault(state, []).append(row)
    known = {state: found for state, found in rows.items() if len(found) >= _FEWEST}
    said = {state: _said(name, target[found], weight[found], share) for state, found in known.items()}
    return Plain(name, said | {(): _said(name, target, weight, share)})


def _states(name: str, steps: State) -> list[State]:
    """What a prefix is known by, the most telling first; at last nothing, which is all."""
    last = (steps[-1],)
    if name.startswith("last"):
        return [last, ()]
    return [(*sorted(set(steps)), -1, *last), (-2, *steps[-2:]), last, ()]


def _said(name: str, values: Numbers, weight: Numbers, share: float) -> float:
    if name.endswith("median"):
        return weighted_quantile(values, weight, share)
    return float(np.average(values, weights=weight))
