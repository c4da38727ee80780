"""Grades by what this shop's own customers buy."""

from collections.abc import Mapping, Sequence

GRADES = ("A", "B", "C", "D")
SHARES = (0.9, 0.7, 0.4)  # A: the best tenth, B: the next fifth, C: the next three tenths, D: everybody else
FEWEST = 20  # buyers of a currency below which a tenth of them says nothing
BY_CLASS = {"platinum": "A", "vip": "A", "gold": "B", "silver": "C", "standard": "D"}


def grade_of(minor: int, limits: Sequence[int]) -> str:
    """Whoever bought as much as the limit has the grade: equal amounts, equal grades; nothing bought, none.

    >>> [grade_of(minor, [900, 500, 100]) for minor in (900, 899, 100, 1, 0)]
    ['A', 'B', 'C', 'D', '']
    """
    if minor <= 0:
        return ""
    return next((grade for grade, limit in zip(GRADES, limits, strict=False) if minor >= limit), GRADES[-1])


def best_of(bought: Mapping[str, int], limits: Mapping[str, Sequence[int]]) -> tuple[str, str]:
    """The currency in which a customer has the best grade, and that grade: no rate of exchange is made up.

    >>> best_of({"CNY": 100, "USD": 90}, {"CNY": [900, 500, 100], "USD": [50, 20, 10]})
    ('USD', 'A')
    """
    graded = sorted((grade_of(bought[one], limits[one]) or "E", one) for one in bought if one in limits)
    if not graded or graded[0][0] == "E":
        return "", ""
    return graded[0][1], graded[0][0]
