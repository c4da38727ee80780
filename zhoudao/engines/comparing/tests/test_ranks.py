"""The comparison of groups against textbooks, printed tables and what must hold of any."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.comparing.ranks import associated, beyond, compared, held, quartiles

# Conover, Practical Nonparametric Statistics (3rd ed., 1999), example 5.2.1: yields of corn by four methods.
CORN = {
    1: [83, 91, 94, 89, 89, 96, 91, 92, 90],
    2: [91, 90, 81, 83, 84, 83, 88, 91, 89, 84],
    3: [101, 100, 91, 93, 96, 95, 94],
    4: [78, 82, 81, 77, 79, 81, 80, 81],
}


def test_the_textbooks_corn() -> None:
    found = compared(CORN)
    assert found is not None
    assert (round(found.statistic, 2), found.degrees) == (25.63, 3)
    assert found.p == pytest.approx(1.141e-05, rel=0.01)


@pytest.mark.parametrize(
    ("x", "degrees", "p"),
    [
        (3.841459, 1, 0.05),
        (6.634897, 1, 0.01),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (18.307038, 10, 0.05),
        (15.086272, 5, 0.01),
        (0, 4, 1),
    ],
)
def test_chi_square_is_the_printed_tables(x: float, degrees: int, p: float) -> None:
    assert beyond(x, degrees) == pytest.approx(p, rel=1e-5)


def test_equal_values_are_corrected_for_as_the_textbook_does() -> None:
    """Siegel and Castellan (1988), table 8.6: birth weights of eight litters of pigs, H = 18.464, corrected 18.565."""
    litters = {
        1: [2.0, 2.8, 3.3, 3.2, 4.4, 3.6, 1.9, 3.3, 2.8, 1.1],
        2: [3.5, 2.8, 3.2, 3.5, 2.3, 2.4, 2.0, 1.6],
        3: [3.3, 3.6, 2.6, 3.1, 3.2, 3.3, 2.9, 3.4, 3.2, 3.2],
        4: [3.2, 3.3, 3.2, 2.9, 3.3, 2.5, 2.6, 2.8],
        5: [2.6, 2.6, 2.9, 2.0, 2.0, 2.1],
        6: [3.1, 2.9, 3.1, 2.5],
        7: [2.6, 2.2, 2.2, 2.5, 1.2, 1.2],
        8: [2.5, 2.4, 3.0, 1.5],
    }
    found = compared(litters)
    assert found is not None
    assert found.statistic == pytest.approx(18.565, abs=0.002)
    assert found.degrees == 7


def test_shifted_groups_are_told_apart_and_like_ones_as_rarely_as_promised() -> None:
    rng = Random(11)  # drawn, not secret
    alike = [compared({name: [rng.random() for _ in range(20)] for name in "abc"}) for _ in range(1_000)]
    found = sum(one is not None and one.p < 0.05 for one in alike)
    assert 25 <= found <= 75  # about fifty of a thousand
    shifted = compared({name: [rng.random() + place for _ in range(20)] for place, name in enumerate("abc")})
    assert shifted is not None
    assert shifted.p < 1e-6
    assert shifted.share > 0.8


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=12), min_size=2, max_size=5), st.integers(1, 9))
def test_only_order_counts_and_the_share_is_a_share(groups: list[list[int]], factor: int) -> None:
    found = compared(dict(enumerate(groups)))
    stretched = compared({place: [value * factor + 7 for value in one] for place, one in enumerate(groups)})
    if found is None:
        assert stretched is None
        assert len({value for one in groups for value in one}) == 1
    else:
        assert stretched is not None
        assert stretched.statistic == pytest.approx(found.statistic)
        assert 0 <= found.share <= 1
        assert 0 <= found.p <= 1


def test_the_share_is_the_squares_between_groups_of_all_squares_of_the_ranks() -> None:
    groups = {"a": [1.0, 2.0, 5.0], "b": [3.0, 4.0, 6.0, 7.0]}
    middle = 4.0  # the values are their own ranks
    everything = sum((value - middle) ** 2 for values in groups.values() for value in values)
    between = sum(len(values) * (sum(values) / len(values) - middle) ** 2 for values in groups.values())
    found = compared(groups)
    assert found is not None
    assert found.share == pytest.approx(between / everything)


def test_rare_outcomes_are_put_together_and_one_outcome_is_nothing_to_compare() -> None:
    assert associated({"a": {"x": 30}, "b": {"x": 30}}) is None
    assert associated({"a": {"x": 30, "y": 1}, "b": {"x": 30, "z": 2}}) is not None
    found = associated({"a": {"x": 30, "y": 1, "z": 9}, "b": {"x": 9, "y": 2, "z": 30}})
    assert found is not None
    assert found.degrees == 2


def test_of_many_findings_only_those_that_stand_together_are_held() -> None:
    assert held([]) == []
    assert held([0.04] * 4) == [True] * 4
    assert held([0.04, 0.9, 0.9, 0.9]) == [False] * 4


def test_quartiles_are_between_neighbours() -> None:
    assert quartiles([5]) == (5, 5, 5)
    assert quartiles([3, 1, 2]) == (1.5, 2, 2.5)
