"""What carriers say of parcels, for programs: read, and told by whoever knows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.shipments import Number, ParcelState
from zhoudao.doors.api.words import Code, Cursor
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.orders import seen_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.models import Parcel, TrackingEvent
from zhoudao.rooms.parcels.queries.tracking import EventsAsked, event_page
from zhoudao.rooms.parcels.refusals import ParcelNotFound
from zhoudao.rooms.parcels.told import MOST_MARKS, Said, Told, Unread, told

router = Router(tags=["tracking-events"])
_STRICT = ConfigDict(extra="forbid")
_SOURCE = "api"


class TrackingEventItem(Schema):
    """What was said once of a number. `shipment_id` null: of one that no parcel of ours has."""

    id: UUID
    shipment_id: UUID | None
    carrier: str
    tracking_number: str
    state: str
    occurred_at: datetime
    recorded_at: datetime
    place: str
    text: str
    source: str


class TrackingEventList(Schema):
    """What was said, the latest told first."""

    items: list[TrackingEventItem]
    next: str | None


class TrackingAsked(Schema):
    """Of which parcel or number; without, everything of orders the caller may see."""

    shipment_id: UUID | None = None
    carrier: Code = ""
    tracking_number: Number = ""
    cursor: Cursor = ""


class MarkIn(Schema):
    """One thing that is said. Telephone numbers in `text` are masked."""

    model_config = _STRICT

    at: AwareDatetime
    state: ParcelState
    text: Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = ""
    place: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class TrackingIn(Schema):
    """What is said of one number of one carrier, in any order, also again."""

    model_config = _STRICT

    carrier: Code
    tracking_number: Number
    events: Annotated[list[MarkIn], Field(min_length=1, max_length=MOST_MARKS)]
    expected_at: AwareDatetime | None = None


class TrackingDone(Schema):
    """Where the parcel stands now; both null: no parcel has this number yet. It waits, and joins when one gets it."""

    shipment_id: UUID | None
    state: str | None


@operations.get(router, "", scope="tracking-events:read", answer=TrackingEventList)
def tracking_events(request: HttpRequest, asked: Query[TrackingAsked]) -> TrackingEventList:
    """What was said of parcels. Numbers nobody knows are told to callers of the whole company only."""
    viewer = viewer_in(request)
    if asked.tracking_number and not asked.carrier:
        raise Refused(422, "carrier_missing", "Name the carrier too: two may use the same number.")
    after = paging.read_id(asked.cursor) if asked.cursor else None
    wanted = EventsAsked(asked.shipment_id, asked.carrier, asked.tracking_number, after)
    rows, following = event_page(seen_orders(viewer), wanted)
    return TrackingEventList(items=[_item(one) for one in rows], next=paging.write(following) if following else None)


@operations.post(router, "", scope="tracking-events:write", answers={200: TrackingDone})
def tell(request: HttpRequest, said: TrackingIn) -> TrackingDone:
    """Tell where a parcel is: each thing once, however often and in whatever order it comes."""
    viewer = viewer_in(request)
    marks = [Said(one.at, one.state, one.text, one.place) for one in said.events]
    try:
        given = told(said.carrier, said.tracking_number, marks, expected_at=said.expected_at)
    except Unread as refusal:
        raise Refused(422, "tracking_unsound", str(refusal)) from None
    if not viewer.is_everywhere and not _is_theirs(given, viewer):
        raise ParcelNotFound(ParcelNotFound.__doc__)
    parcel = note_told(told=given, source=_SOURCE, at=clock.now())
    return TrackingDone(shipment_id=parcel.id if parcel else None, state=parcel.state if parcel else None)


def _is_theirs(given: Told, viewer: Viewer) -> bool:
    """Whether it is of a parcel of an order they may see: nobody tells of others' parcels."""
    rows = Parcel.objects.filter(carrier=given.carrier, tracking_number=given.tracking_number)
    return Order.objects.filter(seen_orders(viewer), id__in=rows.values("order_id")).exists()


def _item(found: TrackingEvent) -> TrackingEventItem:
    named = {name: getattr(found, name) for name in TrackingEventItem.model_fields if name != "shipment_id"}
    return TrackingEventItem(**named, shipment_id=found.parcel_id)
