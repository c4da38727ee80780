"""Whatever is done in whatever order: the ledger is the book, nothing is oversold, and a plain model agrees."""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.stock.commands.correcting import correct_stock, set_safety, transfer
from zhoudao.rooms.stock.commands.counting import approve_count, ask_count, note_counted
from zhoudao.rooms.stock.commands.receiving import expect_receipt, receive_stock
from zhoudao.rooms.stock.commands.reserving import Way, release, reserve
from zhoudao.rooms.stock.commands.shipping import ship, take_back
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Balance, Line, Movement
from zhoudao.rooms.stock.refusals import CountStale, NotEnough, NothingHeld, NothingShipped
from zhoudao.rooms.stock.tests.shelf import NOW, SONG, TODAY

PLACES, SKUS = ("a", "b"), ("table", "chair")
KEY = st.tuples(st.sampled_from(PLACES), st.sampled_from(SKUS))
FEW = st.integers(1, 6)
WANTED = st.dictionaries(KEY, FEW, min_size=1, max_size=4)
pytestmark = pytest.mark.django_db
Key = tuple[str, str]


@dataclass
class Plain:
    """Stock as anybody would write it down: shelves, what is kept back, and who holds or waits for how many."""

    on_hand: dict[Key, int] = field(default_factory=dict)
    safety: dict[Key, int] = field(default_factory=dict)
    held: dict[int, dict[Key, int]] = field(default_factory=dict)
    waiting: dict[int, dict[Key, int]] = field(default_factory=dict)
    shipped: dict[int, dict[str, int]] = field(default_factory=dict)

    def reserved(self, key: Key) -> int:
        return sum(lines.get(key, 0) for lines in self.held.values())

    def free(self, key: Key) -> int:
        return self.on_hand.get(key, 0) - self.reserved(key) - self.safety.get(key, 0)

    def fill(self) -> None:
        """Who waited first is served first."""
        for number in sorted(self.waiting):
            for key, count in self.waiting[number].items():
                given = min(count, max(0, self.free(key)))
                self.held[number][key] = self.held[number].get(key, 0) + given
                self.waiting[number][key] = count - given

    def cut(self, key: Key) -> None:
        """The youngest lose what is not there."""
        for number in sorted(self.held, reverse=True):
            missing = self.reserved(key) - self.on_hand[key]
            taken = min(max(0, missing), self.held[number].get(key, 0))
            if taken:
                self.held[number][key] -= taken
                self.waiting[number][key] = self.waiting[number].get(key, 0) + taken


