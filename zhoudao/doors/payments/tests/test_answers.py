"""A payment service that pays, waits, refuses, answers nonsense, or never: one refund has one effect, to the cent."""

from typing import Any

import pytest

from zhoudao.doors.payments.tests.conftest import Till, moods
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.answers import Said
from zhoudao.rooms.aftersales.commands.answering import note_said
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import refuse_refund
from zhoudao.rooms.aftersales.commands.sending import CLAIM, begin_sending, send_again
from zhoudao.rooms.aftersales.models import PaymentService, Refund
from zhoudao.rooms.aftersales.refusals import RefundDecided, RefundNotReady
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, TEN, purse, told

pytestmark = pytest.mark.django_db(transaction=True)


def now(refund: Refund) -> Refund:
    return Refund.objects.get(id=refund.id)


def test_an_approved_refund_is_paid_by_the_service_and_says_what_it_is_called_there(till: Till) -> None:
    till.serve()
    refund = till.refund()
    till.hear()
    assert till.work() == 1
    paid = now(refund)
    assert (paid.state, paid.gateway, paid.attempts) == ("paid", "wx", 1)
    assert paid.reference == till.platform.ledger[refund.number].refund_id
    assert till.platform.paid == {refund.number: refund.amount_minor}
    assert purse(refund.order) == (31_000, refund.amount_minor, refund.amount_minor)
    assert told(refund.request)[-3:] == ["RefundApproved", "RefundSent", "RefundPaid"]
    assert PaymentService.objects.get().answered_at is not None
    till.heard.clear()
    till.hear()  # an event may be handed on twice
    assert till.work(hours=900) == 0


def test_without_a_service_for_its_source_or_currency_it_waits_for_a_person(till: Till) -> None:
    till.serve(code="other", sources=["tmall"])
    till.serve(code="dollars", currencies=["usd"])
    till.serve(code="off")
    PaymentService.objects.filter(code="off").update(is_active=False)
    refund = till.refund()
    till.hear()
    assert (till.work(), now(refund).gateway) == (0, "")
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    assert till.platform.told == []


def test_who_names_the_source_goes_before_who_serves_all(till: Till) -> None:
    till.serve(code="all")
    refund = till.refund()
    till.serve(code="own", sources=[refund.order.source])
    till.hear()
    assert now(refund).gateway == "own"


@pytest.mark.parametrize("mood", ["silent", "error_after", "unsigned", "other_key", "other_refund"])
def test_paid_but_not_said_is_asked_about_and_not_paid_twice(till: Till, mood: str) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = moods(mood)
    till.hear()
    till.work()
    assert (now(refund).state, purse(refund.order)[2]) == ("sending", 0)
    assert PaymentService.objects.get().trouble
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    with pytest.raises(RefundDecided):
        refuse_refund(refund_id=refund.id, reason="twice", by=CLERK, at=TEN + 6 * A_DAY)
    assert till.work() == 0, "not before its pause is over"
    till.work(hours=1)
    assert [method for method, _number in till.platform.told] == ["POST", "GET"]
    assert now(refund).state == "paid"
    assert till.platform.paid == {refund.number: purse(refund.order)[2]}
    assert PaymentService.objects.get().trouble == ""


@pytest.mark.parametrize("mood", ["deaf", "broken", "busy"])
def test_not_paid_and_not_said_is_sent_again_under_the_same_number(till: Till, mood: str) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = moods(mood)
    till.hear()
    till.work()
    assert now(refund).state == "sending"
    till.work(hours=1)
    assert [method for method, _number in till.platform.told] == ["POST", "GET", "POST"]
    assert (now(refund).state, till.platform.paid) == ("paid", {refund.number: refund.amount_minor})


