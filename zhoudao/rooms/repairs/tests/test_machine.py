"""Whatever happens to repairs: parts and money are conserved, and a device is in one repair at most."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zhoudao.rooms.repairs.commands.ending import (
    cancel_repair,
    close_repair,
    give_up,
    hand_back,
    note_paid,
    sign_off,
)
from zhoudao.rooms.repairs.commands.parts import add_part, bring_back, drop_part, keep_parts, note_parts
from zhoudao.rooms.repairs.commands.quoting import Priced, answer_quote, send_quote
from zhoudao.rooms.repairs.commands.working import begin_repair, check_repair, finish_repair, log_work
from zhoudao.rooms.repairs.kinds import OVER
from zhoudao.rooms.repairs.models import Device, Quote, Repair, RepairPart
from zhoudao.rooms.repairs.refusals import RepairRefused
from zhoudao.rooms.repairs.tests.workshop import CLERK, LIU, MA, TEN, WASHER, asked, judged, parts_come, place, sold
from zhoudao.rooms.stock.models import Balance
from zhoudao.rooms.stock.refusals import StockRefused
from zhoudao.rooms.stock.tests.shelf import differences

_WHICH = st.integers(0, 20)
_ENDS = {
    "cancel": lambda one: cancel_repair(repair_id=one.id, reason="other", by=CLERK, at=TEN),
    "withdraw": lambda one: cancel_repair(repair_id=one.id, reason="customer", is_customers=True, by=CLERK, at=TEN),
    "give_up": lambda one: give_up(repair_id=one.id, reason="cost", by=LIU, at=TEN),
    "hand": lambda one: hand_back(repair_id=one.id, handing="counter", by=CLERK, at=TEN),
    "sign": lambda one: sign_off(repair_id=one.id, name="王", drawn=None, by=LIU, at=TEN),
    "close": lambda one: close_repair(repair_id=one.id, by=CLERK, at=TEN),
}
_WORKS = {
    "begin": lambda one: begin_repair(repair_id=one.id, by=LIU, at=TEN),
    "log": lambda one: log_work(repair_id=one.id, minutes=5, words="", key=uuid4(), by=LIU, at=TEN),
    "solved": lambda one: finish_repair(repair_id=one.id, is_solved=True, by=LIU, at=TEN),
    "unsolved": lambda one: finish_repair(repair_id=one.id, is_solved=False, by=LIU, at=TEN),
    "passed": lambda one: check_repair(repair_id=one.id, is_passed=True, by=MA, at=TEN),
    "failed": lambda one: check_repair(repair_id=one.id, is_passed=False, by=MA, at=TEN),
    "keep": lambda one: keep_parts(repair_id=one.id, warehouse_id=place(), by=LIU, at=TEN),
    "note": lambda one: note_parts(repair_id=one.id, by=LIU, at=TEN),
}


class Workshop(RuleBasedStateMachine):
    """Two machines in the workshop and a few seals; everything in any order."""

    @initialize()
    def an_order(self) -> None:
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.order = sold(items=[WASHER.__class__("WM-8", 2, 299_900, "滚筒洗衣机")])
        self.came, self.paid = 2, dict[str, int]()
        parts_come(2)

    def teardown(self) -> None:
        if hasattr(self, "atom"):
            transaction.set_rollback(True)
            self.atom.__exit__(None, None, None)

    def try_(self, act: Any, *args: Any, **given: Any) -> Any:
        """A command that may refuse; then nothing has changed."""
        with suppress(RepairRefused, StockRefused), transaction.atomic():
            return act(*args, **given)
        return None

    def repair(self, which: int) -> Repair | None:
        rows = list(Repair.objects.order_by("id"))
        return rows[which % len(rows)] if rows else None

    @rule(serial=st.sampled_from(["S-0001", "S-0002", "s 0001", ""]))
    def ask(self, serial: str) -> None:
        self.try_(asked, self.order, serial, at=TEN)

    @rule(which=_WHICH, fault=st.sampled_from(["seal", "motor", "unknown"]), covered=st.sampled_from([True, False]))
    def judge(self, which: int, fault: str, covered: bool) -> None:
        if (one := self.repair(which)) is not None:
            self.try_(judged, one, fault, is_covered=covered, at=TEN)

    @rule(which=_WHICH, labour=st.integers(0, 9_999), count=st.integers(0, 3), price=st.integers(0, 5_001))
    def quote(self, which: int, labour: int, count: int, price: int) -> None:
        if (one := self.repair(which)) is not None:
            parts = [Priced("SEAL-1", count, price)] if count else []
            given = {"repair_id": one.id, "labour_minor": labour, "parts": parts, "valid_days": 7}
            self.try_(send_quote, **given, by=CLERK, at=TEN)

    @rule(which=_WHICH, answer=st.booleans())
    def answer(self, which: int, answer: bool) -> None:
        quotes = list(Quote.objects.order_by("id"))
        if quotes:
            one = quotes[which % len(quotes)]
            self.try_(answer_quote, repair_id=one.repair_id, quote_id=one.id, is_accepted=answer, by=CLERK, at=TEN)

    @rule(which=_WHICH, count=st.integers(1, 3), how=st.sampled_from(["add", "drop", "back"]))
    def part(self, which: int, count: int, how: str) -> None:
        one = self.repair(which)
        parts = list(RepairPart.objects.filter(repair=one).order_by("id")) if one else []
        if one is not None and how == "add":
            self.try_(add_part, repair_id=one.id, sku="SEAL-1", quantity=count, by=LIU, at=TEN)
        elif one is not None and parts:
            part, asked_of = parts[which % len(parts)], {"repair_id": one.id, "by": LIU, "at": TEN}
            more: dict[str, Any] = {"quantity": count} if how == "back" else {}
            self.try_(bring_back if how == "back" else drop_part, part_id=part.id, **asked_of, **more)

    @rule(which=_WHICH, how=st.sampled_from(sorted(_WORKS)))
    def work(self, which: int, how: str) -> None:
        if (one := self.repair(which)) is not None:
            self.try_(_WORKS[how], one)

    @rule(which=_WHICH, how=st.sampled_from(sorted(_ENDS)))
    def end(self, which: int, how: str) -> None:
        if (one := self.repair(which)) is not None:
            self.try_(_ENDS[how], one)

    @rule(which=_WHICH)
    def pay(self, which: int) -> None:
        one = self.repair(which)
        if one is not None and (done := self.try_(note_paid, repair_id=one.id, reference="P", by=CLERK, at=TEN)):
            self.paid[one.number] = done.owed_minor

    @rule(count=st.integers(1, 2))
    def parts_arrive(self, count: int) -> None:
        parts_come(count)
        self.came += count

    @invariant()
    def parts_are_conserved(self) -> None:
        if not hasattr(self, "order"):
            return
        book = Balance.objects.get(item_id="SEAL-1", warehouse__code="workshop")
        sums = RepairPart.objects.aggregate(taken=Sum("taken"), back=Sum("went_back"))
        assert book.on_hand + (sums["taken"] or 0) - (sums["back"] or 0) == self.came
        kept = RepairPart.objects.filter(batch__isnull=False, taken=0, repair__closed_at=None)
        assert book.reserved <= (kept.aggregate(n=Sum("wanted"))["n"] or 0)
        over = RepairPart.objects.filter(repair__state__in=["cancelled", "beyond"])
        assert all(one.taken == one.went_back for one in over)
        assert differences() == []

    @invariant()
    def money_is_exact(self) -> None:
        if not hasattr(self, "order"):
            return
        for one in Repair.objects.prefetch_related("quotes"):
            accepted = [quote for quote in one.quotes.all() if quote.is_accepted]
            assert len(accepted) <= 1
            assert one.owed_minor in (0, accepted[0].total_minor if accepted else 0)
            assert (one.paid_at is not None) == (one.number in self.paid)
            assert one.owed_minor == self.paid.get(one.number, one.owed_minor)
            assert one.state != "closed" or not one.is_owing

    @invariant()
    def a_device_is_in_one_repair(self) -> None:
        if not hasattr(self, "order"):
            return
        live = list(Repair.objects.filter(closed_at=None).values_list("device_id", flat=True))
        assert len(live) == len(set(live))
        assert Device.objects.count() <= 2
        assert not Repair.objects.filter(closed_at=None, state__in=OVER).exists()


def run(examples: int, steps: int) -> None:
    """This will play so many workshops."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(Workshop, settings=how)


@pytest.mark.django_db
def test_whatever_happens_parts_and_money_are_conserved() -> None:
    run(20, 30)


@pytest.mark.soak
@pytest.mark.django_db
def test_two_thousand_workshops_of_fifty_steps_conserve_parts_and_money() -> None:
    run(2_000, 50)
