"""Sending once more: a test, one delivery, or all that were given up on."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.webhooks.catalogue import PING
from zhoudao.ground.webhooks.events import WebhookPinged, WebhookReplayed
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import dead_since, held
from zhoudao.ground.webhooks.refusals import SendingNotFound, StillBeingSent, TooHasty

PATIENCE = timedelta(minutes=1)  # with no worker running, a test is not asked for again and again
_ANEW = {"state": "waiting", "attempts": 0, "claimed_until": None, "ended_at": None}


@transaction.atomic
def ask_ping(*, webhook_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> Sending:
    """This will note a test, which a worker then makes, also while the webhook is paused.

    Raises: WebhookNotFound, TooHasty
    """
    webhook = held(viewer, webhook_id)
    pings = Sending.objects.filter(webhook=webhook, type=PING, state="waiting", made_at__gt=real_now - PATIENCE)
    if pings.exists():
        raise TooHasty
    sending = Sending.objects.create(webhook=webhook, type=PING, made_at=real_now, next_at=real_now)
    _record(WebhookPinged(), webhook, viewer, at)
    return sending


@transaction.atomic
def replay_one(*, webhook_id: UUID, sending_id: UUID, viewer: Viewer, at: datetime, real_now: datetime) -> Sending:
    """This will send one delivery again, under the same id, whether it was taken or given up on.

    Raises: WebhookNotFound, SendingNotFound, StillBeingSent
    """
    webhook = held(viewer, webhook_id)
    row = Sending.objects.select_for_update().filter(webhook=webhook, id=sending_id).exclude(event=None).first()
    if row is None:
        raise SendingNotFound
    if row.state == "waiting" and (row.claimed_until or row.next_at <= real_now):
        raise StillBeingSent
    again = {**_ANEW, "next_at": real_now, "replayed_at": real_now}
    Sending.objects.filter(id=row.id).update(**again)
    Webhook.objects.filter(id=webhook.id).update(rests_until=None)
    _record(WebhookReplayed(1), webhook, viewer, at)
    row.refresh_from_db()
    return row


@transaction.atomic
def replay_dead(*, webhook_id: UUID, since: datetime, viewer: Viewer, at: datetime, real_now: datetime) -> int:
    """This will send again all that was given up on since a moment (real time); returns how many.

    Raises: WebhookNotFound
    """
    webhook = held(viewer, webhook_id)
    again = {**_ANEW, "next_at": real_now, "replayed_at": real_now}
    count = dead_since(webhook, since).update(**again)
    Webhook.objects.filter(id=webhook.id).update(replayed_at=real_now, replayed_count=count, rests_until=None)
    _record(WebhookReplayed(count), webhook, viewer, at)
    return count


def _record(fact: Fact, webhook: Webhook, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor, store_id=webhook.store_id), about=[About("webhook", webhook.id)])