def test_after_a_day_without_an_answer_it_is_left_to_a_person_and_its_money_is_not_free(till: Till) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = lambda method, _number: "error_after" if method == "POST" else "broken"
    till.hear()
    for _ in range(12):
        assert till.work(hours=7) == 1
    stuck = now(refund)
    assert (stuck.state, stuck.trouble, stuck.next_at) == ("stuck", "no_answer", None)
    assert till.work(hours=100) == 0
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    with pytest.raises(RefundDecided):
        refuse_refund(refund_id=refund.id, reason="twice", by=CLERK, at=TEN + 6 * A_DAY)
    till.platform.mood = moods()
    for _ in range(2):
        send_again(refund_id=refund.id, by=CLERK, at=TEN + 6 * A_DAY, real_now=till.real())
    till.work()
    assert (now(refund).state, till.platform.paid) == ("paid", {refund.number: refund.amount_minor})
    assert told(refund.request).count("RefundStuck") == 1
    assert told(refund.request).count("RefundPaid") == 1


def test_what_is_refused_for_good_is_a_persons_to_try_again_pay_by_hand_or_refuse(till: Till) -> None:
    till.serve()
    one, two, three = (till.refund() for _ in range(3))
    till.platform.mood = lambda method, _number: "not_enough" if method == "POST" else ""
    till.hear()
    assert till.work() == 3
    assert {(now(each).state, now(each).trouble) for each in (one, two, three)} == {("stuck", "not_enough")}
    pay_by_hand(refund_id=one.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    with pytest.raises(RefundNotReady):
        send_again(refund_id=one.id, by=CLERK, at=TEN + 6 * A_DAY, real_now=till.real())
    refuse_refund(refund_id=two.id, reason="amount", by=CLERK, at=TEN + 6 * A_DAY)
    till.platform.mood = moods()
    send_again(refund_id=three.id, by=CLERK, at=TEN + 6 * A_DAY, real_now=till.real())
    till.work()
    assert [now(each).state for each in (one, two, three)] == ["paid", "refused", "paid"]
    assert till.platform.paid == {three.number: three.amount_minor}
    assert purse(two.order) == (31_000, 0, 0)
    words = Event.objects.filter(type="aftersales.RefundStuck").first()
    assert words is not None
    assert words.attributes["trouble"] == "stuck_not_enough"


def test_a_refusal_after_an_attempt_that_was_paid_unheard_is_no_refusal(till: Till) -> None:
    """The second attempt is refused, as the first has emptied the account: the service is asked before it counts."""
    till.serve()
    refund = till.refund()
    till.platform.mood = moods("silent", "deaf", "broken")
    till.hear()
    till.work()
    till.work(hours=1)
    assert now(refund).trouble in ("too_slow", "unreachable")
    till.platform.ledger.clear()  # an attempt still on its way: nobody knows of it when asked

    def late(method: str, number: str) -> str:
        if method == "POST":
            till.platform.pay(wanted, "SUCCESS")
            return "not_enough"
        return ""

    amount = {"refund": refund.amount_minor, "total": 31_000, "currency": "CNY"}
    wanted = {"out_refund_no": refund.number, "out_trade_no": refund.order.external_number, "amount": amount}
    wanted["notify_url"] = ""
    till.platform.mood = late
    till.work(hours=1)
    assert (now(refund).state, till.platform.paid) == ("paid", {refund.number: refund.amount_minor})


@pytest.mark.parametrize("mood", ["account", "too_late"])
def test_each_refusal_is_told_in_words(till: Till, mood: str) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = lambda method, _number: mood if method == "POST" else ""
    till.hear()
    till.work()
    assert now(refund).trouble == {"account": "account", "too_late": "refused"}[mood]


def test_a_payment_it_does_not_know_is_told_as_such(till: Till) -> None:
    till.serve()
    refund = till.refund()
    till.platform.payments.clear()
    till.hear()
    till.work()
    assert (now(refund).state, now(refund).trouble) == ("stuck", "not_there")


def test_what_takes_days_is_asked_about_with_growing_pauses_and_then_paid(till: Till) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = moods("processing")
    till.hear()
    till.work()
    assert (now(refund).state, now(refund).trouble) == ("sending", "")
    asked = 0
    for _ in range(3 * 24 * 4):
        asked += till.work(hours=0.25)
    assert 14 <= asked <= 24
    assert now(refund).state == "sending"
    till.platform.ledger[refund.number].status = "SUCCESS"
    till.work(hours=7)
    assert now(refund).state == "paid"
    assert purse(refund.order)[2] == till.platform.paid[refund.number]


@pytest.mark.parametrize("trouble", ["closed", "abnormal"])
def test_what_it_gave_up_later_is_left_to_a_person(till: Till, trouble: str) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = moods("processing")
    till.hear()
    till.work()
    till.platform.ledger[refund.number].status = trouble.upper()
    till.work(hours=1)
    assert (now(refund).state, now(refund).trouble) == ("stuck", trouble)
    if trouble == "closed":
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
        return
    with pytest.raises(RefundNotReady):  # it may still be finished on their pages
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)


