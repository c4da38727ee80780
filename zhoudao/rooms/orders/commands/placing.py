"""Taking orders: once for each source and number, however often and at once they are sent; many as one by one."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, models, transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.ground.rows import copy_new, store_new
from zhoudao.ground.vault import box
from zhoudao.rooms.customers.claims import locks
from zhoudao.rooms.customers.commands.gathering import Party, meet_all
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.events import CustomerMet
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.drafting import Buyer, draft_lines, draft_order
from zhoudao.rooms.orders.events import OrderPlaced, OrderRepeatRefused
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past, put_where_it_stood
from zhoudao.rooms.orders.refusals import OrderRefused, OrderStoreUnknown, OrderUnsound, SubmissionReused
from zhoudao.rooms.orders.submission import Submission, sound

_WEB = "web"
_AT_ONCE = 13  # rows that go in one statement; every count of lines is a statement of its own to keep
_Key = tuple[str, str]
# Each by its own place in the unique index: asked for equality, the source's index looks as good until statistics know
# how much it has sent, and every batch would read all that came before it.
_BEFORE = """
    SELECT mine.* FROM unnest(%s::text[], %s::text[]) AS asked (source, number)
    CROSS JOIN LATERAL (
        SELECT * FROM orders_order AS o WHERE (o.source, o.external_number) >= (asked.source, asked.number)
        ORDER BY o.source, o.external_number LIMIT 1
    ) AS mine
    WHERE mine.source = asked.source AND mine.external_number = asked.number
