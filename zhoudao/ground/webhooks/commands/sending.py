"""A delivery is claimed, posted by a door after the commit, and marked. A claim outlives its process only for a while.

Killed between posting and marking: posted again under the same id. So at least once, never lost.
"""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.webhooks import keys
from zhoudao.ground.webhooks.catalogue import PING
from zhoudao.ground.webhooks.events import WebhookPaused
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.payload import body_of, ping_body
from zhoudao.ground.webhooks.queries import unclaimed
from zhoudao.ground.webhooks.telling import tell_failing, tell_paused
from zhoudao.ground.webhooks.waits import TRIES, rest_after, wait_after
from zhoudao.kit.frozen import frozen

CLAIM = timedelta(seconds=60)  # a post ends after ten seconds; finding its address may take longer
GIVE_UP, WARN = timedelta(days=3), timedelta(hours=1)
PING_KEPT = timedelta(hours=1)  # no worker took it up
SHOWN_CHARACTERS = 500
_SYSTEM = By("system:webhooks")


@frozen
class Claimed:
    """What is to be posted where. `id_` stays the same in every try; `attempt` tells this claim from the next."""

    sending_id: UUID
    attempt: int
    url: str
    id_: str
    body: bytes
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Claimed({self.sending_id}, {self.attempt})"


@frozen
class Outcome:
    """How a post ended: `reason` is taken or a code; `wait` is what the other side asked for."""

    reason: str
    status: int | None = None
    answer: str = ""
    answer_type: str = ""
    took_ms: int | None = None
    wait: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the other system took it."""
        return self.reason == "taken"


@transaction.atomic
def claim_next(webhook_id: UUID, *, real_now: datetime) -> Claimed | None:
    """This will hand over the next delivery of a webhook; None when none is due, it rests, or enough are under way."""
    webhook = Webhook.objects.select_for_update().filter(id=webhook_id, is_active=True).first()
    if webhook is None or (webhook.rests_until and webhook.rests_until > real_now):
        return None
    rows = Sending.objects.filter(webhook=webhook, state="waiting").exclude(event=None)
    at_once = 1 if webhook.failures else webhook.at_once
    if rows.filter(claimed_until__gte=real_now)[:at_once].count() >= at_once:
        return None
    due = unclaimed(rows.filter(next_at__lte=real_now), real_now)
    row = due.select_related("event").select_for_update(of=("self",)).order_by("next_at", "id").first()
    return _claimed(webhook, row, real_now) if row else None


@transaction.atomic
def claim_ping(sending_id: UUID, *, real_now: datetime) -> Claimed | None:
    """This will hand over a test; None when it was made already, or its webhook is gone."""
    row = Sending.objects.select_for_update().filter(id=sending_id, type=PING, state="waiting", attempts=0).first()
    webhook = Webhook.objects.filter(id=row.webhook_id).first() if row else None
    return _claimed(webhook, row, real_now) if webhook and row else None


@transaction.atomic
def note_outcome(claimed: Claimed, outcome: Outcome, *, at: datetime, real_now: datetime, rng: Random) -> None:
    """This will mark how it ended: delivered, tried again later, or dead. One claimed anew meanwhile is not ours."""
    webhook = Webhook.objects.select_for_update().filter(sendings=claimed.sending_id).first()
    row = Sending.objects.select_for_update().filter(id=claimed.sending_id, attempts=claimed.attempt).first()
    if webhook is None or row is None or row.state != "waiting":
        return
    row.claimed_until, row.status, row.reason = None, outcome.status, outcome.reason
    row.answer, row.answer_type = outcome.answer[:SHOWN_CHARACTERS], outcome.answer_type[:80]
    row.took_ms, row.tried_at = outcome.took_ms, real_now
    wait = None if row.event_id is None else wait_after(row.attempts, rng=rng, asked=outcome.wait)
    if outcome.is_taken or wait is None:
        row.state, row.ended_at = "delivered" if outcome.is_taken else "dead", real_now
    else:
        row.next_at = real_now + wait
    row.save()
    if row.event_id is not None or outcome.is_taken:
        _judge(webhook, outcome, at, real_now)


def _claimed(webhook: Webhook, row: Sending, real_now: datetime) -> Claimed:
    row.claimed_until, row.attempts = real_now + CLAIM, row.attempts + 1
    row.save(update_fields=["claimed_until", "attempts"])
    return Claimed(
        sending_id=row.id,
        attempt=row.attempts,
        url=webhook.url,
        id_=str(row.event_id or row.id),
        body=body_of(row.event) if row.event else ping_body(webhook.id, row.made_at),
        secrets=tuple(keys.secrets_of(webhook, real_now=real_now)),
    )


def _judge(webhook: Webhook, outcome: Outcome, at: datetime, real_now: datetime) -> None:
    """How the webhook fares after this: well, resting, told of, or paused."""
    if outcome.is_taken:
        webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
        webhook.delivered_at = real_now
    else:
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or real_now
        webhook.rests_until = real_now + rest_after(webhook.failures)
    webhook.save(update_fields=["failures", "failing_since", "rests_until", "delivered_at"])
    lasting = real_now - webhook.failing_since if webhook.failing_since else timedelta()
    if outcome.reason == "gone" and webhook.is_active:
        _pause(webhook, "gone", at)
    elif lasting >= GIVE_UP and webhook.is_active:
        _pause(webhook, "failing", at)
    elif lasting >= WARN:
        tell_failing(webhook, at=at)


def _pause(webhook: Webhook, why: str, at: datetime) -> None:
    webhook.is_active, webhook.paused_why = False, why
    webhook.save(update_fields=["is_active", "paused_why"])
    by = By(_SYSTEM.actor, store_id=webhook.store_id)
    record(WebhookPaused(why), at=at, by=by, about=[About("webhook", webhook.id)])
    tell_paused(webhook, at=at)


@transaction.atomic
def bury_lost(*, real_now: datetime, limit: int = 200) -> int:
    """This will give up on what processes that were killed had claimed for the last time; returns how many.

    So it will on tests that nobody took up: their jobs are lost.
    """
    lost = Sending.objects.filter(state="waiting", attempts__gte=TRIES, claimed_until__lt=real_now)
    is_lost = Q(attempts__gte=1, claimed_until__lt=real_now) | Q(attempts=0, made_at__lt=real_now - PING_KEPT)
    pings = Sending.objects.filter(is_lost, state="waiting", event=None)
    ids = [*lost.values_list("id", flat=True)[:limit], *pings.values_list("id", flat=True)[:limit]]
    gone = {"state": "dead", "reason": "lost", "claimed_until": None, "ended_at": real_now, "tried_at": F("next_at")}
    return Sending.objects.filter(id__in=ids, state="waiting").update(**gone)
