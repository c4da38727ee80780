"""Sixty-four clicks, two clerks, several workers, and whatever a payment service answers: one refund has one effect."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from zhoudao.doors.payments import sending
from zhoudao.doors.payments.tests.conftest import Till, moods
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.commands.refunding import approve_refund, refuse_refund
from zhoudao.rooms.aftersales.commands.sending import send_again
from zhoudao.rooms.aftersales.models import Purse, Refund
from zhoudao.rooms.aftersales.refusals import AftersalesRefused, OwnRefund, RefundDecided, RefundNotReady
from zhoudao.rooms.aftersales.tests.returns import A_DAY, CLERK, TEN, purse, told

LATER = TEN + 6 * A_DAY
ZHAO, QIAN = By("user:zhao"), By("user:qian")


def at_once(*calls: Callable[[], Any]) -> Counter[str]:
    """All of them in the same moment, each with a connection of its own; how they ended."""
    ended: Counter[str] = Counter()
    start, lock = threading.Barrier(len(calls)), threading.Lock()

    def run(call: Callable[[], Any]) -> None:
        start.wait(30)
        try:
            call()
            how = "done"
        except AftersalesRefused as refusal:
            how = type(refusal).__name__
        finally:
            connections.close_all()
        with lock:
            ended[how] += 1

    crowd = [threading.Thread(target=run, args=(call,)) for call in calls]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(120)
        assert not one.is_alive()
    return ended


def unapproved(till: Till) -> Refund:
    """A refund that waits for two clerks, asked for by a third."""
    refund = till.refund()
    Refund.objects.filter(id=refund.id).update(state="asked", approved_at=None, approved_by="", asked_by="user:sun")
    return refund


@pytest.mark.django_db(transaction=True)
def test_sixty_four_clicks_of_two_clerks_approve_once_and_it_is_paid_once(till: Till) -> None:
    till.serve()
    refund = unapproved(till)
    say: dict[str, Any] = {"refund_id": refund.id, "roles": ("administrator",), "at": LATER}
    clicks = [lambda by=by: approve_refund(**say, by=by) for by in (ZHAO, QIAN) for _ in range(32)]
    ended = at_once(*clicks)
    assert ended == {"done": 32, RefundDecided.__name__: 32}, "one clerk's clicks are one; the other is told"
    till.hear()
    ended = at_once(*[lambda: sending.send(refund.id, real_now=till.real)] * 16)
    assert ended == {"done": 16}
    assert till.platform.told == [("POST", refund.number)]
    assert till.platform.paid == {refund.number: refund.amount_minor}
    assert purse(refund.order) == (31_000, refund.amount_minor, refund.amount_minor)
    counted = Counter(told(refund.request))
    assert (counted["RefundSent"], counted["RefundPaid"]) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_paid_by_hand_by_two_clerks_refused_and_sent_in_the_same_moment_one_thing_happens(till: Till) -> None:
    till.serve()
    refunds = [till.refund() for _ in range(4)]
    till.hear()
    for refund in refunds:
        by_hand = [
            lambda by=by, id_=refund.id: pay_by_hand(refund_id=id_, reference=by.actor, by=by, at=LATER)
            for by in (ZHAO, QIAN)
        ] * 16
        refused = [lambda id_=refund.id: refuse_refund(refund_id=id_, reason="other", by=ZHAO, at=LATER)] * 16
        at_once(*by_hand, *refused, *[lambda id_=refund.id: sending.send(id_, real_now=till.real)] * 16)
        stands = Refund.objects.get(id=refund.id)
        paid_there, paid = till.platform.paid.get(refund.number, 0), refund.amount_minor
        by_us = stands.state == "paid" and not stands.gateway
        assert (stands.state, paid_there) in {("paid", 0 if by_us else paid), ("refused", 0)}
        counted = Counter(told(refund.request))
        assert counted["RefundPaid"] + counted["RefundRefused"] == 1
        assert purse(refund.order)[1:] == ((paid, paid) if stands.state == "paid" else (0, 0))


@pytest.mark.django_db(transaction=True)
def test_nobody_approves_what_they_asked_for_however_often_they_click(till: Till) -> None:
    refund = unapproved(till)
    say: dict[str, Any] = {"refund_id": refund.id, "roles": ("administrator",), "at": LATER, "by": By("user:sun")}
    assert at_once(*[lambda: approve_refund(**say)] * 8) == {OwnRefund.__name__: 8}


MOODS = ("", "silent", "deaf", "error_after", "broken", "busy", "processing", "not_enough", "unsigned", "other_amount")
STEPS = st.one_of(
    st.tuples(st.just("work"), st.sampled_from(MOODS), st.sampled_from(MOODS)),
    st.tuples(st.just("tell"), st.integers(0, 2), st.sampled_from(["", "SUCCESS", "ABNORMAL", "CLOSED"])),
    st.tuples(st.sampled_from(["hand", "refuse", "again"]), st.integers(0, 2)),
    st.tuples(st.just("settle"), st.integers(0, 2)),
)


@pytest.mark.django_db
@bounds(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_whatever_it_answers_and_people_do_both_books_agree_to_the_cent(till: Till, steps: list[Any]) -> None:
    play(till, steps)


@pytest.mark.soak
@pytest.mark.django_db
@bounds(
    max_examples=1_500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=40))
def test_many_more_of_such_days(till: Till, steps: list[Any]) -> None:
    play(till, steps)


def play(till: Till, steps: list[Any]) -> None:
    """Three refunds of one order on a bad day; then the service is calm again and everybody asks until it is quiet."""
    till.platform.hold_seconds, till.platform.mood = 0.0, moods()
    if not till.platform.payments:
        till.serve()
    order = till.order()
    refunds = [till.refund(order, counts) for counts in ({0: 1}, {0: 1}, {1: 1})]
    till.hear()
    day = Day(till, refunds)
    for step in steps:
        getattr(day, step[0])(*step[1:])
        day.check()
    till.platform.mood = moods()
    for refund in refunds:
        if till.platform.ledger.get(refund.number):
            till.platform.ledger[refund.number].status = "SUCCESS"
        for _ in range(2):
            day.again(refunds.index(refund))
            till.work(hours=24)
    day.check()
    rows = {one.number: one for one in Refund.objects.filter(order=order)}
    assert {one.state for one in rows.values()} <= {"paid", "refused"}
    there = {number: minor for number, minor in till.platform.paid.items() if number in rows}
    ours = {one.number: one.amount_minor for one in rows.values() if one.state == "paid" and one.gateway}
    assert there == ours
    by_hand = sum(one.amount_minor for one in rows.values() if one.state == "paid" and not one.gateway)
    kept = Purse.objects.get(order=order)
    assert sum(there.values()) + by_hand == kept.paid_minor == kept.promised_minor <= kept.taken_minor


class Day:
    """What may happen to some refunds."""

    def __init__(self, till: Till, refunds: list[Refund]) -> None:
        self.till, self.refunds = till, refunds

    def work(self, *said: str) -> None:
        self.till.platform.mood = moods(*said)
        self.till.work(hours=7)

    def tell(self, place: int, status: str) -> None:
        """A callback, maybe of what it is not."""
        number = self.refunds[place].number
        row = self.till.platform.ledger.get(number)
        if row is None or (status == "SUCCESS" and row.status != "SUCCESS"):
            return
        headers, body = self.till.platform.callback(number, status=status or row.status)
        answer = Client().post("/hooks/payments/wx/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 204
        self.till.platform.mood = moods()
        self.till.checked(self.refunds[place])

    def settle(self, place: int) -> None:
        """What takes long is done."""
        row = self.till.platform.ledger.get(self.refunds[place].number)
        if row is not None:
            row.status = "SUCCESS"

    def hand(self, place: int) -> None:
        self.tried(lambda id_: pay_by_hand(refund_id=id_, reference="B-1", by=CLERK, at=LATER), place)

    def refuse(self, place: int) -> None:
        self.tried(lambda id_: refuse_refund(refund_id=id_, reason="other", by=CLERK, at=LATER), place)

    def again(self, place: int) -> None:
        real = self.till.real()
        self.tried(lambda id_: send_again(refund_id=id_, by=CLERK, at=LATER, real_now=real), place)

    def tried(self, call: Callable[[Any], Any], place: int) -> None:
        try:
            call(self.refunds[place].id)
        except (RefundNotReady, RefundDecided):
            return

    def check(self) -> None:
        """At any moment: nothing is paid that is not promised, and what is free was paid nowhere."""
        for refund in self.refunds:
            stands = Refund.objects.get(id=refund.id)
            row = self.till.platform.ledger.get(refund.number)
            if stands.state == "refused" or (stands.state == "paid" and not stands.gateway):
                assert row is None, "free, or paid by hand, though the service had it"
            assert not stands.trouble.startswith(("paid_", "unpaid", "other_"))
