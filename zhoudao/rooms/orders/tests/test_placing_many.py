"""Many orders at once come out as one by one would have, and are a few statements."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.orders.commands.placing import _BEFORE, Outcome, Placed, Taking, place_order, place_orders
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.refusals import SubmissionReused
from zhoudao.rooms.orders.sealed import recipient_of, remark_of
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.orders.tests.bazaar import BY, CHAIR, LAMP, TEN, WANG, placed, submission

pytestmark = pytest.mark.django_db(transaction=True)


class _Undone(Exception):
    pass


@pytest.fixture(autouse=True)
def web() -> Store:
    Store.objects.create(code="shut", names={}, closed_at=TEN)
    Store.objects.create(code="nanjing", names={})
    return Store.objects.get_or_create(code="web", defaults={"names": {}, "kind": "web"})[0]


def basket(rng: Random, regular: Customer, size: int = 40) -> list[Taking]:
    """Few buyers, known by this or that, and few numbers: much is the same, differs, or cannot be."""
    takings = []
    for _ in range(size):
        who = rng.randrange(6)
        claims = [Claim("external", f"b-{who}", scope="shop")] if rng.random() < 0.6 else []
        claims += [Claim("phone", f"1380000000{who}", verified=rng.random() < 0.4)] if rng.random() < 0.6 else []
        claims += [Claim("email", f"b{rng.randrange(6)}@example.com", verified=rng.random() < 0.3)]
        wanted = submission(
            external_number=f"N-{rng.randrange(25)}",
            items=rng.choice(([CHAIR], [CHAIR, LAMP], [LAMP, replace(LAMP, sku="LP-8", quantity=rng.choice((1, 0)))])),
            discount_minor=rng.choice((0, 1_000)),
            tax_minor=0,
            recipient=rng.choice((WANG, Recipient(), Recipient(name=f"客 {who}", phone=f"1380000000{who}"))),
            claims=claims,
            buyer_name=rng.choice(("", f"买家 {who}")),
            customer_id=rng.choice((None, None, None, None, regular.id, uuid4())),
            store=rng.choice(("", "", "", "nanjing", "shut", "nowhere")),
            placed_at=TEN - timedelta(days=9),
        )
        past = Past(TEN - timedelta(days=8), TEN - timedelta(days=7), TEN - timedelta(days=5))
        takings.append(Taking(wanted, rng.choice((None, None, Past(), past))))
    return takings


def one_by_one(takings: list[Taking], only: frozenset[Any] | None) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for taking in takings:
        try:
            done = place_order(taking.submission, by=BY, at=TEN, only_stores=only, is_history=taking.past is not None)
            if taking.past and taking.past.approved_at and not done.is_repeat:
                remember_past(order_id=done.order.id, past=taking.past, by=BY)
            outcomes.append(done)
        except Exception as refusal:
            outcomes.append(refusal)  # type: ignore[arg-type]  # compared by its kind
    return outcomes


def seen(outcomes: list[Outcome]) -> list[Any]:
    """Everything there is afterwards, but for ids, numbers and what is sealed."""
    names = {order.number: f"#{order.external_number}" for order in Order.objects.all()}
    people = {person: rank for rank, person in enumerate(dict.fromkeys(_first_orders()))}
    return [
        [(type(one).__name__, names[one.order.number], one.is_repeat) if isinstance(one, Placed)
         else (type(one).__name__, str(one) if not isinstance(one, SubmissionReused) else names[one.number])
         for one in outcomes],
        [_plain(order, people) for order in Order.objects.order_by("external_number")],
        sorted(list(OrderLine.objects.values_list(
            "order__external_number", "position", "sku", "name", "quantity", "price_minor", "discount_minor",
            "shipping_minor", "tax_minor"))),
        sorted((people.get(one.customer_id, -1), one.kind, one.scope, one.value, one.suggested, one.verified_at is None)
               for one in Identity.objects.all()),
        sorted((people.get(one.id, -1), one.name, one.language, one.created_at) for one in Customer.objects.all()),
        sorted((people.get(event.primary_id, names.get(_number(event), "")).__str__(), event.seq, event.type,
                event.occurred_at, str(event.store_id), event.channel, str(_unnumbered(event, names)))
               for event in Event.objects.all()),
    ]  # fmt: skip


def _first_orders() -> list[Any]:
    return list(Order.objects.order_by("external_number").values_list("customer_id", flat=True))


def _plain(order: Order, people: dict[Any, int]) -> dict[str, Any]:
    hidden = {"id", "number", "customer_id", "recipient_sealed", "remark_sealed", "_state"}
    plain = {name: bytes(value) if isinstance(value, memoryview) else value for name, value in order.__dict__.items()}
    plain = {name: value for name, value in plain.items() if name not in hidden}
    return plain | {"who": people[order.customer_id], "gets": recipient_of(order), "remark": remark_of(order)}


def _number(event: Event) -> str:
    return str(event.attributes.get("number", ""))


def _unnumbered(event: Event, names: dict[str, str]) -> dict[str, Any]:
    return {**event.attributes, "number": names.get(_number(event), "")}


@pytest.mark.parametrize("seed", range(6))
def test_many_come_out_as_one_by_one(seed: int, web: Store) -> None:
    regular = placed(external_number="before", claims=[Claim("external", "b-0", scope="shop")]).customer
    placed(external_number="N-1", claims=[Claim("phone", "13800000001")])
    nanjing = Store.objects.get(code="nanjing")
    only = rng_only = None if seed % 2 else frozenset([web.id])
    assert rng_only is None or nanjing.id not in rng_only
    takings = basket(Random(seed), regular)  # what is bought, not a secret
    found = []
    for way in (one_by_one, lambda given, only: place_orders(given, by=BY, at=TEN, only_stores=only)):
        try:
            with transaction.atomic():
                found.append(seen(way(takings, only)))
                raise _Undone
        except _Undone:
            continue
    for alone, together in zip(*found, strict=True):
        assert together == alone
    kinds = {one[0] for one in found[0][0]}
    assert {"Placed", "SubmissionReused", "OrderUnsound", "OrderStoreUnknown", "CustomerNotFound"} <= kinds


def test_two_hundred_are_as_many_statements_as_one() -> None:
    counts = []
    for size in (1, 200):
        takings = [Taking(submission(claims=[Claim("external", uuid4().hex, scope="shop")])) for _ in range(size)]
        with CaptureQueriesContext(connection) as asked:
            outcomes = place_orders(takings, by=BY, at=TEN)
        assert all(isinstance(one, Placed) for one in outcomes)
        counts.append(len(asked))
    assert counts == [10, 11], "orders and lines are a COPY each"
    assert OrderLine.objects.count() == 402


@pytest.mark.django_db  # one transaction: in it what was counted stays counted, and nobody counts beside it
def test_what_was_there_before_is_found_by_its_key_however_much_its_source_has_sent(
    analyse: Callable[[str], None], never_filled: Callable[[str], None]
) -> None:
    never_filled("orders_order")
    takings = [Taking(submission(external_number=f"G-{n}", claims=[])) for n in range(600)]
    analyse("orders_order")  # before there are any, which is what the database believes then
    place_orders(takings, by=BY, at=TEN)
    asked = [["shop"] * 100, [f"G-{n}" for n in range(550, 650)]]
    for is_counted in (False, True):
        if is_counted:
            analyse("orders_order")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {_BEFORE}", asked)
            plan = str(cursor.fetchone()[0])
        assert "'one_order_a_submission'" in plan
        assert "'order_source'" not in plan
    assert [one.is_repeat for one in place_orders(takings[:3], by=BY, at=TEN) if isinstance(one, Placed)] == [True] * 3


def test_the_same_batch_at_once_is_the_same_orders() -> None:
    takings = [Taking(submission(external_number=f"B-{n}", claims=[Claim("external", f"b-{n % 7}", scope="shop")]))
               for n in range(60)]  # fmt: skip

    def send(turn: int) -> set[str]:
        try:
            mine = takings[::-1] if turn % 2 else takings
            return {one.order.number for one in place_orders(mine, by=BY, at=TEN) if isinstance(one, Placed)}
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(send, range(8)))
    assert all(one == numbers[0] for one in numbers)
    assert (Order.objects.count(), Customer.objects.count(), len(numbers[0])) == (60, 7, 60)
    assert Event.objects.filter(type="orders.OrderPlaced").count() == 60


def test_history_stands_where_it_stood_and_is_told_at_its_own_times() -> None:
    began = TEN - timedelta(days=200)
    times = [began + timedelta(days=days) for days in (1, 2, 9)]
    wanted = submission(placed_at=began, promised_at=began + timedelta(days=5))
    gone = Past(times[0], cancelled_at=times[1], cancel_reason="no_stock")
    takings = [Taking(wanted, Past(*times)), Taking(submission(placed_at=began, store="shut"), gone)]
    done, cancelled = (one.order for one in place_orders(takings, by=BY, at=TEN) if isinstance(one, Placed))
    done, cancelled = Order.objects.get(id=done.id), Order.objects.get(id=cancelled.id)
    assert (done.commercial, done.fulfilment, done.delivered_at) == ("completed", "delivered", times[2])
    assert (cancelled.commercial, cancelled.cancel_reason, cancelled.store.code) == ("cancelled", "no_stock", "shut")
    told = Event.objects.filter(primary_id=done.id).order_by("seq")
    assert [(event.type.partition(".Order")[2], event.occurred_at) for event in told] == [
        ("Placed", began), ("Approved", times[0]), ("Shipped", times[1]),
        ("Delivered", times[2]), ("Completed", times[2]),
    ]  # fmt: skip
    assert [event.attributes.get("is_late") for event in told][3] is True
    ended = Event.objects.get(type="orders.OrderCancelled")
    assert (ended.attributes["is_history"], ended.occurred_at) == (True, times[1])


def test_a_long_order_among_others() -> None:
    long = submission(items=[Item(f"S-{n}", 1, 100 + n) for n in range(500)])
    [order] = [one.order for one in place_orders([Taking(long)], by=BY, at=TEN) if isinstance(one, Placed)]
    assert sum(line.discount_minor for line in order.lines.all()) == 1_000
    assert isinstance(place_orders([Taking(replace(long, items=[LAMP]))], by=BY, at=TEN)[0], SubmissionReused)
    assert place_orders([], by=BY, at=TEN) == []
    assert isinstance(Submission(**long.__dict__), Submission)
