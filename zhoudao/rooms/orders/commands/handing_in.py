"""A list of orders handed in at the desk: kept, read, settled how, taken in by a worker, and forgotten."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files import store as files
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.kit.tables import TableUnreadable
from zhoudao.kit.text import clip
from zhoudao.rooms.orders.commands import importing
from zhoudao.rooms.orders.commands.importing import Tally, Wrong, take_some
from zhoudao.rooms.orders.events import OrderListTaken
from zhoudao.rooms.orders.lists.mapping import MapUnsound, OrderMap, guess
from zhoudao.rooms.orders.lists.reading import Drawn, List, orders_in, read_list
from zhoudao.rooms.orders.models import OrderList, OrderListMap
from zhoudao.rooms.orders.refusals import Fault, OrderStoreUnknown, SubmissionReused

SHOWN_ROWS = 60  # first rows that are looked at before a list is taken in
MOST_WRONG = 1_000  # orders that are named; the others are counted
KEPT = timedelta(days=7)
_WIDEST = 60  # columns


class ListNotOpen(Exception):
    """This list is being taken in already, or was."""


@transaction.atomic
def hand_in(*, name: str, content: bytes, user_id: UUID, at: datetime) -> OrderList:
    """This will keep a list for a worker to read.

    Raises: FileTooLarge, FileEmpty
    """
    row = OrderList(id=uuid7(), asked_by_id=user_id, name=clip(name, 120), handed_in_at=at)
    key = box.new_key(row.id)
    key.save(force_insert=True)
    row.key_id = key.id
    row.save(force_insert=True)
    files.keep(content, subject_id=row.id, key_id=key.id)
    return row


@transaction.atomic
def read_in(list_id: UUID) -> OrderList:
    """This will find a list's columns and first rows, and guess what they say; or say why not. Safe to repeat."""
    row = OrderList.objects.select_for_update().get(id=list_id)
    if row.state != OrderList.State.READING:
        return row
    try:
        whole = read_list(_content(row))
    except TableUnreadable as trouble:
        row.state, row.trouble, row.trouble_at = OrderList.State.UNREADABLE, trouble.code, trouble.where
    except MapUnsound:
        row.state, row.trouble = OrderList.State.UNREADABLE, "titles"
    else:
        titles = whole.titles[:_WIDEST]
        first = json.dumps(whole.rows[:SHOWN_ROWS], ensure_ascii=False)
        row.first_sealed = box.seal(row.key_id, first, place=_place(row))
        row.state, row.titles, row.rows = OrderList.State.OPEN, titles, len(whole.rows)
        row.how = {"columns": guess(titles)}
    row.save()
    if row.state == OrderList.State.UNREADABLE:
        _forget(row, row.handed_in_at)
    return row


def first_orders(row: OrderList, how: OrderMap, most: int) -> Sequence[Drawn]:
    """The first orders of an open list, read so; none that may go on after the rows that were kept.

    Raises: MapUnsound
    """
    if not row.first_sealed:
        return []
    rows = [(number, cells) for number, cells in json.loads(box.open_text(row.first_sealed, place=_place(row)))]
    found = list(orders_in(List(row.titles, rows), how))
    return found[: min(most, len(found) - (row.rows > len(rows) and len(found) > 1))]


@transaction.atomic
def settle(*, list_id: UUID, how: OrderMap, begins: bool = False) -> OrderList:
    """This will note how an open list is read, and let it be taken in.

    Raises: ListNotOpen
    """
    row = OrderList.objects.select_for_update().get(id=list_id)
    if row.state != OrderList.State.OPEN or row.forgotten_at is not None:
        raise ListNotOpen(ListNotOpen.__doc__)
    row.how = how.stored()
    if begins:
        row.state = OrderList.State.RUNNING
    row.save(update_fields=["how", "state"])
    return row


