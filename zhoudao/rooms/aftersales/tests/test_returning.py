"""From asking to money: what the policy gives, what comes back, what is paid."""

from datetime import timedelta
from uuid import uuid4

import pytest

from zhoudao.rooms.aftersales.commands.deciding import (
    approve_return,
    decline_return,
    expire_return,
    never_sent,
    note_sent,
    reopen_return,
    withdraw_return,
)
from zhoudao.rooms.aftersales.commands.inspecting import Finding, settle_aside
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.receiving import keep_stray, receive_return, settle_stray
from zhoudao.rooms.aftersales.commands.requesting import request_return
from zhoudao.rooms.aftersales.models import ReturnPiece, ReturnRequest, Stray
from zhoudao.rooms.aftersales.refusals import (
    AlreadyDecided,
    AlreadyOver,
    FindingUnsound,
    KeyReused,
    MoreThanDelivered,
    NoPieceChosen,
    NotAgreed,
    NotAPhoto,
    NotEligible,
    NotExpected,
    NothingHere,
    NotPaidYet,
    OwnRefund,
    PaidBackElsewhere,
    PhotosNeeded,
    PostageUnsound,
    ReasonUnsaid,
    TooManyPieces,
)
from zhoudao.rooms.aftersales.tests.returns import (
    A_DAY,
    BY,
    CLERK,
    LEAD,
    LINK,
    PNG,
    SF,
    TEN,
    WORKER,
    asked,
    delivered,
    found,
    here,
    lines_of,
    place,
    purse,
    shelf,
    told,
    wish,
)
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book

pytestmark = pytest.mark.django_db
GOOD = Finding("CH-1", 1, "as_new", "restock")


def test_a_chair_comes_back_as_new_and_its_part_is_paid_to_the_cent() -> None:
    order = delivered()
    request = asked(order)
    assert (request.state, request.number[:5]) == ("approved", "R2026")
    here(request)
    request = found(request, GOOD)
    [refund] = request.refunds.all()
    line = order.lines.get(position=1)
    assert refund.amount_minor == 12_900 - line.unit_parts("discount")[0]
    assert (refund.state, request.state) == ("approved", "inspected")
    pay_by_hand(refund_id=refund.id, reference="B-77", by=CLERK, at=TEN + 4 * A_DAY)
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.state, order.payment) == ("refunded", "partially_refunded")
    assert purse(order) == (31_000, refund.amount_minor, refund.amount_minor)
    assert book("CH-1") == (1, 0)
    assert told(request) == [
        "ReturnRequested", "ReturnApproved", "ReturnReceived", "ReturnInspected", "RefundApproved", "RefundPaid",
    ]  # fmt: skip


def test_one_of_three_comes_back_damaged_and_a_part_is_paid() -> None:
    order = delivered()
    request = here(asked(order, reason="unsuitable"))
    request = found(request, Finding("CH-1", 1, "damaged", "scrap", 40))
    [refund] = request.refunds.all()
    paid = 12_900 - order.lines.get(position=1).unit_parts("discount")[0]
    lost = (paid * 40 + 50) // 100
    assert (refund.goods_minor, refund.lost_minor, refund.amount_minor) == (paid, lost, paid - lost)
    assert book("CH-1") == (0, 0)  # booked in, and scrapped at once


def test_our_fault_pays_the_way_there_and_postage_up_to_the_limit_once() -> None:
    order = delivered()
    request = here(asked(order, {0: 2}, reason="quality", photos=[PNG]))
    with pytest.raises(PostageUnsound):
        found(request, Finding("CH-1", 2, "faulty", "vendor"), postage_minor=3_001)
    request = found(request, Finding("CH-1", 1, "faulty", "vendor"), postage_minor=1_500)
    with pytest.raises(PostageUnsound):
        found(request, Finding("CH-1", 1, "faulty", "vendor"), postage_minor=100)
    request = found(request, Finding("CH-1", 1, "faulty", "vendor"))
    line = order.lines.get(position=1)
    shipping = line.unit_parts("shipping")
    assert [one.shipping_minor for one in request.refunds.order_by("id")] == shipping
    assert [one.postage_minor for one in request.refunds.order_by("id")] == [1_500, 0]


