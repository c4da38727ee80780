"""Webhooks: other systems look after their own subscriptions."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Line
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.ground.webhooks import queries
from zhoudao.ground.webhooks.commands.managing import (
    Terms,
    add_webhook,
    change_webhook,
    delete_webhook,
    hold_webhook,
    pause_webhook,
    renew_secret,
    resume_webhook,
)
from zhoudao.ground.webhooks.models import Webhook

router = Router(tags=["webhooks"])
_STRICT = ConfigDict(extra="forbid")
_Address = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
_About = Annotated[Line, Field(max_length=120)]
_Kinds = Annotated[
    list[Annotated[Line, Field(max_length=80)]],
    Field(min_length=1, max_length=500, description="Kinds of events, as the catalogue lists them"),
]


class WebhookItem(Schema):
    """A webhook. `events` are the kinds it is told of, `store` the code of the only store it is told of."""

    id: UUID
    url: str
    description: str
    events: list[str]
    store: str | None
    at_once: int
    is_paused: bool
    paused_why: str
    failing_since: datetime | None
    last_delivered_at: datetime | None
    made_at: datetime


class WebhookMade(WebhookItem):
    """A new webhook with its signing secret, shown this once: null when the same request is only answered again."""

    secret: str | None


class WebhookList(Schema):
    """All the caller may see: a hundred at most."""

    items: list[WebhookItem]


class WebhookIn(Schema):
    """Where, of what (`events`), of which store (all without one), and how many are posted at once: 1 keeps order."""

    model_config = _STRICT

    url: _Address
    events: _Kinds
    description: _About = ""
    store: Code | None = None
    at_once: Literal[1, 4] = 1


class WebhookPatch(Schema):
    """What is to change. With `is_paused` false, `skip_missed` leaves out what happened meanwhile."""

    model_config = _STRICT

    url: _Address | None = None
    events: _Kinds | None = None
    description: _About | None = None
    store: Code | None = None
    at_once: Literal[1, 4] | None = None
    is_paused: bool | None = None
    skip_missed: bool = False


class SecretMade(Schema):
    """A new signing secret, shown this once: null when the same request is only answered again."""

    secret: str | None


@operations.get(router, "", scope="webhooks:read", answer=WebhookList)
def list_webhooks(request: HttpRequest) -> WebhookList:
    """Every webhook, oldest first."""
    return WebhookList(items=[item_of(webhook) for webhook in queries.webhooks(viewer_in(request))])


@operations.post(router, "", scope="webhooks:write", answers={201: WebhookMade}, hides="secret")
def add(request: HttpRequest, asked: WebhookIn) -> Status[WebhookMade]:
    """Have an address told what happens from now on."""
    viewer = viewer_in(request)
    terms = Terms(asked.url, tuple(asked.events), asked.description, _store(asked.store), asked.at_once)
    webhook, secret = add_webhook(terms=terms, viewer=viewer, at=clock.now(), real_now=datetime.now(UTC))
    return Status(201, WebhookMade(**item_of(queries.find(viewer, webhook.id)).dict(), secret=secret))


@operations.get(router, "/{uuid:webhook_id}", scope="webhooks:read", answer=WebhookItem)
def read(request: HttpRequest, webhook_id: UUID) -> WebhookItem:
    """One webhook."""
    return item_of(queries.find(viewer_in(request), webhook_id))


@operations.patch(router, "/{uuid:webhook_id}", scope="webhooks:write", answer=WebhookItem)
@transaction.atomic
def change(request: HttpRequest, webhook_id: UUID, asked: WebhookPatch) -> WebhookItem:
    """Change, pause or resume a webhook; what is not sent stays, also what somebody else changes at the same time."""
    viewer, at, real_now = viewer_in(request), clock.now(), datetime.now(UTC)
    now = hold_webhook(webhook_id=webhook_id, viewer=viewer)
    terms = Terms(
        url=now.url if asked.url is None else asked.url,
        types=now.types if asked.events is None else tuple(asked.events),
        description=now.description if asked.description is None else asked.description,
        store_id=_store(asked.store) if "store" in asked.model_fields_set else now.store_id,
        at_once=asked.at_once or now.at_once,
    )
    if terms != now:
        change_webhook(webhook_id=webhook_id, terms=terms, viewer=viewer, at=at, real_now=real_now)
    if asked.is_paused:
        pause_webhook(webhook_id=webhook_id, viewer=viewer, at=at)
    elif asked.is_paused is False:
        resume_webhook(webhook_id=webhook_id, viewer=viewer, at=at, real_now=real_now, skips=asked.skip_missed)
    return item_of(queries.find(viewer, webhook_id))


@operations.delete(router, "/{uuid:webhook_id}", scope="webhooks:write")
def delete(request: HttpRequest, webhook_id: UUID) -> Status[None]:
    """Tell an address nothing more; what waits for it goes, and so does its secret."""
    delete_webhook(webhook_id=webhook_id, viewer=viewer_in(request), at=clock.now())
    return Status(204, None)


@operations.post(router, "/{uuid:webhook_id}/secret", scope="webhooks:write", answers={201: SecretMade}, hides="secret")
def rotate(request: HttpRequest, webhook_id: UUID) -> Status[SecretMade]:
    """Make a new signing secret; for two days the one before signs as well."""
    viewer = viewer_in(request)
    secret = renew_secret(webhook_id=webhook_id, viewer=viewer, at=clock.now(), real_now=datetime.now(UTC))
    return Status(201, SecretMade(secret=secret))


def item_of(webhook: Webhook) -> WebhookItem:
    """A webhook as programs see it; its secret is not among it."""
    return WebhookItem(
        id=webhook.id,
        url=webhook.url,
        description=webhook.description,
        events=webhook.types,
        store=webhook.store.code if webhook.store else None,
        at_once=webhook.at_once,
        is_paused=not webhook.is_active,
        paused_why=webhook.paused_why,
        failing_since=webhook.failing_since,
        last_delivered_at=webhook.delivered_at,
        made_at=webhook.made_at,
    )


def _store(code: str | None) -> UUID | None:
    if code is None:
        return None
    found = Store.objects.filter(code=code, closed_at=None).values_list("id", flat=True).first()
    if found is None:
        raise Refused(422, "store_unknown", f"There is no store {code}.")
    return found