def work_list(list_id: UUID, *, by: By, at: datetime, only_stores: frozenset[UUID] | None) -> None:
    """This will take a list in, some orders at a time, each time with how far it is: killed, it goes on there."""
    row = OrderList.objects.get(id=list_id)
    if row.state != OrderList.State.RUNNING:
        return
    how = OrderMap.of(row.how)
    drawn = list(orders_in(read_list(_content(row)), how))  # read well before, so read well again
    while _take_next(list_id, drawn, by=by, at=at, only_stores=only_stores):
        continue


@transaction.atomic
def _take_next(
    list_id: UUID, drawn: Sequence[Drawn], *, by: By, at: datetime, only_stores: frozenset[UUID] | None
) -> bool:
    """Whether there is more to take."""
    row = OrderList.objects.select_for_update().get(id=list_id)
    if row.state != OrderList.State.RUNNING:
        return False
    tally = Tally()
    some = drawn[row.done : row.done + importing.AT_ONCE]
    take_some(some, tally, by=by, at=at, only_stores=only_stores)
    row.orders = len(drawn)
    row.done += len(some)
    row.placed += tally.placed
    row.before += tally.before
    row.wrong_count += len(tally.wrong)
    row.wrong += [_stored(one) for one in tally.wrong[: max(0, MOST_WRONG - len(row.wrong))]]
    if row.done >= len(drawn):
        row.state, row.ended_at = OrderList.State.DONE, at
        fact = OrderListTaken(row.orders, row.placed, row.before, row.wrong_count)
        record(fact, at=at, by=by, about=[About("order_list", row.id)])
        if not row.wrong:
            _forget(row, at)
    row.save()
    return row.state == OrderList.State.RUNNING


def wrong_of(row: OrderList) -> list[Wrong]:
    """What was not taken, and why."""
    return [_read(one) for one in row.wrong]


def whole_list(row: OrderList) -> List:
    """The list itself, while it is kept. Raises: Unreadable."""
    return read_list(_content(row))


@transaction.atomic
def save_map(*, name: str, how: OrderMap, by: By, at: datetime) -> OrderListMap:
    """This will keep how a list is read under a name; the same name again is the newer one."""
    said = {"how": how.stored(), "saved_by": by.actor, "saved_at": at}
    return OrderListMap.objects.update_or_create(name=clip(name.strip(), 60), defaults=said)[0]


@transaction.atomic
def forget_lists(*, at: datetime) -> int:
    """This will destroy what lists said that were handed in a week ago; returns how many."""
    old = OrderList.objects.select_for_update(skip_locked=True).filter(forgotten_at=None, handed_in_at__lt=at - KEPT)
    rows = list(old.exclude(state=OrderList.State.RUNNING).order_by("handed_in_at")[:50])
    for row in rows:
        _forget(row, at)
        row.save(update_fields=["first_sealed", "forgotten_at"])
    return len(rows)


def _forget(row: OrderList, at: datetime) -> None:
    files.erase(row.id)
    box.destroy_keys(row.id)
    row.first_sealed, row.forgotten_at = None, at


def _content(row: OrderList) -> bytes:
    stored = StoredFile.objects.filter(subject_id=row.id).first()
    if stored is None:
        raise box.Unreadable("The list was destroyed.")
    return files.read(stored)


def _place(row: OrderList) -> str:
    return f"order_list.first.{row.id}"


def _stored(wrong: Wrong) -> dict[str, Any]:
    said: dict[str, Any] = {"rows": list(wrong.rows), "faults": [[one.field, one.code] for one in wrong.faults]}
    if isinstance(wrong.refusal, SubmissionReused):
        said["reused"] = wrong.refusal.number
    elif wrong.refusal is not None:
        said["store"] = True
    return said


def _read(said: dict[str, Any]) -> Wrong:
    faults = [Fault(field, code) for field, code in said["faults"]]
    if "reused" in said:
        return Wrong(said["rows"], faults, SubmissionReused(said["reused"], UUID(int=0)))
    return Wrong(said["rows"], faults, OrderStoreUnknown(OrderStoreUnknown.__doc__) if "store" in said else None)
