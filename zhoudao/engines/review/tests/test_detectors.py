"""Prices, quantities, the same again, too many, too few on the shelf, and what buyers write."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.engines.review import Known, Piece, Where, review
from zhoudao.engines.review.people import asked
from zhoudao.engines.review.robust import deviation
from zhoudao.engines.review.tests.orders import AT, HOME, LAMP, bought
from zhoudao.engines.review.tuning import interval, suggest

USUAL = Known(prices={"LP-7": [5_000, 4_900, 5_100, 5_000, 4_500]}, quantities={"LP-7": [1, 1, 2, 1, 1]})


def reasons(found: list) -> dict[str, str]:  # type: ignore[type-arg]  # of any kind
    return {one.reason: one.kind for one in found}


@pytest.mark.parametrize("price", [15_000, 1_667])
def test_three_times_and_a_third_are_as_far(price: int) -> None:
    found = review(bought(pieces=[Piece("LP-7", 1, price)]), USUAL)[0]
    assert (found.reason, found.kind, round(found.score, 1)) == ("abnormal_amount", "price", 3.0)
    assert found.evidence["is_high"] is (price > 5_000)


@pytest.mark.parametrize("price", [5_000, 4_000, 5_800])
def test_a_discount_is_odd_at_most_by_what_it_is(price: int) -> None:
    assert all(one.score <= 1.25 for one in review(bought(pieces=[Piece("LP-7", 1, price)]), USUAL))


def test_of_too_few_sales_nothing_is_said() -> None:
    assert deviation(99_999, [5_000] * 4) is None
    assert review(bought(pieces=[Piece("LP-7", 1, 99_999)]), Known(prices={"LP-7": [5_000] * 4})) == []


def test_wrong_prices_among_the_known_ones_move_nothing() -> None:
    found = deviation(15_000, [5_000] * 8 + [15_000, 1_666, 500_000])
    assert found is not None
    assert (found.usual, found.is_far) == (5_000, True)


def test_a_thing_whose_price_swings_by_itself_may_swing() -> None:
    found = deviation(6_000, [1_000, 2_000, 3_000, 4_000, 5_000, 8_000])
    assert found is not None
    assert not found.is_far


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=5, max_size=40), st.integers(1, 50))
def test_amounts_in_cents_or_in_dollars_are_judged_alike(amount: int, usual: list[int], times: int) -> None:
    one, other = deviation(amount, usual), deviation(amount * times, [price * times for price in usual])
    assert one is not None
    assert other is not None
    assert other.times == pytest.approx(one.times, rel=1e-3)


def test_a_total_far_from_the_customers_own_or_the_shops_is_named() -> None:
    dear = bought(pieces=[Piece("X", 1, 90_000)], total=90_000)
    assert reasons(review(dear, Known(own_totals=[5_000] * 6))) == {"abnormal_amount": "customer"}
    assert reasons(review(dear, Known(source_totals=[5_000] * 6))) == {"abnormal_amount": "source"}


def test_the_list_price_speaks_before_anybody_has_bought() -> None:
    known = Known(list_prices={"LP-7": 15_000})
    assert reasons(review(bought(), known)) == {"price_mismatch": "below"}
    assert review(bought(), Known(list_prices={"LP-7": 5_000})) == []


@pytest.mark.parametrize(("quantity", "found"), [(1, {}), (3, {}), (8, {"quantity": "known"})])
def test_more_than_anybody_buys_at_once(quantity: int, found: dict[str, str]) -> None:
    assert reasons(review(bought(pieces=[Piece("LP-7", quantity, 5_000)]), USUAL)) == found


def test_the_same_again_within_a_day_however_it_is_spaced_and_written() -> None:
    first = bought(key="O-0", at=AT - timedelta(minutes=3))
    again = replace(HOME, street="文三路２５９號2幢601室")
    found = review(bought(where=again), Known(earlier=[first]))[0]
    assert (found.reason, found.kind, found.evidence["order"]) == ("duplicate", "same", "O-0")


@pytest.mark.parametrize(
    ("earlier", "score"),
    [
        (bought(key="O-0", pieces=[Piece("LP-7", 2, 5_000)]), 0.9),  # a slip in the number
        (bought(key="O-0", pieces=[LAMP, Piece("X", 1, 5)]), 0.5),
        (bought(key="O-0", at=AT - timedelta(hours=25)), 0),
        (bought(key="O-0", is_over=True), 0),
        (bought(key="O-0", pieces=[Piece("X", 1, 5_000)]), 0),
        (bought(key="O-0", where=Where("李", "1", "北京市", "北京市", "朝阳区", "建国路 93 号")), 0),
    ],
)
def test_how_alike_they_are(earlier: object, score: float) -> None:
    found = review(bought(), Known(earlier=[earlier]))  # type: ignore[list-item]  # a double of it
    assert (found[0].score if found else 0) == score


def test_many_orders_in_a_day_are_more_than_a_household_places() -> None:
    other = Where("王", "13812345678", "北京市", "北京市", "朝阳区", "建国路 93 号")
    earlier = [
        bought(key=f"O{n}", at=AT - timedelta(minutes=5 * n + 1), pieces=[Piece(f"S{n}", 1, 1)], where=other)
        for n in range(4)
    ]
    assert reasons(review(bought(), Known(earlier=earlier))) == {"velocity": "hour"}
    assert review(bought(), Known(earlier=earlier[:2])) == []


def test_goods_that_are_not_there_count_over_all_lines() -> None:
    order = bought(pieces=[LAMP, LAMP, Piece("Y", 1, 1)])
    found = review(order, Known(available={"LP-7": 1, "Y": 5}))[0]
    assert (found.reason, found.evidence["wanted"], found.evidence["available"], found.score) == (
        "out_of_stock",
        2,
        1,
        1.0,
    )
    assert review(order, Known(available={"LP-7": 2})) == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("请改寄到公司", "address"), ("地址写错了，换成 3 号楼", "address"), ("不要了，退款", "refund"),
        ("拍错了", "refund"), ("颜色换成白色", "goods"), ("周末送货，提前电话联系", "timing"),
        ("需要开发票，抬头稍后提供", "invoice"), ("谢谢", "other"),
        ("請改寄到公司", "address"), ("please refund", "refund"), ("取消电话通知", "other"),
    ],
)  # fmt: skip
def test_what_a_buyer_writes_about(words: str, kind: str) -> None:
    assert asked(words) == kind


def test_the_money_asked_back_is_one_reason_and_no_remark_beside_it() -> None:
    assert reasons(review(bought(remark="不要了"), Known())) == {"refund_requested": "remark"}
    assert reasons(review(bought(payment="partially_refunded"), Known())) == {"refund_requested": "paid_back"}


def test_evidence_holds_nobodys_words() -> None:
    order = bought(remark="王小姐要求改寄到文三路", where=replace(HOME, phone="", province="江苏省"))
    said = str([one.evidence for one in review(order, Known(earlier=[bought(key="O-0")]))])
    assert not any(words in said for words in ("王", "文三路", "改寄", "杭州"))


def test_a_threshold_is_moved_by_enough_outcomes_only() -> None:
    assert suggest([(2.0, False)] * 5 + [(3.0, True)] * 5) is None
    assert suggest([(2.0, True)] * 30) is None, "it is well as it is"
    assert suggest([(2.0, False)] * 30) is None, "no threshold makes it right"
    found = suggest([(2.0, False)] * 10 + [(2.0, True)] * 2 + [(3.0, True)] * 18 + [(2.5, True)])
    assert found is not None
    assert (found.score, found.right, found.held, round(found.kept, 2)) == (2.5, 19, 19, 0.9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_an_interval_holds_its_share(right: int, wrong: int) -> None:
    low, high = interval(right, right + wrong)
    assert 0 <= low <= high <= 1
    assert not right + wrong or low - 1e-9 <= right / (right + wrong) <= high + 1e-9


def test_what_no_item_is_called_is_named_beside_what_is_short() -> None:
    order = bought(pieces=[LAMP, Piece("X-1", 2, 1), Piece("Y-1", 1, 1)])
    found = review(order, Known(available={"LP-7": 0}, unknown=frozenset({"X-1", "Y-1", "Z-1"})))
    assert [(one.reason, one.kind, one.score) for one in found] == [
        ("out_of_stock", "unknown", 3.0),
        ("out_of_stock", "", 1.0),
    ]
    assert found[0].evidence == {"sku": "X-1", "items": 2}
