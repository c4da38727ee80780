"""What other rules would have done with the orders of a while: started by a person, worked through by a job."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from zhoudao.engines.allocation import Rule, RuleUnreadable, read_rules
from zhoudao.engines.allocation.replaying import Chosen, Replay
from zhoudao.ground.decisions.queries import Table, table_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.orders.choices import looked_at
from zhoudao.rooms.orders.commands.reviewing import lines_of
from zhoudao.rooms.orders.events import OrderAllocated
from zhoudao.rooms.orders.models import Order, Rehearsal
from zhoudao.rooms.orders.places import rules_for
from zhoudao.rooms.orders.refusals import RehearsalUnsound
from zhoudao.rooms.orders.tables import ALLOCATION
from zhoudao.rooms.stock.models import Warehouse

MOST, LONGEST = 50_000, 92  # orders, and days
_AT_ONCE = 500


def begin_rehearsal(
    *, criteria: str, version: int | None, since: datetime, until: datetime, user_id: UUID, at: datetime
) -> Rehearsal:
    """This will note what is to be worked out: one order of criteria for all, or a version of the table.

    Raises: RehearsalUnsound
    """
    is_span = since < until <= since + timedelta(days=LONGEST)
    if not is_span or not _is_known(criteria, version):
        raise RehearsalUnsound(RehearsalUnsound.__doc__)
    return Rehearsal.objects.create(
        criteria=criteria if version is None else "",
        version=version,
        since=since,
        until=until,
        asked_by_id=user_id,
        asked_at=at,
    )


def work_rehearsal(rehearsal_id: UUID, *, at: datetime) -> Rehearsal:
    """This will choose them all again; begun again it begins anew, and once done it is done."""
    row = Rehearsal.objects.get(id=rehearsal_id)
    if row.ended_at is not None:
        return row
    table = table_of(ALLOCATION, row.version) if row.version is not None else None
    fixed = read_rules(row.criteria) if row.version is None else ()
    replay = Replay(dict(Warehouse.objects.values_list("code", "daily_capacity")))
    row.done = 0
    for events in _batches(row):
        for event, rules in zip(events, _rules(events, table, fixed), strict=True):
            replay.take(chosen_in(event.attributes), rules)
        row.done += len(events)
        row.save(update_fields=["done"])
    row.result = {name: getattr(replay, name) for name in ("orders", "moved", "unsent")}
    row.result |= {"then": asdict(replay.then), "would": asdict(replay.would)}
    row.ended_at = at
    row.save(update_fields=["result", "ended_at", "done"])
    return row


def chosen_in(attributes: dict[str, Any]) -> Chosen:
    """A choice as its event keeps it."""
    sites = [one.site for one in looked_at(attributes)]
    return Chosen(date.fromisoformat(attributes["packing_date"]), sites, attributes["plan"])


def _batches(row: Rehearsal) -> Iterator[list[Event]]:
    """First choices that sent all of an order, in the order in which they were made; at most fifty thousand."""
    found = Event.objects.filter(type=OrderAllocated.name, occurred_at__gte=row.since, occurred_at__lt=row.until)
    found = found.filter(attributes__why="allocated_rules", attributes__waiting=0).order_by("occurred_at", "id")
    after = Q()
    for _ in range(MOST // _AT_ONCE):
        events = list(found.filter(after)[:_AT_ONCE])
        if not events:
            return
        yield events
        last = events[-1]
        after = beyond("occurred_at", last.occurred_at, last.id)


def _rules(events: Sequence[Event], table: Table | None, fixed: Sequence[Rule]) -> list[Sequence[Rule]]:
    if fixed:
        return [fixed for _ in events]
    ids = [event.primary_id for event in events]
    orders, lines = Order.objects.in_bulk(ids), lines_of(ids)
    return [rules_for(orders[id_], lines[id_], table).criteria for id_ in ids]


def _is_known(criteria: str, version: int | None) -> bool:
    if version is not None:
        return table_of(ALLOCATION, version) is not None
    try:
        return bool(read_rules(criteria))
    except RuleUnreadable:
        return False
