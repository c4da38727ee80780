"""Shares of counted things: what they may truly be, and how likely a higher one is by chance. Pure, no numpy."""

from math import exp, lgamma, sqrt

SURE = 1.959963984540054  # standard deviations on both sides of 95 % of a bell


def interval(hits: int, of: int, *, wide: float = SURE) -> tuple[float, float]:
    """Between which shares (0 … 1) the true one lies, 95 % sure unless `wide` says otherwise; (0, 1) of nothing.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209–212.

    >>> [round(end, 4) for end in interval(15, 148)]
    [0.0624, 0.1605]

    Raises: ValueError: more hits than there were things.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, wide * wide
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = wide / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < of else 1.0


def chance_of_more(hits: int, of: int, others: int, of_others: int) -> float:
    """How likely so many or more of all hits fall among these things, if they fall on all alike: exact, one-sided.

    Source: Fisher, "The logic of inductive inference", JRSS 98 (1935): the hypergeometric tail.

    >>> round(chance_of_more(3, 4, 1, 4), 6), chance_of_more(0, 4, 1, 4)
    (0.242857, 1.0)

    Raises: ValueError: more hits than there were things.
    """
    if not (0 <= hits <= of and 0 <= others <= of_others):
        raise ValueError(f"{hits} of {of}, {others} of {of_others}")
    if hits == 0:
        return 1.0
    whole, all_hits = of + of_others, hits + others
    bottom = _ways(whole, all_hits)
    return min(
        1.0,
        sum(
            exp(_ways(of, k) + _ways(of_others, all_hits - k) - bottom)
            for k in range(hits, min(of, all_hits) + 1)
            if all_hits - k <= of_others
        ),
    )


def _ways(of: int, some: int) -> float:
    """The logarithm of how many ways there are to take some of them."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
