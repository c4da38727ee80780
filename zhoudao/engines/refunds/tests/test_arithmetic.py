"""What is paid back: exact, and never more than was taken."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.refunds import Piece, Terms, TermsUnsound, refund_of

PIECES = st.lists(
    st.builds(Piece, st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 100)), min_size=0, max_size=6
)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # where much else runs beside
TERMS = st.builds(Terms, st.integers(0, 100), st.booleans(), st.integers(0, 10**5))


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves up: what arithmetic on paper gives."""
    return (value + Fraction(1, 2)).__floor__()


def test_a_whole_piece_without_fee_is_paid_back_as_it_was_paid() -> None:
    assert refund_of([Piece(12_345, 100)], Terms(), left_minor=99_999).total_minor == 12_345


def test_shipping_goes_back_only_where_it_was_our_fault() -> None:
    pieces = [Piece(1_000, 250), Piece(1_000, 249)]
    assert refund_of(pieces, Terms(is_shipping_back=True), left_minor=9_999).total_minor == 2_499
    assert refund_of(pieces, Terms(is_shipping_back=False), left_minor=9_999).total_minor == 2_000
    assert refund_of([Piece(1_000)], Terms(is_shipping_back=True), left_minor=9_999).total_minor == 1_000


@pytest.mark.parametrize(
    ("worth", "left", "costs", "kept", "back"),
    [
        (1_000, 9_999, 120, 120, 880),
        (1_000, 9_999, 0, 0, 1_000),
        (1_000, 9_999, 999, 999, 1),
        (1_000, 9_999, 1_000, 999, 1),
        (1_000, 500, 120, 120, 380),
        (1_000, 500, 900, 499, 1),
        (1, 9_999, 120, 0, 1),
        (0, 9_999, 120, 0, 0),
        (1_000, 0, 120, 0, 0),
    ],
)
def test_what_fetching_costs_is_kept_as_far_as_a_cent_is_left(
    worth: int, left: int, costs: int, kept: int, back: int
) -> None:
    money = refund_of([Piece(worth)], Terms(pickup_minor=costs), left_minor=left)
    assert (money.pickup_minor, money.total_minor) == (kept, back)


def test_fetching_never_costs_less_than_nothing() -> None:
    with pytest.raises(TermsUnsound):
        Terms(pickup_minor=-1)


def test_what_it_lost_and_the_fee_are_kept_and_halves_are_rounded_up() -> None:
    money = refund_of([Piece(999, lost_percent=50)], Terms(fee_percent=10), left_minor=9_999)
    [share] = money.shares
    assert (share.lost_minor, share.fee_minor, share.total_minor) == (500, 50, 449)
    assert (money.of("paid"), money.of("lost"), money.of("fee"), money.of("shipping")) == (999, 500, 50, 0)


def test_postage_is_added_and_nothing_goes_above_what_is_left() -> None:
    money = refund_of([Piece(1_000)], Terms(postage_minor=300), left_minor=1_200)
    assert (money.postage_minor, money.over_minor, money.total_minor) == (300, 100, 1_200)
    assert refund_of([Piece(1_000)], Terms(postage_minor=300), left_minor=1_300).over_minor == 0
    assert refund_of([Piece(1_000)], Terms(), left_minor=0).total_minor == 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Piece(-1),
        lambda: Piece(1, -1),
        lambda: Piece(1, 0, -1),
        lambda: Piece(1, 0, 101),
        lambda: Terms(-1),
        lambda: Terms(101),
        lambda: Terms(postage_minor=-1),
        lambda: refund_of([], Terms(), left_minor=-1),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    with pytest.raises(TermsUnsound):
        wrong()  # type: ignore[operator]  # each is a call


def test_the_ends_of_percentages_are_allowed() -> None:
    assert Piece(1, 0, 100).lost_percent == 100
    assert refund_of([Piece(700, lost_percent=100)], Terms(fee_percent=100), left_minor=0).total_minor == 0
    assert refund_of([Piece(700)], Terms(fee_percent=100), left_minor=700).total_minor == 0


@SLOW
@given(PIECES, TERMS, st.integers(0, 10**10))
def test_it_adds_up_and_is_never_above_what_is_left(pieces: list[Piece], terms: Terms, left: int) -> None:
    money = refund_of(pieces, terms, left_minor=left)
    parts = money.of("paid") - money.of("lost") - money.of("fee") + money.of("shipping") + money.postage_minor
    assert money.total_minor == parts - money.over_minor == min(parts, left)
    assert all(0 <= share.lost_minor <= share.paid_minor for share in money.shares)
    assert all(0 <= share.fee_minor <= share.paid_minor - share.lost_minor for share in money.shares)


@SLOW
@given(PIECES, TERMS)
def test_each_piece_is_worth_what_paper_says(pieces: list[Piece], terms: Terms) -> None:
    money = refund_of(pieces, terms, left_minor=10**15)
    for piece, share in zip(pieces, money.shares, strict=True):
        lost = half_up(Fraction(piece.paid_minor * piece.lost_percent, 100))
        fee = half_up(Fraction((piece.paid_minor - lost) * terms.fee_percent, 100))
        way = piece.shipping_minor if terms.is_shipping_back else 0
        assert share.total_minor == piece.paid_minor - lost - fee + way


@SLOW
@given(PIECES, PIECES, TERMS)
def test_in_two_refunds_it_is_as_much_as_in_one(first: list[Piece], second: list[Piece], terms: Terms) -> None:
    whole = refund_of(first + second, terms, left_minor=10**15).total_minor
    later = Terms(terms.fee_percent, terms.is_shipping_back)
    parts = (
        refund_of(first, terms, left_minor=10**15).total_minor + refund_of(second, later, left_minor=10**15).total_minor
    )
    assert parts == whole
