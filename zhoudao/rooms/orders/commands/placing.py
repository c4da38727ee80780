"""Taking an order: once for each source and number, however often and at once it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import About, By, Entry, record, record_all
from zhoudao.ground.rows import store_new
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.claims import locks
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.commands.meeting import find_known, meet
from zhoudao.rooms.customers.events import CustomerMet
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.events import OrderPlaced, OrderRepeatRefused
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.refusals import OrderStoreUnknown, SubmissionReused
from zhoudao.rooms.orders.sealed import seal_people
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.submission import Submission, sound

_WEB = "web"
_AT_ONCE = 12  # lines that go with their order in one statement; every count is a statement of its own to keep


@dataclass(frozen=True)
class Placed:
    """The order, and whether the same submission had made it before."""

    order: Order
    is_repeat: bool


@dataclass(frozen=True)
class _Buyer:
    customer_id: UUID
    key_id: UUID
    is_new: bool


def place_order(
    submission: Submission,
    *,
    by: By,
    at: datetime,
    only_stores: frozenset[UUID] | None = None,
    is_history: bool = False,
) -> Placed:
    """This will take an order, or return the one the same submission made. `only_stores`: those the sender may use.

    Other contents under the same source and number are refused, and kept on the first one's timeline: so the refusal
    is raised after the transaction, not in it. `is_history`: nobody is told.

    Raises: OrderUnsound, OrderStoreUnknown, CustomerNotFound, SubmissionReused
    """
    wanted = sound(submission, at=at)
    with transaction.atomic():
        _lock(wanted)
        before = Order.objects.filter(source=wanted.source, external_number=wanted.external_number).first()
        if before is None:
            return Placed(_place(wanted, by, at, only_stores, is_history), is_repeat=False)
        if only_stores is not None and before.store_id not in only_stores:
            raise OrderStoreUnknown(OrderStoreUnknown.__doc__)
        differs = _differences(before, wanted)
        if differs:
            _keep_refusal(before, wanted, differs, by, at)
    if differs:
        raise SubmissionReused(before.number, before.id)
    return Placed(before, is_repeat=True)


def _lock(wanted: Submission) -> None:
    """First the submission, then who it is from: always in one statement, in one order."""
    text = f"order|{wanted.source}|{wanted.external_number}"
    own = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [sorted({own, *locks(wanted.claims)})]
        )


def _place(wanted: Submission, by: By, at: datetime, only_stores: frozenset[UUID] | None, is_history: bool) -> Order:
    store_id = _store(wanted.store or _WEB, only_stores, is_history)
    placed_at = wanted.placed_at or at
    buyer = _buyer(wanted, placed_at if is_history else at)
    order = _order(wanted, buyer, store_id, at)
    _store_all(order, _lines(order, wanted))
    here = By(by.actor, store_id=store_id, channel=wanted.source)
    about = [About("order", order.id), About("customer", buyer.customer_id)]
    fact = OrderPlaced(
        order.number, order.source, order.line_count, order.total_minor, order.currency, is_history=is_history
    )
    entries = [Entry(fact, about)]
    if buyer.is_new:
        entries.insert(0, Entry(CustomerMet(channel=wanted.source), [About("customer", buyer.customer_id)]))
    record_all(entries, at=placed_at if is_history else at, by=here)
    return order


def _store(code: str, only_stores: frozenset[UUID] | None, is_history: bool) -> UUID:
    rows = Store.objects.filter(code=code) if is_history else Store.objects.filter(code=code, closed_at=None)
    found = rows.values_list("id", flat=True).first()
    if found is None or (only_stores is not None and found not in only_stores):
        raise OrderStoreUnknown(OrderStoreUnknown.__doc__)
    return found


def _buyer(wanted: Submission, at: datetime) -> _Buyer:
    if wanted.customer_id is not None:
        rows = Customer.objects.select_for_update(no_key=True).filter(id=wanted.customer_id, erased_at=None)
        key_id = rows.values_list("key_id", flat=True).first()
        if key_id is None:
            raise CustomerNotFound(CustomerNotFound.__doc__)
        return _Buyer(wanted.customer_id, key_id, is_new=False)
    known = find_known(wanted.claims) if wanted.claims else None
    name = wanted.buyer_name or wanted.recipient.name
    met = meet(known, wanted.claims, name=name, language=wanted.language, at=at)
    return _Buyer(met.customer_id, met.key_id, met.is_new)


def _order(wanted: Submission, buyer: _Buyer, store_id: UUID, at: datetime) -> Order:
    order = Order(
        id=uuid7(),
        number=_number(wanted.placed_at or at),
        store_id=store_id,
        customer_id=buyer.customer_id,
        source=wanted.source,
        external_number=wanted.external_number,
        payment=wanted.payment,
        currency=wanted.currency,
        goods_minor=wanted.goods_minor,
        discount_minor=wanted.discount_minor,
        shipping_minor=wanted.shipping_minor,
        tax_minor=wanted.tax_minor,
        total_minor=wanted.goods_minor - wanted.discount_minor + wanted.shipping_minor,
        line_count=len(wanted.items),
        placed_at=wanted.placed_at or at,
        recorded_at=at,
        promised_at=wanted.promised_at,
        language=wanted.language,
        goods_index=wanted.goods_index,
        person_index=wanted.person_index,
    )
    seal_people(order, buyer.key_id, wanted.recipient, wanted.remark)
    return order


def _lines(order: Order, wanted: Submission) -> list[OrderLine]:
    pieces = [(item.price_minor, item.quantity) for item in wanted.items]
    parts = {
        name: share_out(getattr(wanted, name), pieces) for name in ("discount_minor", "shipping_minor", "tax_minor")
    }
    return [
        OrderLine(
            order=order,
            position=place + 1,
            sku=item.sku,
            name=item.name or item.sku,
            quantity=item.quantity,
            price_minor=item.price_minor,
            **{name: shares[place] for name, shares in parts.items()},
        )
        for place, item in enumerate(wanted.items)
    ]


def _store_all(order: Order, lines: list[OrderLine]) -> None:
    if len(lines) <= _AT_ONCE:
        store_new(order, *lines)
        return
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(lines)


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('order_number')")
        row = cursor.fetchone()
    assert row is not None
    return f"O{at.year}-{int(row[0]):06d}"


def _differences(before: Order, wanted: Submission) -> list[str]:
    """`goods` or `people`; of an order whose people were erased only the goods can be compared."""
    differs = ["goods"] if bytes(before.goods_index) != wanted.goods_index else []
    if before.person_index is not None and bytes(before.person_index) != wanted.person_index:
        differs.append("people")
    return differs


def _keep_refusal(before: Order, wanted: Submission, differs: list[str], by: By, at: datetime) -> None:
    Order.objects.select_for_update().get(id=before.id)
    total = wanted.goods_minor - wanted.discount_minor + wanted.shipping_minor
    fact = OrderRepeatRefused(before.number, len(wanted.items), total, wanted.currency, differs)
    here = By(by.actor, store_id=before.store_id, channel=wanted.source)
    record(fact, at=at, by=here, about=[About("order", before.id), About("customer", before.customer_id)])
