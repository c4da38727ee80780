"""What holds orders, for programs: listed, opened, taken, released, put right, cancelled."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.order_bodies import RecipientIn
from zhoudao.doors.api.orders import Reason as CancelReason
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Cursor
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer, of_user
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.commands.cancelling import cancel_whole
from zhoudao.rooms.cases.queries.orders import WRITE, seen_orders
from zhoudao.rooms.orders.commands.correcting import Correction, correct_order
from zhoudao.rooms.orders.commands.holds import open_hold, put_back, take_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.queries.holds import HoldsAsked, hold_page, hold_seen
from zhoudao.rooms.orders.refusals import HoldNotFound, HoldOver, OrderNotFound
from zhoudao.rooms.orders.submission import DEAREST, MOST_LINES, MOST_PIECES, Recipient

router = Router(tags=["holds"])
_STRICT = ConfigDict(extra="forbid")
HoldReason = Literal[
    "incomplete",
    "undeliverable",
    "duplicate",
    "abnormal_amount",
    "quantity",
    "price_mismatch",
    "velocity",
    "out_of_stock",
    "remark",
    "refund_requested",
    "awaiting_return",
    "awaiting_payment",
    "sale_stopped",
    "other",
]
HoldOutcome = Literal["right", "wrong", "unsure"]


class HoldItem(Schema):
    """Why an order waits. `evidence` is codes and figures, `score` how odd the detector found it (null: a person held
    it); `outcome` is whether something was wrong, `ending` how it ended.
    """

    id: UUID
    order: str
    reason: str
    kind: str
    score: float | None
    evidence: dict[str, Any]
    stage: str
    priority: int
    owner_id: UUID | None
    opened_at: datetime
    due_at: datetime
    released_at: datetime | None
    ending: str
    outcome: str


class HoldList(Schema):
    """Holds: open ones by when they are due, done ones the latest first."""

    items: list[HoldItem]
    next: str | None


class HoldAfter(HoldItem):
    """A hold, and what its order now waits for: how many more hold it, and how it stands."""

    open_holds: int
    commercial: str


class HoldsWanted(Schema):
    """Which holds. `stage` is `pending`, `working`, `done`, or `open` for both of the first; `late`: past its time."""

    reason: Literal[HoldReason, ""] = ""
    stage: Literal["open", "pending", "working", "done"] = "open"
    owner_id: UUID | None = None
    unowned: bool = False
    late: bool = False
    cursor: Cursor = ""


class HoldIn(Schema):
    """What a person or system found: the order waits until somebody has looked, at the latest `due_at`, within 30 days.
    One that is approved already is approved no more, as long as its goods have not left.
    """

    model_config = _STRICT

    order: CaseNumber
    reason: HoldReason
    due_at: AwareDatetime


class TakeIn(Schema):
    """Who works on it: a signed-in person may leave themselves out."""

    model_config = _STRICT

    owner_id: UUID | None = None


class ReleaseIn(Schema):
    """Whether something was wrong: the detector learns from it."""

    model_config = _STRICT

    outcome: HoldOutcome


class LineFix(Schema):
    """What a line should say."""

    model_config = _STRICT

    position: Annotated[int, Field(ge=1, le=MOST_LINES)]
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]
    price_minor: Annotated[int, Field(ge=1, le=DEAREST)]


class FixIn(Schema):
    """What is put right in the order: who gets it (in whole), lines, or both."""

    model_config = _STRICT

    recipient: RecipientIn | None = None
    lines: Annotated[list[LineFix], Field(max_length=MOST_LINES)] = []


class CancelHeldIn(Schema):
    """Why its order is cancelled, and whether it was right to hold it."""

    model_config = _STRICT

    reason: CancelReason = "customer"
    outcome: HoldOutcome = "unsure"


@operations.get(router, "", scope="holds:read", answer=HoldList)
def holds(request: HttpRequest, asked: Query[HoldsWanted]) -> HoldList:
    """What holds the orders the caller may see."""
    wanted = HoldsAsked(
        reason=asked.reason,
        stage=asked.stage,
        owner_id=asked.owner_id,
        is_nobodys=asked.unowned,
        late_at=clock.now() if asked.late else None,
        after=paging.read_moment(asked.cursor) if asked.cursor else None,
    )
    page = hold_page(seen_orders(viewer_in(request)), wanted)
    items = [HoldItem(**_fields(one)) for one in page.rows]
    return HoldList(items=items, next=paging.write(*page.next) if page.next else None)


@operations.get(router, "/{uuid:hold_id}", scope="holds:read", answer=HoldAfter)
def hold(request: HttpRequest, hold_id: UUID) -> HoldAfter:
    """One hold."""
    return _after(viewer_in(request), hold_id)


@operations.post(router, "", scope="holds:write", answers={201: HoldAfter})
def hold_order(request: HttpRequest, wanted: HoldIn) -> Status[HoldAfter]:
    """Hold an order: nothing of it is sent until it is released."""
    viewer = viewer_in(request)
    order = Order.objects.filter(seen_orders(viewer), number=wanted.order).first()
    if order is None:
        raise OrderNotFound(OrderNotFound.__doc__)
    made = open_hold(order_id=order.id, reason=wanted.reason, due_at=wanted.due_at, by=By(viewer.actor), at=clock.now())
    return Status(201, _after(viewer, made.id))


@operations.post(router, "/{uuid:hold_id}/take", scope="holds:write", answers={200: HoldAfter})
def take(request: HttpRequest, hold_id: UUID, wanted: TakeIn) -> HoldAfter:
    """Have somebody work on it; a colleague's is refused until it is put back."""
    owner_id = _owner(viewer_in(request), wanted.owner_id)
    return _do(request, hold_id, lambda found, asked: take_hold(hold_id=found.id, owner_id=owner_id, **asked))


