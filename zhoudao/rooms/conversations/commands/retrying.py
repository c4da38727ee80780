"""Work that did not succeed yet: later again, at most six times, then in sight of a person. Waits are real time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from zhoudao.rooms.conversations.commands.deliveries import PARSE_JOB, fail_delivery
from zhoudao.rooms.conversations.commands.replying import DELIVER_JOB
from zhoudao.rooms.conversations.models import Delivery, Message

TRIES = 6
PATIENCE = timedelta(seconds=60)
_BATCH = 500


def wait_before(attempt: int) -> timedelta:
    """How long to wait after this many tries: 10 s, 40 s, 160 s … at most an hour."""
    return min(timedelta(seconds=10 * 4 ** max(0, attempt - 1)), timedelta(hours=1))


@transaction.atomic
def postpone_reply(*, message_id: UUID, reason: str, until: datetime) -> None:
    """This will have an answer that is being sent tried again later; `reason` is why it did not leave now."""
    Message.objects.filter(id=message_id, status="sending").update(send_after=until, failure=reason[:250])
    app.configure_task(DELIVER_JOB, schedule_at=until).defer(message_id=str(message_id))


@transaction.atomic
def postpone_delivery(delivery: Delivery, *, detail: str, at: datetime, real_now: datetime) -> None:
    """This will have a delivery read again later, or put it on the intake page after the sixth time."""
    row = Delivery.objects.select_for_update().get(id=delivery.id)
    if row.status != "received":
        return
    if row.attempts + 1 >= TRIES:
        fail_delivery(row, "gave_up", detail, at=at)
        return
    row.attempts += 1
    row.detail = detail[:2000].replace("\0", "")
    row.next_try_at = real_now + wait_before(row.attempts)
    row.save(update_fields=["attempts", "detail", "next_try_at"])
    app.configure_task(PARSE_JOB, schedule_at=row.next_try_at).defer(delivery_id=str(row.id))


@transaction.atomic
def requeue_replies(*, real_now: datetime) -> int:
    """This will queue answers again that should have left a minute ago: their job died. Returns how many."""
    late = Message.objects.filter(status__in=["queued", "sending"], send_after__lt=real_now - PATIENCE)
    ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:_BATCH])
    Message.objects.filter(id__in=ids).update(send_after=real_now)
    for message_id in ids:
        app.configure_task(DELIVER_JOB).defer(message_id=str(message_id))
    return len(ids)


@transaction.atomic
def requeue_deliveries(*, at: datetime, real_now: datetime) -> int:
    """This will have deliveries read again whose job died; the sixth loss puts them on the intake page."""
    lost = Q(next_try_at=None, received_at__lt=at - PATIENCE) | Q(next_try_at__lt=real_now - PATIENCE)
    rows = list(Delivery.objects.filter(lost, status="received").select_for_update(skip_locked=True)[:_BATCH])
    for row in rows:
        if row.next_try_at is not None and row.attempts + 1 >= TRIES:
            fail_delivery(row, "gave_up", row.detail, at=at)
            continue
        row.attempts += row.next_try_at is not None
        row.next_try_at = real_now
        row.save(update_fields=["attempts", "next_try_at"])
        app.configure_task(PARSE_JOB).defer(delivery_id=str(row.id))
    return len(rows)
