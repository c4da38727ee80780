"""Shares against whole numbers, and what must hold of any."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.rates import chance_of_more, interval

counts = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda two: (min(two), max(two)))


@given(counts)
def test_what_was_counted_lies_within_and_more_counted_says_more(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = interval(hits, of)
    assert 0 <= low <= high <= 1
    if of:
        assert low <= hits / of <= high
        wide = interval(10 * hits, 10 * of)
        assert wide[1] - wide[0] <= high - low


@given(counts, counts)
def test_the_chance_is_the_share_of_all_ways_to_hand_out_the_hits(one: tuple[int, int], other: tuple[int, int]) -> None:
    hits = one[0] + other[0]
    ways = sum(comb(one[1], k) * comb(other[1], hits - k) for k in range(one[0], hits + 1))
    expected = float(Fraction(ways, comb(one[1] + other[1], hits)))
    assert chance_of_more(*one, *other) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_more_than_there_were_is_no_share() -> None:
    for hits, of in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="of"):
            interval(hits, of)
    with pytest.raises(ValueError, match="of"):
        chance_of_more(1, 2, 3, 2)
