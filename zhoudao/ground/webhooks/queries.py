"""Webhooks and their deliveries, as far as somebody may see them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, Exists, Func, OuterRef, Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.reading import OLDEST_RUNNING, first_after
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.refusals import SendingNotFound, WebhookNotFound
from zhoudao.kit.frozen import frozen

PAGE = 25
CAP = 1000
STATES = ("waiting", "delivered", "dead")
_CURSOR = ("webhooks_webhook.cursor_xid", "webhooks_webhook.cursor_id")
_UNREAD = Func(template=first_after(*_CURSOR, "e.recorded_at"), output_field=DateTimeField())


@frozen
class Page:
    """Some deliveries, newest first, and the id after which the next page begins."""

    rows: list[Sending]
    next: UUID | None


def visible(viewer: Viewer) -> QuerySet[Webhook]:
    """Those of the viewer's stores; of the whole company only for who works for all of it."""
    rows = Webhook.objects.select_related("store").defer("secrets_sealed")
    return rows if viewer.stores is None else rows.filter(store_id__in=viewer.stores)


def webhooks(viewer: Viewer) -> list[Webhook]:
    """All of them, oldest first (one statement: there are a hundred at most)."""
    return list(visible(viewer).order_by("made_at", "id"))


def find(viewer: Viewer, webhook_id: UUID) -> Webhook:
    """One webhook. Raises: WebhookNotFound"""
    found = visible(viewer).filter(id=webhook_id).first()
    if found is None:
        raise WebhookNotFound
    return found


def held(viewer: Viewer, webhook_id: UUID) -> Webhook:
    """One webhook with all it has, locked until the transaction ends. Raises: WebhookNotFound"""
    found = visible(viewer).defer(None).filter(id=webhook_id).select_for_update(of=("self",)).first()
    if found is None:
        raise WebhookNotFound
    return found


def sendings(webhook: Webhook, *, state: str = "", type_: str = "", before: UUID | None = None) -> Page:
    """A page of deliveries, newest first (one statement)."""
    rows = Sending.objects.filter(webhook=webhook).select_related("event")
    if state in STATES:
        rows = rows.filter(state=state)
    if type_:
        rows = rows.filter(type=type_)
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def find_sending(viewer: Viewer, webhook_id: UUID, sending_id: UUID) -> Sending:
    """One delivery with its event. Raises: WebhookNotFound, SendingNotFound"""
    webhook = find(viewer, webhook_id)
    found = Sending.objects.select_related("event").filter(webhook=webhook, id=sending_id).first()
    if found is None:
        raise SendingNotFound
    found.webhook = webhook
    return found


def counts(webhook: Webhook) -> Mapping[str, int]:
    """How many wait and how many are dead, exact up to a thousand (two statements)."""
    rows = Sending.objects.filter(webhook=webhook).exclude(event=None)
    return {state: rows.filter(state=state).order_by()[: CAP + 1].count() for state in ("waiting", "dead")}


def dead_since(webhook: Webhook, since: datetime) -> QuerySet[Sending]:
    """What was given up on since a moment."""
    return Sending.objects.filter(webhook=webhook, state="dead", ended_at__gte=since).exclude(event=None)


def unread_since(webhook_id: UUID) -> datetime | None:
    """Since when facts wait in the log that this webhook was not handed yet; None when there are none."""
    return Webhook.objects.filter(id=webhook_id).values_list(_UNREAD, flat=True).first()


def behind() -> list[UUID]:
    """Active webhooks that have not read the log to its end (one statement)."""
    rows = Webhook.objects.filter(is_active=True).alias(unread=_UNREAD).filter(unread__isnull=False)
    return list(rows.order_by("id").values_list("id", flat=True))


def replayed(webhook: Webhook) -> Mapping[str, int]:
    """How the last replay fares: how many of it are in which state, up to what is kept (three statements)."""
    rows = Sending.objects.filter(webhook=webhook, replayed_at=webhook.replayed_at)
    return {state: rows.filter(state=state).count() for state in STATES}


def due(real_now: datetime) -> list[tuple[UUID, int]]:
    """Webhooks with something to be posted now, and how many at a time (one statement)."""
    rested = Q(rests_until=None) | Q(rests_until__lte=real_now)
    waits = Sending.objects.filter(webhook=OuterRef("id"), state="waiting", next_at__lte=real_now).exclude(event=None)
    rows = Webhook.objects.filter(rested, Exists(unclaimed(waits, real_now)), is_active=True)
    return list(rows.order_by("id").values_list("id", "at_once"))


def unclaimed(rows: QuerySet[Sending], real_now: datetime) -> QuerySet[Sending]:
    """Those nobody posts just now; who claimed one and was killed loses it after a while."""
    return rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=real_now))


def events_after(webhook: Webhook, most: int) -> list[Event]:
    """What follows a webhook's cursor in the log, whoever wants it: none that a running transaction may precede."""
    window = Event.objects.only("id", "type", "store_id", "xid").extra(
        where=["(xid, id) > ((SELECT %s::bigint), (SELECT %s::uuid))"],  # so written, one plan serves all values
        params=[webhook.cursor_xid, webhook.cursor_id],
    )
    return list(window.filter(xid__lt=OLDEST_RUNNING).order_by("xid", "id")[:most])
