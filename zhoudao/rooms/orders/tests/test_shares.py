"""Sharing out amounts: exact to the cent, as if every piece were alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.money import Money
from zhoudao.rooms.orders.models import OrderLine
from zhoudao.rooms.orders.shares import share_out

LINES = st.lists(st.tuples(st.integers(1, 10_000), st.integers(1, 7)), min_size=1, max_size=8)


@given(amount=st.integers(0, 1_000_000), lines=LINES)
def test_pieces_get_what_largest_remainder_gives_each_of_them(amount: int, lines: list[tuple[int, int]]) -> None:
    alone = [weight for weight, pieces in lines for _ in range(pieces)]
    wanted = [share.minor for share in Money(amount, "CNY").allocate(alone)]
    assert share_out(amount, lines, by_piece=True) == wanted


@given(amount=st.integers(0, 1_000_000), lines=LINES)
def test_lines_add_up_and_say_their_pieces(amount: int, lines: list[tuple[int, int]]) -> None:
    parts = share_out(amount, lines)
    assert sum(parts) == amount
    pieces = share_out(amount, lines, by_piece=True)
    for (_weight, count), part in zip(lines, parts, strict=True):
        own, pieces = pieces[:count], pieces[count:]
        line = OrderLine(quantity=count, price_minor=1, discount_minor=part)
        assert line.unit_parts("discount") == own


def test_what_weighs_nothing_takes_no_share() -> None:
    with pytest.raises(ValueError, match="weighs"):
        share_out(10, [(0, 2)])