@operations.post(router, "/{uuid:hold_id}/put-back", scope="holds:write", answers={200: HoldAfter})
def put_back_hold(request: HttpRequest, hold_id: UUID) -> HoldAfter:
    """Let it wait for somebody again."""
    return _do(request, hold_id, lambda found, asked: put_back(hold_id=found.id, **asked))


@operations.post(router, "/{uuid:hold_id}/release", scope="holds:write", answers={200: HoldAfter})
def release(request: HttpRequest, hold_id: UUID, wanted: ReleaseIn) -> HoldAfter:
    """End it; without any other hold the order is approved and its goods are kept."""
    return _do(request, hold_id, lambda found, asked: release_hold(hold_id=found.id, outcome=wanted.outcome, **asked))


@operations.post(router, "/{uuid:hold_id}/fix", scope="holds:write", answers={200: HoldAfter})
def fix(request: HttpRequest, hold_id: UUID, wanted: FixIn) -> HoldAfter:
    """Put the order right: what was put right holds it no more, and what was not holds it on."""
    recipient = Recipient(**wanted.recipient.model_dump()) if wanted.recipient else None
    correction = Correction(recipient, {one.position: (one.quantity, one.price_minor) for one in wanted.lines})
    return _do(
        request, hold_id, lambda found, asked: correct_order(order_id=found.order_id, correction=correction, **asked)
    )


@operations.post(router, "/{uuid:hold_id}/cancel", scope="holds:write", answers={200: HoldAfter})
def cancel_held(request: HttpRequest, hold_id: UUID, wanted: CancelHeldIn) -> HoldAfter:
    """Cancel its order: everything that holds it ends with it, and the customer is told."""
    ended = wanted.model_dump()
    return _do(request, hold_id, lambda found, asked: cancel_whole(order_id=found.order_id, **ended, **asked))


def _do(request: HttpRequest, hold_id: UUID, does: Callable[[Hold, dict[str, Any]], object]) -> HoldAfter:
    viewer = viewer_in(request)
    found = _find(viewer, hold_id)
    if not found.is_open:
        raise HoldOver(HoldOver.__doc__)
    does(found, {"by": By(viewer.actor), "at": clock.now()})
    return _after(viewer, hold_id)


def _owner(viewer: Viewer, owner_id: UUID | None) -> UUID:
    """Somebody who works on orders. Raises: Refused."""
    if owner_id is None and viewer.user_id is not None:
        return viewer.user_id
    found = User.objects.filter(id=owner_id, is_active=True).first() if owner_id else None
    if found is None or not of_user(found).may(WRITE):
        raise Refused(422, "owner_unknown", "Name somebody who works on orders as owner_id.")
    return found.id


def _find(viewer: Viewer, hold_id: UUID) -> Hold:
    found = hold_seen(seen_orders(viewer), hold_id)
    if found is None:
        raise HoldNotFound(HoldNotFound.__doc__)
    return found


def _after(viewer: Viewer, hold_id: UUID) -> HoldAfter:
    found = _find(viewer, hold_id)
    return HoldAfter(**_fields(found), open_holds=found.order.open_holds, commercial=found.order.commercial)


def _fields(found: Hold) -> dict[str, Any]:
    return {name: getattr(found, name) for name in HoldItem.model_fields if name != "order"} | {
        "order": found.order.number
    }
