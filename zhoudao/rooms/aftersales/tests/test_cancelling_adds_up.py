"""Cancelled in whatever parts, pieces are worth to the last unit what was paid for them; of what happens at once, one
wins.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.cancelling import cancel_pieces
from zhoudao.rooms.aftersales.models import Refund
from zhoudao.rooms.aftersales.tables import ensure_default_tables
from zhoudao.rooms.aftersales.tests.returns import LINK, TEN, cancelled, lines_of, purse, waiting
from zhoudao.rooms.aftersales.tests.test_refunding import at_once
from zhoudao.rooms.fulfilment.commands.waves import release_wave
from zhoudao.rooms.fulfilment.handlers import on_event
from zhoudao.rooms.fulfilment.models import Tote
from zhoudao.rooms.fulfilment.tests.depot import SONG, open_depot
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import PickingBegun
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book

_BOUGHT = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 20_000)), min_size=1, max_size=4)
_GOES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=1, max_size=8)


class ToTheCent(TestCase):
    """Orders of every currency, with odd discounts, shipping and tax, taken apart in any order."""

    @settings(max_examples=25, deadline=None)
    @given(
        bought=_BOUGHT, goes=_GOES, currency=st.sampled_from(["CNY", "JPY", "USD", "KWD"]), is_paid=st.booleans(),
        discount=st.integers(0, 100), shipping=st.integers(0, 5_000), tax=st.integers(0, 30),
    )  # fmt: skip
    def test_whatever_goes_in_whatever_parts_all_parts_together_are_what_was_paid(
        self, bought: list[tuple[int, int]], goes: list[tuple[int, int]], currency: str, is_paid: bool,
        discount: int, shipping: int, tax: int,
    ) -> None:  # fmt: skip
        whole = sum(count * price for count, price in bought)
        items = [Item(f"X-{n}", count, price, f"货{n}") for n, (count, price) in enumerate(bought)]
        off = whole * discount // 100
        tax = (whole - off + shipping) * tax // 100
        more: dict[str, Any] = {"discount_minor": off, "shipping_minor": shipping, "tax_minor": tax}
        order = waiting(items=items, currency=currency, is_paid=is_paid, **more)
        weights = [(price, count) for count, price in bought]
        shares = [share_out(more[f"{name}_minor"], weights, by_piece=True) for name in ("discount", "shipping")]
        worths = iter(zip(*shares, strict=True))
        left = {item.sku: [item.price_minor - off + way for off, way in _next(worths, item.quantity)] for item in items}
        back, taken = 0, order.total_minor
        for place, most in goes:
            lines = list(order.lines.order_by("position"))
            if place >= len(lines) or not Order.objects.get(id=order.id).is_open:
                continue
            sku, count = lines[place].sku, min(most, lines[place].quantity)
            done = cancelled(order, {place: count})
            gone = [left[sku].pop() for _ in range(count)]
            assert done.less_minor == sum(gone)
            assert done.back_minor == (sum(gone) if is_paid else 0)
            back += done.back_minor
            now = Order.objects.get(id=order.id)
            if not done.is_all:
                assert now.total_minor == sum(sum(worth) for worth in left.values())
            assert sum(one.tax_minor for one in order.lines.all()) == now.tax_minor
            if back:
                assert purse(order) == (taken, back, 0)
        kept = {line.sku: line.quantity for line in order.lines.all() if Order.objects.get(id=order.id).is_open}
        assert {sku: book(sku)[1] for sku in left} == {sku: kept.get(sku, 0) for sku in left}


def _next(worths: Iterator[tuple[int, ...]], count: int) -> list[tuple[int, ...]]:
    return [next(worths) for _ in range(count)]


@pytest.mark.django_db(transaction=True)
def test_sixty_four_clicks_of_one_form_are_one_effect_and_of_many_forms_no_piece_goes_twice() -> None:
    order, key = waiting(), uuid4()
    chair, lamp = lines_of(order)
    said: dict[str, Any] = {"order_id": order.id, "by": LINK, "at": TEN}
    assert set(at_once(lambda _n: cancel_pieces(counts={chair: 1}, key=key, **said))) == {"done"}
    assert (Cancellation.objects.count(), Refund.objects.count(), book("CH-1")) == (1, 1, (2, 1))
    first = Cancellation.objects.get()
    outcomes = at_once(lambda _n: cancel_pieces(counts={lamp: 1}, key=uuid4(), **said))
    assert (outcomes.count("done"), outcomes.count("NotThatMany")) == (1, 63)
    now = Order.objects.get(id=order.id)
    assert (now.total_minor, now.line_count) == (31_000 - sum(one.less_minor for one in Cancellation.objects.all()), 1)
    assert purse(order) == (31_000, sum(one.back_minor for one in Cancellation.objects.all()), 0)
    assert first.back_minor
    assert (book("CH-1"), book("LP-7")) == ((2, 1), (1, 0))
    assert Event.objects.filter(type="orders.PiecesTakenOut").count() == 2


@pytest.mark.django_db
def test_a_wave_that_was_made_but_not_released_lets_it_go_and_the_next_one_fetches_what_is_left() -> None:
    depot = open_depot()
    ensure_default_tables(depot.now)
    order = depot.order(LP_7=2, CH_1=1)
    wave = depot.wave(is_released=False)
    lamp = lines_of(order)[0]
    cancel_pieces(order_id=order.id, counts={lamp: 1}, key=uuid4(), by=LINK, at=depot.now)
    on_event(Event.objects.get(type="orders.PiecesTakenOut"))
    assert depot.totes(wave) == {order.number: "out"}
    depot.later(minutes=1)
    depot.pick_all(depot.wave())
    assert [line for line in depot.lines(order) if line[1]] == [("CH-1", 1, 0, 0), ("LP-7", 1, 0, 0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_cancelled_first", [True, False])
def test_cancelled_in_the_moment_of_releasing_its_wave_one_of_both_wins(is_cancelled_first: bool) -> None:
    depot = open_depot()
    ensure_default_tables(depot.now)
    order = depot.order(LP_7=2)
    wave = depot.wave(is_released=False)
    [lamp] = lines_of(order)
    inside, outcome = threading.Event(), list[str]()

    def goes() -> None:
        cancel_pieces(order_id=order.id, counts={lamp: 1}, key=uuid4(), by=LINK, at=depot.now + timedelta(seconds=1))

    def released() -> None:
        release_wave(wave_id=wave.id, by=SONG, at=depot.now)

    doers: list[Callable[[], None]] = [goes, released] if is_cancelled_first else [released, goes]

    def waits() -> None:
        inside.wait(30)
        try:
            doers[1]()
            outcome.append("done")
        except PickingBegun:
            outcome.append("PickingBegun")
        finally:
            connection.close()

    other = threading.Thread(target=waits)
    other.start()
    with transaction.atomic():
        doers[0]()
        inside.set()
        other.join(0.5)
    other.join(30)
    order.refresh_from_db()
    quantity, tote = order.lines.get().quantity, Tote.objects.get(order=order)
    if is_cancelled_first:
        assert (outcome, quantity, tote.state, order.fulfilment) == (["done"], 1, "out", "reserved")
    else:
        assert (outcome, quantity, tote.state, order.fulfilment) == (["PickingBegun"], 2, "to_pick", "released")
    assert book("LP-7") == (20, quantity)
    assert Cancellation.objects.count() == int(is_cancelled_first)
