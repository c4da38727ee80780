"""From which score on answers may go out by themselves, so that at most a stated share of them is wrong.

Learned on reviewed answers alone, whatever was asked: what nobody should have answered counts as wrong. Where they are
too few or too often wrong there is no such score, and nothing goes out.

Source: exact binomial bound (Clopper and Pearson 1934); a fixed sequence of tests from the surest down, ended by the
first that fails, so that the promise holds for all of them together (Angelopoulos et al. 2021, "Learn then Test").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SURE: Final = 0.95  # that a certified threshold keeps its promise
_GRID: Final = tuple(round(1 - step / 200, 3) for step in range(201))  # fixed before anything is looked at
_BORNE: Final = 2  # wrong ones the first test must bear, or chance alone would end it


class NoSuchShare(ValueError):
    """A promised share lies between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An answer a person looked at: its score (0 to 1), whether it was right, to which group it belongs, and whether
    nothing should have been answered at all (then it is not right).
    """

    score: float
    is_right: bool
    group: Hashable = None
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """`threshold` is None where nothing may go out; `bound` is the highest share of wrong ones still believable."""

    threshold: float | None
    reviewed: int
    answered: int = 0
    wrong: int = 0
    bound: float = 1.0

    def admits(self, score: float) -> bool:
        """Whether an answer of this score may go out by itself."""
        return self.threshold is not None and score >= self.threshold


def certify(
    answers: Iterable[Reviewed], *, wrong_share: float, outside_share: float = 1.0, sure: float = SURE
) -> dict[Hashable, Certificate]:
    """A certificate for each group by itself (see `certified`); of a group that has none, nothing goes out.

    Raises: NoSuchShare.
    """
    groups: dict[Hashable, list[Reviewed]] = defaultdict(list)
    for answer in answers:
        groups[answer.group].append(answer)
    promised = {"wrong_share": wrong_share, "outside_share": outside_share, "sure": sure}
    return {group: certified(found, **promised) for group, found in groups.items()}


def certified(
    answers: Iterable[Reviewed], *, wrong_share: float, outside_share: float = 1.0, sure: float = SURE
) -> Certificate:
    """The lowest threshold of the sequence that keeps the promises, of answers of one kind: of those that go out at
    most `wrong_share` are wrong, of those nobody should have answered at most `outside_share` go out.

    Raises: NoSuchShare.

    >>> certified([Reviewed(0.9, True)] * 200, wrong_share=0.05).threshold
    0.9
    """
    if not (0 < wrong_share < 1 and 0 < outside_share <= 1):
        raise NoSuchShare(NoSuchShare.__doc__)
    found = sorted(answers, key=lambda one: -one.score)
    least, outsiders = least_reviewed(wrong_share, sure), sum(one.is_outside for one in found)
    best = Certificate(None, len(found))
    answered = wrong = strayed = 0
    for threshold in _GRID:
        while answered < len(found) and found[answered].score >= threshold:
            wrong += not found[answered].is_right
            strayed += found[answered].is_outside
            answered += 1
        if answered < least or answered == best.answered:  # nobody reviewed what lies between: nothing is known of it
            continue
        bound = upper_bound(wrong, answered, sure)
        if bound > wrong_share or (outside_share < 1 and upper_bound(strayed, outsiders, sure) > outside_share):
            break
        best = Certificate(threshold, len(found), answered, wrong, bound)
    return best


@lru_cache
def least_reviewed(wrong_share: float, sure: float = SURE) -> int:
    """How many answers the first test needs to bear two wrong ones: 124 for one in twenty, 628 for one in a hundred."""
    count = _BORNE + 1
    while upper_bound(_BORNE, count, sure) > wrong_share:
        count += 1
    return count


@lru_cache(maxsize=4096)
def upper_bound(wrong: int, answered: int, sure: float = SURE) -> float:
    """The share of wrong ones that would show so few with a chance of 1 - `sure` only; 1 where nothing was seen.

    >>> round(upper_bound(0, 59), 3), round(upper_bound(5, 100), 3)
    (0.05, 0.103)
    """
    from scipy.stats import beta

    return 1.0 if wrong >= answered else float(beta.ppf(sure, wrong + 1, answered - wrong))