def test_another_amount_than_ours_is_never_paid_silently(till: Till) -> None:
    till.serve()
    refund = till.refund()
    till.platform.mood = moods("other_amount")
    till.hear()
    till.work()
    assert (now(refund).state, now(refund).trouble) == ("stuck", "mismatch")
    assert purse(refund.order) == (31_000, refund.amount_minor, 0)
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=TEN + 6 * A_DAY)
    with pytest.raises(RefundDecided):
        refuse_refund(refund_id=refund.id, reason="amount", by=CLERK, at=TEN + 6 * A_DAY)
    send_again(refund_id=refund.id, by=CLERK, at=TEN + 6 * A_DAY, real_now=till.real())
    till.work()
    assert now(refund).state == "paid", "asked anew it names ours"


def test_a_service_that_was_taken_away_leaves_what_it_was_told_to_a_person(till: Till) -> None:
    till.serve()
    told_of, not_told = till.refund(), till.refund()
    till.platform.mood = lambda _method, number: "silent" if number == told_of.number else ""
    till.hear()
    Refund.objects.filter(id=not_told.id).update(next_at=None)
    till.work()
    Refund.objects.filter(id=not_told.id).update(next_at=till.real())
    PaymentService.objects.all().delete()
    till.work(hours=1)
    assert (now(told_of).state, now(told_of).trouble) == ("stuck", "gone")
    assert (now(not_told).state, now(not_told).gateway) == ("approved", "")


def test_two_refunds_of_one_order_are_two_payments_and_never_more_than_was_taken(till: Till) -> None:
    till.serve()
    order = till.order()
    first = till.refund(order)
    second = till.refund(order, {0: 1, 1: 1})
    till.hear()
    assert till.work() == 2
    assert till.platform.paid == {each.number: each.amount_minor for each in (first, second)}
    taken, promised, paid = purse(order)
    assert sum(till.platform.paid.values()) == promised == paid <= taken


def test_a_worker_that_stood_still_tells_old_news(till: Till) -> None:
    """Its refusal was overtaken: the next attempt was taken, and nobody may pay it by hand."""
    service = till.serve()
    refund = till.refund()
    till.hear()
    at, real = TEN + 6 * A_DAY, till.real()
    first = begin_sending(refund_id=refund.id, at=at, real_now=real)
    assert first is not None
    assert begin_sending(refund_id=refund.id, at=at, real_now=real + CLAIM / 2) is None, "one attempt at a time"
    second = begin_sending(refund_id=refund.id, at=at, real_now=real + CLAIM * 2)
    assert second is not None
    assert (first.is_first, second.is_first) == (True, False)
    say: dict[str, Any] = {"refund_id": refund.id, "service": service, "at": at, "real_now": real}
    for old in (Said("refused", "not_enough"), Said("unheard", "too_slow")):
        assert note_said(**say, said=old, attempt=1).trouble == ""
    assert note_said(**say, said=Said("refused", "not_enough"), attempt=2).state == "stuck"
    taken = Said("processing", reference="5030", amount_minor=refund.amount_minor, currency="CNY")
    assert note_said(**say, said=taken, attempt=1).state == "sending", "it was taken after all"
    with pytest.raises(RefundNotReady):
        pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=at)
