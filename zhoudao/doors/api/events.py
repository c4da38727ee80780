"""What happened, in the order of its commit: a reader that keeps its cursor misses nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Cursor, Line
from zhoudao.ground.eventlog.facts import sentence
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.reading import OLDEST_RUNNING
from zhoudao.ground.keyset import beyond

router = Router(tags=["events"])
PAGE = 100
_LARGEST_XID = 2**63 - 1


class EventObject(Schema):
    """Something an event is about; the first is its primary object."""

    type: str
    id: UUID
    role: str


class EventItem(Schema):
    """A fact. `seq` counts within its primary object; attributes are ids, codes and amounts."""

    id: UUID
    type: str
    occurred_at: datetime
    actor: str
    channel: str
    element: str
    store_id: UUID | None
    seq: int
    objects: list[EventObject]
    attributes: dict[str, Any]
    text: str


class EventPage(Schema):
    """A page; `next` goes on after its last event, and is null only when the page is empty."""

    items: list[EventItem]
    next: str | None


class EventsAsked(Schema):
    """What is asked for."""

    cursor: Cursor = ""


class AllEventsAsked(EventsAsked):
    """What is asked for; `type` as in `cases.CaseOpened`, `object` an id."""

    type: Line = ""
    object: UUID | None = None


@operations.get(router, "", scope="events:read", answer=EventPage)
def list_events(request: HttpRequest, asked: Query[AllEventsAsked]) -> EventPage:
    """Everything that happened in the caller's stores, oldest first."""
    viewer = viewer_in(request)
    rows = Event.objects.all()
    if viewer.stores is not None:
        rows = rows.filter(store_id__in=viewer.stores)
    if asked.type:
        rows = rows.filter(type=asked.type)
    if asked.object:
        rows = rows.filter(object_ids__contains=[asked.object])
    return page_of(rows, asked.cursor)


def page_of(rows: QuerySet[Event], cursor: str) -> EventPage:
    """A page of these events, none that a running transaction could still precede."""
    if cursor:
        xid, event_id = _place(cursor)
        rows = rows.filter(beyond("xid", xid, event_id))
    found = list(rows.filter(xid__lt=OLDEST_RUNNING).order_by("xid", "id")[:PAGE])
    following = paging.write(found[-1].xid, found[-1].id) if found else None
    return EventPage(items=[_item(event) for event in found], next=following)


def _place(cursor: str) -> tuple[int, UUID]:
    xid, _, event_id = paging.read(cursor).partition("~")
    try:
        if not 0 <= int(xid) <= _LARGEST_XID:
            raise paging.BadCursor
        return int(xid), UUID(event_id)
    except ValueError as error:
        raise paging.BadCursor from error


def _item(event: Event) -> EventItem:
    return EventItem(
        id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        actor=event.actor,
        channel=event.channel,
        element=event.element,
        store_id=event.store_id,
        seq=event.seq,
        objects=[EventObject(type=type_, id=id_, role=role) for type_, id_, role in event.parties],
        attributes=event.attributes,
        text=sentence(event.type, event.attributes),
    )
