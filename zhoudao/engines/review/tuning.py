"""Where a detector should begin to hold, learned from what came of what it held.

Source of the interval: Wilson (1927), the one that stays honest for few observations and shares near 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

FEWEST = 20  # outcomes: with fewer a threshold would follow chance
WANTED = 0.9  # of what holds an order, so much should be worth somebody's time
_Z = 1.96


@dataclass(frozen=True)
class Tuning:
    """Holding from `score` on, so many of `held` were right to be; of all that were right, `kept` would be held."""

    score: float
    right: int
    held: int
    kept: float


def interval(right: int, of: int) -> tuple[float, float]:
    """Between what a share of so many lies, in 19 of 20 cases.

    >>> [round(bound, 3) for bound in interval(18, 20)]
    [0.699, 0.972]
    """
    if not of:
        return 0.0, 1.0
    share, square = right / of, _Z * _Z
    middle = share + square / (2 * of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - half) / (1 + square / of)), min(1.0, (middle + half) / (1 + square / of))


def suggest(outcomes: Sequence[tuple[float, bool]]) -> Tuning | None:
    """The lowest score from which on enough of what was held was right, if that spares false alarms; None: it is well
    as it is, or too little is known.

    >>> suggest([(1.5, False)] * 8 + [(3.0, True)] * 12)
    Tuning(score=3.0, right=12, held=12, kept=1.0)
    """
    all_right = sum(is_right for _score, is_right in outcomes)
    if len(outcomes) < FEWEST or not all_right or all_right / len(outcomes) >= WANTED:
        return None
    best: Tuning | None = None
    right = held = 0
    ranked = sorted(outcomes, key=lambda each: -each[0])
    for place, (score, is_right) in enumerate(ranked):
        right, held = right + is_right, held + 1
        is_last_of_score = place + 1 == len(ranked) or ranked[place + 1][0] < score
        if is_last_of_score and right / held >= WANTED:
            best = Tuning(score, right, held, right / all_right)
    return best