def test_everything_back_is_exactly_what_was_paid() -> None:
    order = delivered()
    request = here(asked(order, {0: 2, 1: 1}, reason="wrong_item", photos=[PNG]))
    request = found(request, Finding("CH-1", 2, "as_new", "restock"), Finding("LP-7", 1, "as_new", "restock"))
    [refund] = request.refunds.all()
    assert refund.amount_minor == order.total_minor == 31_000
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 4 * A_DAY)
    order.refresh_from_db()
    assert (order.payment, purse(order)) == ("refunded", (31_000, 31_000, 31_000))


@pytest.mark.parametrize(
    ("days", "reason", "state"),
    [
        (7, "no_reason", "approved"),
        (8, "no_reason", "too_late"),
        (8, "quality", "requested"),
        (16, "quality", "too_late"),
    ],
)
def test_the_window_is_counted_in_days_of_the_store(days: int, reason: str, state: str) -> None:
    order = delivered()
    at = TEN + days * A_DAY + timedelta(hours=13, minutes=59)  # ten in the morning there; until midnight
    if state == "too_late":
        with pytest.raises(NotEligible) as refusal:
            asked(order, reason=reason, photos=[PNG], at=at)
        assert refusal.value.why == "too_late"
    else:
        assert asked(order, reason=reason, photos=[PNG], at=at).state == state


def test_cheap_goods_that_arrived_broken_are_paid_at_once_and_stay_where_they_are() -> None:
    order = delivered()
    request = asked(order, {1: 1}, kind="refund_only", reason="damaged", photos=[PNG])
    [refund] = request.refunds.all()
    discount = order.lines.get(position=2).unit_parts("discount")[0]
    assert (request.state, refund.state, refund.amount_minor) == ("inspected", "approved", 5_000 - discount)
    with pytest.raises(NotAgreed):
        here(request, LP_7=1)
    pay_by_hand(refund_id=refund.id, reference="B-2", by=CLERK, at=TEN + 2 * A_DAY)
    assert ReturnRequest.objects.get(id=request.id).state == "refunded"


def test_dearer_goods_wait_for_a_person() -> None:
    order = delivered()
    request = asked(order, kind="refund_only", reason="damaged", photos=[PNG])
    assert (request.state, list(request.refunds.all())) == ("requested", [])
    approve_return(request_id=request.id, by=CLERK, at=TEN + A_DAY)
    with pytest.raises(AlreadyDecided):
        approve_return(request_id=request.id, by=CLERK, at=TEN + A_DAY)
    assert [one.state for one in request.refunds.all()] == ["approved"]


def test_what_the_policy_does_not_give_is_refused_with_why_or_asked_as_an_exception() -> None:
    order = delivered()
    with pytest.raises(NotEligible) as refusal:
        asked(order, kind="refund_only", reason="no_reason")
    assert refusal.value.why == "keeps_goods"
    request = asked(order, kind="refund_only", reason="no_reason", is_exception=True, by=CLERK)
    assert (request.state, request.is_exception) == ("requested", True)
    with pytest.raises(OwnRefund):
        approve_return(request_id=request.id, by=CLERK, at=TEN + A_DAY)
    approve_return(request_id=request.id, by=LEAD, at=TEN + A_DAY)
    assert [one.state for one in request.refunds.all()] == ["asked"]  # somebody else approves its money, too


def test_declined_or_withdrawn_the_same_piece_may_be_asked_for_again() -> None:
    order = delivered()
    first = asked(order, {0: 2}, kind="refund_only", reason="quality", photos=[PNG])
    with pytest.raises(MoreThanDelivered):
        asked(order)
    decline_return(request_id=first.id, reason="no_evidence", by=CLERK, at=TEN + A_DAY)
    second = asked(order, {0: 2})
    withdraw_return(request_id=second.id, by=LINK, at=TEN + A_DAY)
    withdraw_return(request_id=second.id, by=LINK, at=TEN + A_DAY)
    third = asked(order, {0: 2})
    assert [told(one)[-1] for one in (first, second, third)] == ["ReturnDeclined", "ReturnWithdrawn", "ReturnApproved"]


@pytest.mark.parametrize("count", [0, -1, 3, 10**9])
def test_a_wrong_quantity_is_refused(count: int) -> None:
    order = delivered()
    with pytest.raises((NoPieceChosen, MoreThanDelivered)):
        asked(order, {0: count})
    assert not ReturnRequest.objects.exists()


