"""From the event log to the webhooks: each has a cursor of its own, so that none waits for another."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import events_after
from zhoudao.kit.ids import uuid7

WINDOW = 500
MOST_FRESH, MOST_WAITING = 500, 5000  # beyond these the rest waits in the log, which is kept anyway


@transaction.atomic
def hand_on(webhook_id: UUID, *, real_now: datetime) -> int:
    """This will read on from a webhook's cursor and note what it is to be told; returns how many facts were read.

    None are read while too much waits for it already, or while another process reads for it.
    """
    rows = Webhook.objects.select_for_update(skip_locked=True).defer("secrets_sealed")
    webhook = rows.filter(id=webhook_id, is_active=True).first()
    if webhook is None or is_full(webhook):
        return 0
    read = events_after(webhook, WINDOW)
    if not read:
        return 0
    wanted = set(webhook.types)
    fresh = [
        Sending(id=uuid7(), webhook=webhook, event=event, type=event.type, made_at=real_now, next_at=real_now)
        for event in read
        if event.type in wanted and webhook.store_id in (None, event.store_id)
    ]
    Sending.objects.bulk_create(fresh, ignore_conflicts=True)
    webhook.cursor_xid, webhook.cursor_id = read[-1].xid, read[-1].id
    webhook.save(update_fields=["cursor_xid", "cursor_id"])
    return len(read)


def is_full(webhook: Webhook) -> bool:
    """Whether so much waits for it that the rest stays in the log for now (two statements)."""
    waiting = Sending.objects.filter(webhook=webhook, state="waiting").order_by()
    return (
        waiting.filter(attempts=0)[:MOST_FRESH].count() >= MOST_FRESH or waiting[:MOST_WAITING].count() >= MOST_WAITING
    )