class Stock(RuleBasedStateMachine):
    """The product and the plain model, step by step."""

    @initialize()
    def open(self) -> None:
        self.plain, self.purposes = Plain(), list[Purpose]()
        self.places = {
            code: open_warehouse(code=f"m{uuid7().hex[-16:]}", terms=Terms({"en": code}), by=SONG, at=NOW).id
            for code in PLACES
        }

    def goods(self, wanted: dict[Key, int]) -> list[Goods]:
        return [Goods(self.places[place], sku, count) for (place, sku), count in wanted.items()]

    @rule(wanted=WANTED)
    def receive(self, wanted: dict[Key, int]) -> None:
        receive_stock(goods=self.goods(wanted), by=SONG, at=NOW)
        for key, count in wanted.items():
            self.plain.on_hand[key] = self.plain.on_hand.get(key, 0) + count
        self.plain.fill()

    @rule(wanted=WANTED, way=st.sampled_from(Way))
    def reserve(self, wanted: dict[Key, int], way: Way) -> None:
        purpose, number = Purpose("order", uuid7()), len(self.purposes)
        got = {key: min(count, max(0, self.plain.free(key))) for key, count in wanted.items()}
        is_refused = (way is Way.ALL and got != wanted) or (way is Way.MOST and not any(got.values()))
        try:
            reserve(purpose=purpose, goods=self.goods(wanted), way=way, by=SONG, at=NOW)
        except NotEnough:
            assert is_refused
            return
        assert not is_refused
        self.purposes.append(purpose)
        self.plain.held[number], self.plain.shipped[number] = got, {}
        waits = {key: count - got[key] for key, count in wanted.items()}
        self.plain.waiting[number] = waits if way is Way.WAIT else {}

    @rule(data=st.data(), key=KEY, count=FEW, is_all=st.booleans())
    def release(self, data: Any, key: Key, count: int, is_all: bool) -> None:
        if not self.purposes:
            return
        number = data.draw(st.integers(0, len(self.purposes) - 1))
        held, waiting = self.plain.held[number], self.plain.waiting[number]
        asked = None if is_all else self.goods({key: count})
        is_refused = not is_all and held.get(key, 0) + waiting.get(key, 0) < count
        try:
            release(purpose=self.purposes[number], goods=asked, by=SONG, at=NOW)
        except NothingHeld:
            assert is_refused
            return
        assert not is_refused
        if is_all:
            self.plain.held[number], self.plain.waiting[number] = {}, {}
        else:
            of_waiting = min(count, waiting.get(key, 0))
            waiting[key] = waiting.get(key, 0) - of_waiting
            held[key] = held.get(key, 0) - (count - of_waiting)
        self.plain.fill()

    @rule(data=st.data(), key=KEY, count=FEW, is_all=st.booleans())
    def ship(self, data: Any, key: Key, count: int, is_all: bool) -> None:
        if not self.purposes:
            return
        number = data.draw(st.integers(0, len(self.purposes) - 1))
        held = self.plain.held[number]
        leaving = {one: n for one, n in held.items() if n} if is_all else {key: count}
        is_refused = any(held.get(one, 0) < n for one, n in leaving.items()) or not leaving
        try:
            ship(purpose=self.purposes[number], goods=None if is_all else self.goods(leaving), by=SONG, at=NOW)
        except NothingHeld:
            assert is_refused
            return
        for one, n in leaving.items():
            held[one] -= n
            self.plain.on_hand[one] -= n
            self.plain.shipped[number][one[1]] = self.plain.shipped[number].get(one[1], 0) + n

    @rule(data=st.data(), key=KEY, count=FEW, is_restocked=st.booleans())
    def take_back(self, data: Any, key: Key, count: int, is_restocked: bool) -> None:
        if not self.purposes:
            return
        number = data.draw(st.integers(0, len(self.purposes) - 1))
        is_refused = self.plain.shipped[number].get(key[1], 0) < count
        back: dict[str, Any] = {
            "goods": self.goods({key: count}),
            "purpose": self.purposes[number],
            "is_restocked": is_restocked,
        }
        try:
            take_back(**back, by=SONG, at=NOW)
        except NothingShipped:
            assert is_refused
            return
        assert not is_refused
        self.plain.shipped[number][key[1]] -= count
        self.plain.on_hand[key] = self.plain.on_hand.get(key, 0) + (count if is_restocked else 0)
        self.plain.fill()

    @rule(key=KEY, difference=st.integers(-6, 6).filter(bool))
    def correct(self, key: Key, difference: int) -> None:
        asked: dict[str, Any] = {
            "warehouse_id": self.places[key[0]],
            "sku": key[1],
            "difference": difference,
            "reason": "miscount",
        }
        try:
            correct_stock(**asked, by=SONG, at=NOW)
        except NotEnough:
            assert self.plain.on_hand.get(key, 0) + difference < 0
            return
        self._differs(key, difference)

    @rule(key=KEY, counted=st.integers(0, 12), meanwhile=st.integers(0, 3))
    def count(self, key: Key, counted: int, meanwhile: int) -> None:
        count = ask_count(warehouse_id=self.places[key[0]], by=SONG, at=NOW)
        difference = counted - self.plain.on_hand.get(key, 0)
        note_counted(count_id=count.id, sku=key[1], counted=counted, by=SONG, at=NOW)
        if meanwhile:
            self.receive({key: meanwhile})
        try:
            approve_count(count_id=count.id, by=SONG, at=NOW)
        except CountStale:
            raise AssertionError("goods only came meanwhile") from None
        self._differs(key, difference)

    @rule(sku=st.sampled_from(SKUS), count=FEW)
    def transfer(self, sku: str, count: int) -> None:
        source = "a", sku
        can = self.plain.on_hand.get(source, 0) - self.plain.reserved(source)
        source_id, target_id = self.places["a"], self.places["b"]
        try:
            transfer(source_id=source_id, target_id=target_id, goods=[(sku, count)], by=SONG, at=NOW)
        except NotEnough:
            assert can < count
            return
        self.plain.on_hand[source] -= count
        self.plain.on_hand["b", sku] = self.plain.on_hand.get(("b", sku), 0) + count
        self.plain.fill()

    @rule(key=KEY, safety=st.integers(0, 4))
    def keep_back(self, key: Key, safety: int) -> None:
        set_safety(warehouse_id=self.places[key[0]], sku=key[1], safety=safety, by=SONG, at=NOW)
        self.plain.safety[key] = safety
        self.plain.fill()

    @rule(key=KEY, count=FEW, days=st.integers(0, 9))
    def expect(self, key: Key, count: int, days: int) -> None:
        [goods] = self.goods({key: count})
        expect_receipt(goods=goods, due_date=TODAY + timedelta(days=days), by=SONG, at=NOW)

    @invariant()
    def it_is_as_written_down(self) -> None:
        if not hasattr(self, "places"):
            return
        code_of = {id_: code for code, id_ in self.places.items()}
        for one in Balance.objects.filter(warehouse__in=code_of):
            key = code_of[one.warehouse_id], one.item_id
            assert one.on_hand == self.plain.on_hand.get(key, 0), key
            assert 0 <= one.reserved == self.plain.reserved(key) <= one.on_hand, key
            lines = list(Line.objects.filter(balance=one))
            assert sum(line.held for line in lines) == one.reserved
            assert one.available <= 0 or not any(line.waiting for line in lines)
            assert sum(line.waiting for line in lines) == sum(w.get(key, 0) for w in self.plain.waiting.values())
            _is_sum_of_its_ledger(one)

    def _differs(self, key: Key, difference: int) -> None:
        self.plain.on_hand[key] = self.plain.on_hand.get(key, 0) + difference
        self.plain.cut(key)
        self.plain.fill()


def _is_sum_of_its_ledger(balance: Balance) -> None:
    on_hand = reserved = 0
    for number, one in enumerate(Movement.objects.filter(balance=balance).order_by("seq"), start=1):
        on_hand, reserved = on_hand + one.on_hand, reserved + one.reserved
        assert (one.seq, one.on_hand_after, one.reserved_after) == (number, on_hand, reserved)
        assert 0 <= reserved <= on_hand
    assert (on_hand, reserved) == (balance.on_hand, balance.reserved)


def test_ledger_and_book_agree_whatever_happens() -> None:
    _walk(examples=12, steps=25)


@pytest.mark.soak
def test_ledger_and_book_agree_whatever_happens_at_full_length() -> None:
    _walk(examples=int(os.environ.get("SOAK_EXAMPLES", "2000")), steps=50)


def _walk(*, examples: int, steps: int) -> None:
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )
