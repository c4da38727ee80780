"""Repairs for programs: listed, read, asked for."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Cursor, Line, Name
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.orders import seen_orders
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderNotFound
from zhoudao.rooms.repairs.commands.registering import line_of
from zhoudao.rooms.repairs.commands.requesting import How, Said, request_for_line
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.queries.listing import WRITE, repair_for, repair_page
from zhoudao.rooms.repairs.refusals import RepairNotFound
from zhoudao.rooms.repairs.sealed import words_of

router = Router(tags=["repairs"])
RepairSymptom = Literal["dead", "leak", "noise", "cold", "warm", "picture", "power", "code", "broken", "other"]
RepairState = Literal[
    "reported",
    "triaged",
    "quoted",
    "approved",
    "waiting",
    "in_repair",
    "done",
    "ready",
    "handed",
    "closed",
    "declined",
    "beyond",
    "cancelled",
]


class RepairItem(Schema):
    """A repair. `proposed` is what the table judges, `confidence` how sure it is (0 to 100), `fault` what a person made
    of it; `is_covered` whether the warranty pays, because of `covered_why`, until `covered_until`.
    """

    number: str
    order: str | None
    device_id: UUID
    sku: str
    serial: str
    batch: str
    state: str
    place: str
    symptom: str
    error_code: str
    proposed: str
    confidence: int
    fault: str
    is_covered: bool
    covered_why: str
    covered_until: date | None
    owed_minor: int
    currency: str
    asked_at: datetime
    repaired_at: datetime | None
    closed_at: datetime | None


class RepairRead(RepairItem):
    """A repair with what its customer wrote."""

    words: str


class RepairList(Schema):
    """Repairs, the newest first."""

    items: list[RepairItem]
    next: str | None


class RepairsWanted(Schema):
    """Which repairs: at one state, the `open` ones, or `all`; in the workshop (`bench`) or at the customer's."""

    state: Literal[RepairState, "open", "all"] = "open"
    place: Literal["bench", "field", ""] = ""
    cursor: Cursor = ""


class RepairIn(Schema):
    """What is wrong with which line of an order. Without `serial` it is the line's device without a number; `batch` as
    on its label.
    """

    model_config = ConfigDict(extra="forbid")

    order: CaseNumber
    line: Annotated[int, Field(ge=1, le=32_000)]
    symptom: RepairSymptom
    serial: Name = ""
    batch: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    error_code: Line = ""
    words: Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")] = ""


@operations.get(router, "", scope="repairs:read", answer=RepairList)
def repairs(request: HttpRequest, asked: Query[RepairsWanted]) -> RepairList:
    """Repairs the caller may see."""
    after = uuid_in(paging.read(asked.cursor)) if asked.cursor else None
    if asked.cursor and after is None:
        raise paging.BadCursor
    state = "" if asked.state == "all" else asked.state
    page = repair_page(viewer_in(request), state=state, place=asked.place, after=after)
    return RepairList(
        items=[RepairItem(**_fields(one)) for one in page.rows], next=paging.write(page.next) if page.next else None
    )


@operations.get(router, "/{str:repair_number}", scope="repairs:read", answer=RepairRead)
def repair(request: HttpRequest, repair_number: str) -> RepairRead:
    """One repair."""
    found = repair_for(viewer_in(request), repair_number)
    if found is None:
        raise RepairNotFound(RepairNotFound.__doc__)
    return _read(found)


@operations.post(router, "", scope="repairs:write", answers={201: RepairRead})
def ask_repair(request: HttpRequest, wanted: RepairIn) -> Status[RepairRead]:
    """Ask for a repair: the device is registered where it is not known, and whether the warranty pays is answered."""
    viewer = viewer_in(request)
    order = Order.objects.filter(seen_orders(viewer.within(WRITE)), number=wanted.order).first()
    if order is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    line = line_of(order, wanted.line)
    said = Said(wanted.symptom, wanted.error_code, wanted.words)
    by = By(viewer.actor, channel="api")
    made = request_for_line(
        order_id=order.id,
        line_id=line.id,
        serial=wanted.serial,
        batch=wanted.batch,
        said=said,
        how=How(uuid4()),
        by=by,
        at=clock.now(),
    )
    return Status(201, _read(made))


def _read(found: Repair) -> RepairRead:
    return RepairRead(**_fields(found), words=words_of(found))


def _fields(found: Repair) -> dict[str, Any]:
    device, order = found.device, found.order
    more = {"order": order.number if order else None, "sku": device.sku, "serial": device.serial}
    more |= {"batch": device.batch}
    return {name: getattr(found, name) for name in RepairItem.model_fields if name not in more} | more
