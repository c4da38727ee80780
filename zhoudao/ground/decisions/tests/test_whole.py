"""A whole number out of a row: within bounds, and never a crash for what somebody typed."""

import pytest

from zhoudao.ground.decisions.queries import whole


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (7, 7),
        (7.9, 7),
        (0, 1),
        (-3.5, 1),
        (1_000, 99),
        (float("inf"), 99),
        (float("-inf"), 1),
        (float("nan"), 5),
        (True, 5),
        ("7", 5),
        (None, 5),
        ([7], 5),
    ],
)
def test_what_is_no_number_counts_as_not_given_and_the_rest_is_kept_in_bounds(given: object, found: int) -> None:
    assert whole({"days": given}, "days", usual=5, least=1, most=99) == found


def test_without_a_row_it_is_what_is_usual() -> None:
    assert whole(None, "days", usual=5, most=99) == whole({}, "days", usual=5, most=99) == 5
