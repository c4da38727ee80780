"""Approving several orders in one transaction: chosen before, locked in one order, written in a few statements."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from zhoudao.ground.eventlog.recording import By, Entry, record_all
from zhoudao.rooms.orders.choices import told_of
from zhoudao.rooms.orders.commands.holding import entry
from zhoudao.rooms.orders.days import take_each_day
from zhoudao.rooms.orders.events import OrderApproved
from zhoudao.rooms.orders.models import Commercial, Fulfilment, Order, OrderLine
from zhoudao.rooms.orders.places import Decision, Ground
from zhoudao.rooms.orders.sourcing import choose, goods_of, places_of, purpose_of, wanted_of
from zhoudao.rooms.stock.commands.reserving import reserve_each

PASSED = Q(commercial=Commercial.PLACED, open_holds=0, reviewed_at__isnull=False)
_APPROVED = """
    UPDATE orders_order AS o
       SET commercial = 'approved', approved_at = %s, fulfilment = now.fulfilment, packing_date = now.packing_date,
           packing_places = now.packing_places
      FROM json_to_recordset(%s::json)
           AS now (id uuid, fulfilment text, packing_date date, packing_places uuid[])
     WHERE o.id = now.id
"""


def approve_together(
    orders: Sequence[Order], lines: Mapping[UUID, Sequence[OrderLine]], ground: Ground, *, by: By, at: datetime
) -> set[UUID]:
    """This will approve those of these orders whose goods are all there, the first first, as each alone would be (at
    most fifteen statements); returns which. What is left over asks for a person or for another look: each alone.

    Everybody holds orders before balances and balances before days: here each of them all at once, in one order.

    Raises: PlaceFull (somebody was faster; nothing happened)
    """
    chosen: dict[UUID, Decision | None] = {}
    for order in orders:
        if any(line.sku in ground.unknown for line in lines[order.id]):
            continue
        known, decision = choose(order, lines[order.id], ground)
        if not known:
            chosen[order.id] = None  # stock knows none of it
        elif decision.choice.plan is not None:
            ground.note(decision)
            chosen[order.id] = decision
    wanted = {order_id: wanted_of(lines[order_id]) for order_id in chosen}
    return _kept(chosen, wanted, ground, by=by, at=at)


@transaction.atomic
def _kept(
    chosen: Mapping[UUID, Decision | None],
    wanted: Mapping[UUID, dict[str, int]],
    ground: Ground,
    *,
    by: By,
    at: datetime,
) -> set[UUID]:
    found = _held(wanted)
    goods = {
        purpose_of(order_id): goods_of(decision, ground)
        for order_id, decision in chosen.items()
        if decision is not None and order_id in found
    }
    kept = {purpose.id for purpose in reserve_each(goods, by=by, at=at)} if goods else set()
    done = {id_: decision for id_, decision in chosen.items() if id_ in found and (decision is None or id_ in kept)}
    days: Counter[tuple[UUID, date]] = Counter()
    written, told = [], []
    for order_id, decision in done.items():
        places = sorted(places_of(goods[purpose_of(order_id)])) if decision else []
        if decision:
            days.update((place, decision.day) for place in places)
        written.append(_written(order_id, decision, places))
        told += _told(found[order_id], decision, by=by, at=at)
    if done:
        with connection.cursor() as cursor:
            cursor.execute(_APPROVED, [at, json.dumps(written)])
        record_all(told, at=at, by=by)
    take_each_day(days)
    return set(done)


def _held(wanted: Mapping[UUID, dict[str, int]]) -> dict[UUID, Order]:
    """Those that still pass and ask for what was chosen for, locked."""
    rows = Order.objects.select_for_update().filter(PASSED, id__in=list(wanted)).order_by("id")
    found = {order.id: order for order in rows}
    now: dict[UUID, Counter[str]] = {order_id: Counter() for order_id in found}
    lines = OrderLine.objects.filter(order_id__in=list(found))
    for order_id, sku, quantity in lines.values_list("order_id", "sku", "quantity"):
        now[order_id][sku] += quantity
    return {order_id: order for order_id, order in found.items() if now[order_id] == wanted[order_id]}


def _written(order_id: UUID, decision: Decision | None, places: Sequence[UUID]) -> dict[str, object]:
    return {
        "id": str(order_id),
        "fulfilment": (Fulfilment.RESERVED if decision else Fulfilment.NONE).value,
        "packing_date": decision.day.isoformat() if decision else None,
        "packing_places": [str(place) for place in places],
    }


def _told(order: Order, decision: Decision | None, *, by: By, at: datetime) -> list[Entry]:
    facts = [entry(order, OrderApproved(order.number), by=by, at=at)]
    if decision:
        facts.append(entry(order, told_of(order.number, decision, why="rules"), by=by, at=at))
    return facts