def test_bad_wishes_are_refused_and_leave_nothing() -> None:
    order = delivered()
    with pytest.raises(ReasonUnsaid):
        asked(order, reason="because")
    with pytest.raises(ReasonUnsaid):
        asked(order, kind="gift")
    with pytest.raises(PhotosNeeded):
        asked(order, reason="quality")
    with pytest.raises(NotAPhoto):
        asked(order, reason="quality", photos=[b"<svg onload=alert(1)>"])
    with pytest.raises(NotAPhoto):
        asked(order, reason="quality", photos=[PNG] * 9)
    other = delivered(external_number="T-other")
    with pytest.raises(MoreThanDelivered):
        request_return(order_id=order.id, wish=wish(other), key=uuid4(), by=LINK, at=TEN)
    assert not ReturnRequest.objects.exists()


def test_more_pieces_than_fit_are_asked_for_in_several() -> None:
    order = delivered(items=[Item("SCR-1", 600, 10, "螺丝")], discount_minor=0, shipping_minor=0, tax_minor=0)
    with pytest.raises(TooManyPieces):
        asked(order, {0: 501})
    asked(order, {0: 500})
    asked(order, {0: 100})
    with pytest.raises(MoreThanDelivered):
        asked(order, {0: 1})


def test_the_same_form_twice_is_one_return_and_another_one_under_its_key_is_refused() -> None:
    order, key = delivered(), uuid4()
    first = asked(order, key=key)
    assert asked(order, key=key).id == first.id
    with pytest.raises(KeyReused):
        asked(order, {1: 1}, key=key)


