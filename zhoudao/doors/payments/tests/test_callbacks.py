"""What the payment service tells by itself: over real HTTP, twice, late, out of order, and by others."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connections
from django.test import Client

from zhoudao.doors.payments import sending
from zhoudao.doors.payments.tests.conftest import Till, moods
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import refuse_refund
from zhoudao.rooms.aftersales.models import PaymentService, Refund
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, TEN, purse, told

pytestmark = pytest.mark.django_db(transaction=True)
LATER = TEN + 6 * A_DAY


@pytest.fixture(autouse=True)
def _address(live_server: Any, settings: Any) -> None:
    settings.BASE_URL = live_server.url


def now(refund: Refund) -> Refund:
    return Refund.objects.get(id=refund.id)


def sent(till: Till, *said: str) -> Refund:
    """A refund that the service was told of, in this mood."""
    till.serve()
    refund = till.refund()
    till.platform.mood = moods(*said)
    till.hear()
    till.work()
    return refund


def test_what_takes_long_is_told_and_noted_once_however_often_it_is_told(till: Till) -> None:
    refund = sent(till, "processing")
    till.platform.ledger[refund.number].status = "SUCCESS"
    assert [till.platform.notify(refund.number) for _ in range(3)] == [204] * 3
    assert now(refund).state == "paid"
    assert purse(refund.order)[2] == till.platform.paid[refund.number]
    assert told(refund.request).count("RefundPaid") == 1
    assert PaymentService.objects.get().heard_at is not None
    assert till.work(hours=100) == 0


def test_told_sixteen_times_at_once_while_it_is_asked_it_is_paid_once(till: Till) -> None:
    refund = sent(till, "processing")
    till.platform.ledger[refund.number].status = "SUCCESS"
    answers: list[int] = []

    def tell() -> None:
        answers.append(till.platform.notify(refund.number))

    def ask() -> None:
        try:
            sending.send(refund.id, real_now=lambda: till.real() + timedelta(hours=1))
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=tell) for _ in range(16)] + [threading.Thread(target=ask) for _ in range(3)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    assert answers == [204] * 16
    assert told(refund.request).count("RefundPaid") == 1
    assert purse(refund.order) == (31_000, refund.amount_minor, refund.amount_minor)


def test_told_before_the_answer_to_the_request_came_it_stays_paid(till: Till) -> None:
    till.serve()
    refund = till.refund()
    theirs = refund.order.external_number  # read here: the service's thread has no business with our database
    till.hear()

    def first_tells(method: str, number: str) -> str:
        if method == "POST":
            amount = {"refund": refund.amount_minor, "total": 31_000, "currency": "CNY"}
            wanted = {"out_refund_no": number, "out_trade_no": theirs, "amount": amount}
            till.platform.pay(wanted | {"notify_url": f"{address}/hooks/payments/wx/"}, "SUCCESS")
            assert till.platform.notify(number) == 204
            return "silent"
        return ""

    from django.conf import settings

    address = settings.BASE_URL
    till.platform.mood = first_tells
    till.work()
    assert (now(refund).state, now(refund).trouble, now(refund).next_at) == ("paid", "", None)
    assert till.work(hours=100) == 0


def test_old_news_after_the_last_word_changes_nothing(till: Till) -> None:
    refund = sent(till)
    assert now(refund).state == "paid"
    for status in ("ABNORMAL", "CLOSED", "PROCESSING"):
        assert till.platform.notify(refund.number, status=status) == 204
        checked = till.checked(refund)
        assert (checked.state, checked.trouble) == ("paid", "")
    assert "RefundAtOdds" not in told(refund.request)


def test_bad_news_has_it_asked_at_once_and_counts_only_when_it_is_so(till: Till) -> None:
    refund = sent(till, "processing")
    for _ in range(9):
        till.work(hours=7)
    before = now(refund).next_at
    assert till.platform.notify(refund.number, status="ABNORMAL") == 204
    hastened = now(refund).next_at
    assert before is not None
    assert hastened is not None
    assert hastened < before
    till.ahead = timedelta()
    assert till.work() == 1
    assert now(refund).state == "sending", "it says that it is under way after all"
    till.platform.ledger[refund.number].status = "ABNORMAL"
    till.platform.notify(refund.number)
    till.work(hours=9)
    assert now(refund).trouble == "abnormal"
    till.platform.ledger[refund.number].status = "SUCCESS"  # a colleague finished it on their pages
    till.platform.notify(refund.number)
    assert now(refund).state == "paid"
    assert purse(refund.order)[2] == till.platform.paid[refund.number]


def test_what_is_not_signed_as_agreed_is_kept_nowhere_and_told_again(till: Till) -> None:
    refund = sent(till, "processing")
    till.platform.ledger[refund.number].status = "SUCCESS"
    other = rsa.generate_private_key(65537, 2048)
    wrongs: list[dict[str, Any]] = [
        {"key": other},
        {"late": timedelta(minutes=6)},
        {"late": -timedelta(minutes=6)},
        {"merchant": "1900000110"},
    ]
    assert [till.platform.notify(refund.number, **wrong) for wrong in wrongs] == [401] * 4
    headers, body = till.platform.callback(refund.number)
    own, till.platform.sealing_key = till.platform.sealing_key, "0" * 32
    sealed_otherwise = till.platform.callback(refund.number)
    till.platform.sealing_key = own
    changes: list[Callable[[], tuple[dict[str, str], bytes]]] = [
        lambda: (headers, body.replace(b"REFUND", b"refund")),
        lambda: ({}, body),
        lambda: (headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}, body),
        lambda: (headers | {"Wechatpay-Serial": "PUB_KEY_ID_0119000002"}, body),
        lambda: (headers | {"Wechatpay-Timestamp": "²"}, body),
        lambda: (headers | {"Wechatpay-Nonce": "é"}, body),
        lambda: sealed_otherwise,
        lambda: (till.platform.signed(b"[1]"), b"[1]"),
        lambda: (till.platform.signed(b'{"resource": 1}'), b'{"resource": 1}'),
        lambda: (till.platform.signed(b"\xff"), b"\xff"),
    ]
    for change in changes:
        named, raw = change()
        answer = Client().post("/hooks/payments/wx/", raw, content_type="application/json", headers=named)
        assert (answer.status_code, answer.json()["code"]) == (401, "FAIL")
    assert now(refund).state == "sending"
    service = PaymentService.objects.get()
    assert (service.heard_at, service.refused_at is not None) == (None, True)


def test_there_is_no_such_service_only_posts_are_taken_and_none_too_long(till: Till) -> None:
    till.serve()
    assert Client().post("/hooks/payments/none/", b"{}", content_type="application/json").status_code == 404
    assert Client().get("/hooks/payments/wx/").status_code == 405
    long = b"{" + b" " * 70_000
    assert Client().post("/hooks/payments/wx/", long, content_type="application/json").status_code == 413


def test_a_refund_of_somebody_else_with_the_same_account_is_acknowledged_and_kept_nowhere(till: Till) -> None:
    refund = sent(till)
    till.platform.ledger["THEIRS-1"] = till.platform.ledger[refund.number]
    assert till.platform.notify("THEIRS-1") == 204
    assert Refund.objects.count() == 1


def test_another_amount_is_left_to_a_person_before_and_after(till: Till) -> None:
    refund = sent(till, "processing")
    assert till.platform.notify(refund.number, status="SUCCESS", amount=refund.amount_minor + 1) == 204
    assert (now(refund).state, now(refund).trouble) == ("stuck", "mismatch")
    till.platform.ledger[refund.number].status = "SUCCESS"
    till.platform.notify(refund.number)
    assert now(refund).state == "stuck", "it has said two things: a person has it asked anew"
    assert purse(refund.order) == (31_000, refund.amount_minor, 0)
    other = till.refund()
    till.hear()
    till.work()
    for _ in range(2):
        till.platform.notify(other.number, amount=1)
    assert (now(other).state, now(other).trouble) == ("paid", "other_amount")
    assert told(other.request).count("RefundAtOdds") == 1


def test_paid_though_refused_or_paid_by_hand_is_seen_by_a_person_and_nothing_is_promised_twice(till: Till) -> None:
    till.serve()
    refused, by_hand, unsent = (till.refund() for _ in range(3))
    till.platform.mood = lambda method, _number: "not_enough" if method == "POST" else ""
    till.hear()
    Refund.objects.filter(id=unsent.id).update(gateway="", next_at=None)
    till.work()
    refuse_refund(refund_id=refused.id, reason="amount", by=CLERK, at=LATER)
    pay_by_hand(refund_id=by_hand.id, reference="B-1", by=CLERK, at=LATER)
    from django.conf import settings

    for each in (refused, by_hand, unsent):
        amount = {"refund": each.amount_minor, "total": 31_000, "currency": "CNY"}
        wanted = {"out_refund_no": each.number, "out_trade_no": each.order.external_number, "amount": amount}
        till.platform.pay(wanted | {"notify_url": f"{settings.BASE_URL}/hooks/payments/wx/"}, "SUCCESS")
        assert [till.platform.notify(each.number) for _ in range(2)] == [204, 204]
    assert [(now(each).state, now(each).trouble) for each in (refused, by_hand, unsent)] == [
        ("refused", "paid_after_all"),
        ("paid", "paid_twice"),
        ("approved", "paid_unasked"),
    ]
    assert [purse(each.order)[1:] for each in (refused, by_hand, unsent)] == [
        (0, 0),
        (by_hand.amount_minor, by_hand.amount_minor),
        (unsent.amount_minor, 0),
    ]
    assert all(told(each.request).count("RefundAtOdds") == 1 for each in (refused, by_hand, unsent))


def test_unpaid_after_it_said_paid_is_seen_by_a_person(till: Till) -> None:
    refund = sent(till)
    till.platform.ledger[refund.number].status = "CLOSED"
    till.platform.notify(refund.number)
    checked = till.checked(refund)
    assert (checked.state, checked.trouble) == ("paid", "unpaid")