"""


@dataclass(frozen=True)
class Placed:
    """The order, and whether the same submission had made it before."""

    order: Order
    is_repeat: bool


@dataclass(frozen=True)
class Taking:
    """One order to take. `past`: it is history, brought in from elsewhere with what had happened; nobody is told."""

    submission: Submission
    past: Past | None = None


Outcome = Placed | OrderRefused | CustomerNotFound


@dataclass
class _One:
    """One of a batch on its way: as it is wanted, then its order or why there is none."""

    wanted: Submission
    past: Past | None
    store_id: UUID | None = None
    order: Order | None = None
    outcome: Outcome | None = None

    @property
    def key(self) -> _Key:
        return self.wanted.source, self.wanted.external_number


@dataclass(frozen=True)
class _Batch:
    """Who takes orders when, for which stores, and what is to be told of it."""

    by: By
    at: datetime
    only_stores: frozenset[UUID] | None
    entries: list[Entry] = field(default_factory=list)

    def by_for(self, order: Order) -> By:
        return By(self.by.actor, store_id=order.store_id, channel=order.source)


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
    takings = [Taking(submission, Past() if is_history else None)]
    [outcome] = place_orders(takings, by=by, at=at, only_stores=only_stores)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def place_orders(
    takings: Sequence[Taking], *, by: By, at: datetime, only_stores: frozenset[UUID] | None = None
) -> list[Outcome]:
    """This will take orders as if one after the other, each or not at all, in as many statements as one takes.

    What is refused is returned in its place, as `place_order` would raise it. All commit together.
    """
    ones, outcomes = _sound(takings, at)
    batch = _Batch(by, at, only_stores)
    if ones:
        with transaction.atomic():
            _take(batch, list(ones.values()))
    outcomes.update({place: one.outcome for place, one in ones.items() if one.outcome is not None})
    return [outcomes[place] for place in range(len(takings))]


def _sound(takings: Sequence[Taking], at: datetime) -> tuple[dict[int, _One], dict[int, Outcome]]:
    ones: dict[int, _One] = {}
    outcomes: dict[int, Outcome] = {}
    for place, taking in enumerate(takings):
        try:
            ones[place] = _One(sound(taking.submission, at=at), taking.past)
        except OrderUnsound as refusal:
            outcomes[place] = refusal
    return ones, outcomes


def _take(batch: _Batch, ones: Sequence[_One]) -> None:
    _lock(one.wanted for one in ones)
    before = _before(ones)
    fresh = [one for one in ones if one.key not in before]
    stores = _stores(fresh)
    customers = _customers(fresh) if any(one.wanted.customer_id for one in fresh) else {}
    first: dict[_Key, _One] = {}
    for one in fresh:
        if one.key not in first and _is_possible(one, stores, customers, batch.only_stores):
            first[one.key] = one
    _place(batch, list(first.values()), customers)
    for one in ones:
        if one.outcome is None:
            earlier = before.get(one.key) or first[one.key].order
            assert earlier is not None
            one.outcome = _again(batch, one.wanted, earlier)
    record_all(batch.entries, at=batch.at, by=batch.by)


def _lock(many: Iterable[Submission]) -> None:
    """First the submissions, then who they are from: always in one statement, in one order."""
    wanted_locks = set()
    for wanted in many:
        text = f"order|{wanted.source}|{wanted.external_number}"
        own = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
        wanted_locks |= {own, *locks(wanted.claims)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [sorted(wanted_locks)])


def _before(ones: Sequence[_One]) -> dict[_Key, Order]:
    """The orders these submissions, or others under their names, made before; held where there is more to tell."""
    keys = sorted({one.key for one in ones})
    found = Order.objects.raw(_BEFORE, [[source for source, _ in keys], [number for _, number in keys]])
    before = {(order.source, order.external_number): order for order in found}
    told = [one for one in ones if one.key in before and _differences(before[one.key], one.wanted)]
    if told:
        rows = Order.objects.select_for_update().filter(id__in={before[one.key].id for one in told}).order_by("id")
        before |= {(order.source, order.external_number): order for order in rows}
    return before


def _stores(fresh: Sequence[_One]) -> dict[str, tuple[UUID, datetime | None]]:
    if not fresh:
        return {}
    codes = {one.wanted.store or _WEB for one in fresh}
    rows = Store.objects.filter(code__in=codes).values_list("code", "id", "closed_at")
    return {code: (id_, closed_at) for code, id_, closed_at in rows}


def _customers(fresh: Sequence[_One]) -> dict[UUID, UUID]:
    """The keys of the customers named by id, who are held."""
    ids = {one.wanted.customer_id for one in fresh if one.wanted.customer_id}
    rows = Customer.objects.select_for_update(no_key=True).filter(id__in=ids, erased_at=None).order_by("id")
    keys = dict(rows.values_list("id", "key_id"))
    box.fetch(keys.values())
    return keys


def _is_possible(
    one: _One,
    stores: dict[str, tuple[UUID, datetime | None]],
    customers: dict[UUID, UUID],
    only_stores: frozenset[UUID] | None,
) -> bool:
    store_id, closed_at = stores.get(one.wanted.store or _WEB, (None, None))
    is_shut = closed_at is not None and one.past is None
    if store_id is None or is_shut or (only_stores is not None and store_id not in only_stores):
        one.outcome = OrderStoreUnknown(OrderStoreUnknown.__doc__)
    elif one.wanted.customer_id is not None and one.wanted.customer_id not in customers:
        one.outcome = CustomerNotFound(CustomerNotFound.__doc__)
    one.store_id = store_id
    return one.outcome is None


def _place(batch: _Batch, ones: Sequence[_One], customers: dict[UUID, UUID]) -> None:
    if not ones:
        return
    rows: list[models.Model] = []
    buyers, ranks = _buyers(ones, customers, batch.at), _ranks(len(ones))
    for one, buyer, rank in zip(ones, buyers, ranks, strict=True):
        assert one.store_id is not None
        order = draft_order(one.wanted, buyer, store_id=one.store_id, rank=rank, at=batch.at)
        one.order, one.outcome = order, Placed(order, is_repeat=False)
        batch.entries.extend(_told(batch, order, buyer, one.past))
        rows += [order, *draft_lines(order, one.wanted)]
    store = store_new if len(rows) <= _AT_ONCE else copy_new
    store(*rows)


def _told(batch: _Batch, order: Order, buyer: Buyer, past: Past | None) -> list[Entry]:
    about, here = [About("order", order.id), About("customer", order.customer_id)], batch.by_for(order)
    at = batch.at if past is None else order.placed_at
    fact = OrderPlaced(
        order.number, order.source, order.line_count, order.total_minor, order.currency, is_history=past is not None
    )
    entries = [Entry(fact, about, here, at)]
    if buyer.is_new:
        entries.insert(0, Entry(CustomerMet(channel=order.source), about[1:], here, at))
    if past is not None:
        entries += [Entry(then, about, here, when) for then, when in put_where_it_stood(order, past)]
    return entries


def _buyers(ones: Sequence[_One], customers: dict[UUID, UUID], at: datetime) -> list[Buyer]:
    strangers = [one for one in ones if one.wanted.customer_id is None]
    met = iter(meet_all([_party(one, at) for one in strangers]))
    buyers = []
    for one in ones:
        if one.wanted.customer_id is not None:
            buyers.append(Buyer(one.wanted.customer_id, customers[one.wanted.customer_id], is_new=False))
        else:
            person = next(met)
            buyers.append(Buyer(person.customer_id, person.key_id, person.is_new))
    return buyers


def _party(one: _One, at: datetime) -> Party:
    wanted = one.wanted
    moment = at if one.past is None else wanted.placed_at or at
    return Party(wanted.claims, wanted.buyer_name or wanted.recipient.name, wanted.language, moment)


def _ranks(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('order_number') FROM generate_series(1, %s)", [count])
        return [int(row[0]) for row in cursor.fetchall()]


def _again(batch: _Batch, wanted: Submission, before: Order) -> Outcome:
    """What the same source and number get that made an order before."""
    if batch.only_stores is not None and before.store_id not in batch.only_stores:
        return OrderStoreUnknown(OrderStoreUnknown.__doc__)
    differs = _differences(before, wanted)
    if not differs:
        return Placed(before, is_repeat=True)
    total = wanted.goods_minor - wanted.discount_minor + wanted.shipping_minor
    fact = OrderRepeatRefused(before.number, len(wanted.items), total, wanted.currency, differs)
    about = [About("order", before.id), About("customer", before.customer_id)]
    batch.entries.append(Entry(fact, about, batch.by_for(before)))
    return SubmissionReused(before.number, before.id)


def _differences(before: Order, wanted: Submission) -> list[str]:
    """`goods` or `people`; of an order whose people were erased only the goods can be compared."""
    differs = ["goods"] if bytes(before.goods_index) != wanted.goods_index else []
    if before.person_index is not None and bytes(before.person_index) != wanted.person_index:
        differs.append("people")
    return differs
