"""What a webhook was told, testing it, and sending again."""

from datetime import UTC, datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from procrastinate.contrib.django import app
from pydantic import AwareDatetime, ConfigDict, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.messages import SENT_SINCE
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Cursor, Line
from zhoudao.ground.installation import clock
from zhoudao.ground.webhooks import queries
from zhoudao.ground.webhooks.commands.replaying import ask_ping, replay_dead, replay_one
from zhoudao.ground.webhooks.models import Sending

router = Router(tags=["webhooks"])
State = Literal["waiting", "delivered", "dead"]


class DeliveryItem(Schema):
    """One event for one webhook; `event` (null of a test) is its webhook-id. `reason` is a code: `taken`, `broken` …"""

    id: UUID
    event: UUID | None
    type: str
    state: State
    attempts: int
    status: int | None
    reason: str
    answer: str
    took_ms: int | None
    made_at: datetime
    tried_at: datetime | None
    next_at: datetime | None


class DeliveryPage(Schema):
    """A page, newest first; `next` is the cursor of the following one."""

    items: list[DeliveryItem]
    next: str | None


class DeliveriesAsked(Schema):
    """What is asked for: a state, a kind of event, or all."""

    state: Literal["", "waiting", "delivered", "dead"] = ""
    type: Annotated[Line, Field(max_length=80)] = ""
    cursor: Cursor = ""


class ReplayIn(Schema):
    """Since when: everything given up on since then is sent again."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[AwareDatetime, Field(ge=SENT_SINCE)]


class Replayed(Schema):
    """How many deliveries wait to be sent again."""

    count: int


@operations.get(router, "/{uuid:webhook_id}/deliveries", scope="webhooks:read", answer=DeliveryPage)
def list_deliveries(request: HttpRequest, webhook_id: UUID, asked: Query[DeliveriesAsked]) -> DeliveryPage:
    """What a webhook was told of late, and what waits."""
    webhook = queries.find(viewer_in(request), webhook_id)
    before = paging.read_id(asked.cursor) if asked.cursor else None
    page = queries.sendings(webhook, state=asked.state, type_=asked.type, before=before)
    return DeliveryPage(items=[_item(row) for row in page.rows], next=paging.write(page.next) if page.next else None)


@operations.get(router, "/{uuid:webhook_id}/deliveries/{uuid:sending_id}", scope="webhooks:read", answer=DeliveryItem)
def read_delivery(request: HttpRequest, webhook_id: UUID, sending_id: UUID) -> DeliveryItem:
    """One delivery."""
    return _item(queries.find_sending(viewer_in(request), webhook_id, sending_id))


@operations.post(
    router,
    "/{uuid:webhook_id}/deliveries/{uuid:sending_id}/replay",
    scope="webhooks:write",
    answers={202: DeliveryItem},
)
def replay(request: HttpRequest, webhook_id: UUID, sending_id: UUID) -> Status[DeliveryItem]:
    """Send one delivery again, under the same webhook-id."""
    row = replay_one(
        webhook_id=webhook_id,
        sending_id=sending_id,
        viewer=viewer_in(request),
        at=clock.now(),
        real_now=datetime.now(UTC),
    )
    return Status(202, _item(row))


@operations.post(router, "/{uuid:webhook_id}/replay", scope="webhooks:write", answers={202: Replayed})
def replay_all(request: HttpRequest, webhook_id: UUID, asked: ReplayIn) -> Status[Replayed]:
    """Send again all that was given up on since a moment."""
    count = replay_dead(
        webhook_id=webhook_id,
        since=asked.since,
        viewer=viewer_in(request),
        at=clock.now(),
        real_now=datetime.now(UTC),
    )
    return Status(202, Replayed(count=count))


@operations.post(router, "/{uuid:webhook_id}/ping", scope="webhooks:write", answers={202: DeliveryItem})
def ping(request: HttpRequest, webhook_id: UUID) -> Status[DeliveryItem]:
    """Have a test posted; the delivery tells a moment later how it was answered."""
    row = ask_ping(webhook_id=webhook_id, viewer=viewer_in(request), at=clock.now(), real_now=datetime.now(UTC))
    app.configure_task("webhooks.ping", queue="webhooks").defer(sending_id=str(row.id))
    return Status(202, _item(row))


def _item(row: Sending) -> DeliveryItem:
    return DeliveryItem(
        id=row.id,
        event=row.event_id,
        type=row.type,
        state=cast(State, row.state),
        attempts=row.attempts,
        status=row.status,
        reason=row.reason,
        answer=row.answer,
        took_ms=row.took_ms,
        made_at=row.made_at,
        tried_at=row.tried_at,
        next_at=row.next_at if row.state == "waiting" else None,
    )
