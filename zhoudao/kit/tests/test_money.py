from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.money import BadAmount, BadCurrency, BadWeights, CurrencyMismatch, Money

amounts = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**6) | st.fractions(0, 100), min_size=1, max_size=12).filter(any)


@given(amounts, weights)
def test_shares_add_up_and_none_is_a_whole_unit_off(minor: int, parts: list[int | Fraction]) -> None:
    shares = Money(minor, "CNY").allocate(parts)
    assert Money.total(shares, "CNY") == Money(minor, "CNY")
    for share, part in zip(shares, parts, strict=True):
        assert abs(share.minor - minor * Fraction(part) / sum(map(Fraction, parts))) < 1


@given(amounts, st.integers(1, 40))
def test_equal_shares_differ_by_one_unit_at_most_and_the_first_get_it(minor: int, count: int) -> None:
    sizes = [abs(share.minor) for share in Money(minor, "CNY").allocate([1] * count)]
    assert max(sizes) - min(sizes) <= 1
    assert sizes == sorted(sizes, reverse=True)


@given(amounts, st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(str(money.amount), currency) == money


def test_a_discount_of_ten_yuan_over_three_lines() -> None:
    assert [share.minor for share in Money(1000, "CNY").allocate([1, 1, 1])] == [334, 333, 333]
    assert [share.minor for share in Money(-1000, "CNY").allocate([2, 1, 0])] == [-667, -333, 0]


def test_a_fee_is_rounded_half_away_from_zero() -> None:
    assert Money(25, "CNY").times(Decimal("0.1")) == Money(3, "CNY")
    assert Money(-25, "CNY").times(Decimal("0.1")) == Money(-3, "CNY")
    assert Money(24, "CNY").times(Decimal("0.1")) == Money(2, "CNY")


def test_arithmetic_and_order_within_one_currency() -> None:
    ten, five = Money.of("10", "CNY"), Money.of("5.00", "CNY")
    assert (ten + five, ten - five, -five, 3 * five) == (
        Money(1500, "CNY"),
        five,
        Money(-500, "CNY"),
        Money(1500, "CNY"),
    )
    assert max(five, ten) == ten
    assert five <= ten
    assert not ten - ten


@pytest.mark.parametrize("calculate", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b])
def test_two_currencies_do_not_mix(calculate: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch):
        calculate(Money(1, "CNY"), Money(1, "USD"))


@pytest.mark.parametrize("text", ["12.345", "", "abc", "1,000", "NaN", "Infinity"])
def test_what_is_no_amount_of_yuan_is_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        Money.of(text, "CNY")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_only_whole_numbers_are_money(minor: int) -> None:
    with pytest.raises(BadAmount):
        Money(minor, "CNY")


@pytest.mark.parametrize("currency", ["", "cny", "RMB¥", "元"])
def test_a_currency_is_three_capitals(currency: str) -> None:
    with pytest.raises(BadCurrency):
        Money(1, currency)


@pytest.mark.parametrize("parts", [[], [0, 0], [2, -1]])
def test_shares_need_weights(parts: list[int | Fraction]) -> None:
    with pytest.raises(BadWeights):
        Money(100, "CNY").allocate(parts)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "shown"),
    [
        (123450, "CNY", "zh-Hans", "¥1,234.50"),
        (123450, "CNY", "zh-hant", "CN¥1,234.50"),
        (-5, "CNY", "en", "-CN¥0.05"),
        (1000, "JPY", "en", "¥1,000"),
        (1234567, "KWD", "en", "KWD 1,234.567"),
        (100, "USD", "en", "$1.00"),
    ],
)
def test_money_as_people_read_it(minor: int, currency: str, language: str, shown: str) -> None:
    assert Money(minor, currency).format(language) == shown