@pytest.mark.parametrize(
    ("payment", "refusal"),
    [("pending", NotPaidYet), ("authorised", NotPaidYet), ("partially_refunded", PaidBackElsewhere)],
)
def test_money_that_was_not_taken_or_went_back_elsewhere_is_not_paid_here(
    payment: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        asked(delivered(payment=payment))


def test_a_policy_changed_since_changes_nothing_of_what_was_asked() -> None:
    from zhoudao.ground.decisions.commands import publish
    from zhoudao.ground.decisions.models import DecisionVersion

    order = delivered()
    request = asked(order, reason="unsuitable")
    live = DecisionVersion.objects.get(key="aftersales.policy", is_live=True)
    content = {**live.content, "rules": [{**rule, "fee_percent": "50"} for rule in live.content["rules"]]}
    tests = [{**one, "expect": {**one["expect"], "fee_percent": 50}} for one in live.tests]
    publish(key=live.key, content=content, inputs=live.inputs, tests=tests, by=BY, at=TEN + A_DAY)
    later = asked(order, reason="unsuitable")
    sums = []
    for one in (request, later):
        [refund] = found(here(one), GOOD).refunds.all()
        sums.append((one.policy_version, refund.fee_minor))
    assert sums[0] == (1, 0)
    assert sums[1][0] == 2
    assert sums[1][1] > 6_000


def test_pieces_come_in_parts_and_what_is_not_expected_is_refused() -> None:
    order = delivered()
    request = asked(order, {0: 2, 1: 1})
    with pytest.raises(NotExpected):
        here(request, CH_1=3)
    with pytest.raises(NotExpected):
        here(request, XX_1=1)
    key = uuid4()
    for _twice in range(2):
        receive_return(
            request_id=request.id, counts={"CH-1": 1}, warehouse_id=place(), key=key, by=WORKER, at=TEN + A_DAY
        )
    request = found(ReturnRequest.objects.get(id=request.id), GOOD)
    assert request.state == "approved"  # the rest is still to come
    request = found(here(request), GOOD, Finding("LP-7", 1, "as_new", "restock"))
    assert request.state == "inspected"
    assert sum(one.amount_minor for one in request.refunds.all()) == 31_000 - 1_200


def test_what_we_never_sent_is_not_paid_for_and_goes_back() -> None:
    request = here(asked(delivered()))
    with pytest.raises(FindingUnsound):
        found(request, Finding("CH-1", 1, "foreign", "restock"))
    with pytest.raises(FindingUnsound):
        found(request, Finding("CH-1", 1, "as_new", "restock", 101))
    with pytest.raises(NothingHere):
        found(request, Finding("CH-1", 2, "as_new", "restock"))
    request = found(request, Finding("CH-1", 1, "foreign", "send_back"))
    assert (request.state, request.refunds.count(), book("CH-1")) == ("rejected", 0, (0, 0))
    assert told(request)[-2:] == ["ReturnInspected", "ReturnRejected"]


def test_inspected_twice_with_one_key_is_inspected_once() -> None:
    request, key = here(asked(delivered(), {0: 2})), uuid4()
    found(request, GOOD, key=key)
    found(request, GOOD, key=key)
    assert (request.refunds.count(), book("CH-1")) == (1, (1, 0))


def test_what_stock_sent_is_booked_as_returned_for_its_order() -> None:
    shelf("CH-1", 5)
    shelf("LP-7", 5)
    from zhoudao.rooms.aftersales.tables import ensure_default_tables
    from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
    from zhoudao.rooms.parcels.commands.tracking import note_by_hand
    from zhoudao.rooms.parcels.tests.depot import open_review, placed, seen
    from zhoudao.rooms.stock.models import Line

    open_review()
    ensure_default_tables(TEN)
    order = seen(placed(payment="captured", remark=""))
    assert order.commercial == "approved"
    parcel = hand_over_parcel(order_id=order.id, label=SF, by=BY, at=TEN)
    note_by_hand(parcel_id=parcel.id, state="delivered", by=BY, at=TEN)
    found(here(asked(order)), GOOD)
    assert Line.objects.get(balance__item_id="CH-1", shipped=2).returned == 1
    assert book("CH-1") == (5 - 2 + 1, 0)


def test_set_aside_it_comes_back_into_stock_once_when_it_was_put_right() -> None:
    request = found(here(asked(delivered())), Finding("CH-1", 1, "opened", "refurbish", 10))
    piece = request.pieces.get()
    assert (piece.set_aside_at is not None, book("CH-1")) == (True, (0, 0))
    settle_aside(piece_id=piece.id, becomes="restock", by=WORKER, at=TEN + 9 * A_DAY)
    with pytest.raises(AlreadyOver):
        settle_aside(piece_id=piece.id, becomes="restock", by=WORKER, at=TEN + 9 * A_DAY)
    assert book("CH-1") == (1, 0)


def test_somebody_elses_goods_in_the_parcel_are_kept_apart_until_settled() -> None:
    request, key = asked(delivered()), uuid4()
    for _twice in range(2):
        stray = keep_stray(
            text="692-FOREIGN", warehouse_id=place(), key=key, request_id=request.id, by=WORKER, at=TEN + A_DAY
        )
    assert Stray.objects.count() == 1
    settle_stray(stray_id=stray.id, settled_as="ours", sku="TOY-9", by=WORKER, at=TEN + 2 * A_DAY)
    with pytest.raises(AlreadyOver):
        settle_stray(stray_id=stray.id, settled_as="scrapped", by=WORKER, at=TEN + 2 * A_DAY)
    assert book("TOY-9") == (1, 0)
    assert not request.pieces.filter(is_here=True).exists()


def test_never_sent_it_ends_and_is_taken_up_again_when_it_comes_after_all() -> None:
    order = delivered()
    request = asked(order)
    late = TEN + 18 * A_DAY
    assert list(never_sent(TEN + 10 * A_DAY, limit=9)) == []
    assert list(never_sent(late, limit=9)) == [request.id]
    expire_return(request_id=request.id, by=BY, at=late)
    expire_return(request_id=request.id, by=BY, at=late)
    request.refresh_from_db()
    assert (request.state, told(request).count("ReturnExpired")) == ("expired", 1)
    with pytest.raises(NotAgreed):
        here(request, CH_1=1)
    reopen_return(request_id=request.id, by=CLERK, at=late)
    request = found(here(ReturnRequest.objects.get(id=request.id), at=late), GOOD)
    assert request.refunds.get().state == "approved"


def test_on_its_way_with_a_number_it_does_not_end() -> None:
    request = asked(delivered())
    note_sent(request_id=request.id, label=SF, by=LINK, at=TEN + A_DAY)
    assert list(never_sent(TEN + 40 * A_DAY, limit=9)) == []
    with pytest.raises(AlreadyOver):
        withdraw_return(request_id=request.id, by=LINK, at=TEN + A_DAY)
    withdraw_return(request_id=request.id, is_lost=True, by=CLERK, at=TEN + 60 * A_DAY)
    assert ReturnRequest.objects.get(id=request.id).state == "cancelled"


def test_a_counter_order_handed_over_without_a_parcel_counts_as_delivered() -> None:
    order = delivered()
    Order.objects.filter(id=order.id).update(delivered_at=TEN)
    order.parcels.all()[0].lines.all().delete()
    assert asked(order).state == "approved"
    assert ReturnPiece.objects.count() == 1
    assert lines_of(order)
