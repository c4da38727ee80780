"""What arrived, before and after somebody understood it."""

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.conversations.events import DeliveryFailed
from zhoudao.rooms.conversations.inbound import Inbound
from zhoudao.rooms.conversations.models import Channel, Delivery
from zhoudao.rooms.conversations.refusals import Kept, KeyReused

PARSE_JOB = "channels.parse_delivery"
_KEEP = """
    INSERT INTO conversations_delivery
        (id, channel_id, key, digest, status, reason, detail, attempts, raw_sealed, size, received_at)
    VALUES (%(id)s, %(channel_id)s, %(key)s, %(digest)s, %(status)s, %(reason)s, %(detail)s, %(attempts)s,
            %(raw_sealed)s, %(size)s, %(received_at)s)
    ON CONFLICT (channel_id, key) DO UPDATE
    SET status = excluded.status, reason = excluded.reason, detail = excluded.detail,
        attempts = conversations_delivery.attempts + 1
    WHERE conversations_delivery.message_id IS NULL AND excluded.status = 'failed'
      AND conversations_delivery.digest = excluded.digest
    RETURNING id
"""
_KEPT = (
    "id",
    "channel_id",
    "key",
    "digest",
    "status",
    "reason",
    "detail",
    "attempts",
    "raw_sealed",
    "size",
    "received_at",
)


@frozen
class _Arrived:
    key: str
    digest: bytes
    raw: bytes
    size: int


@transaction.atomic
def accept_raw(
    *, channel: Channel, key: str, raw: bytes, at: datetime, size: int | None = None, has_reader: bool = False
) -> Delivery:
    """This will keep a raw body under its key and have it parsed; the caller's commit is the acknowledgement.

    The same key again returns the first delivery; the same key with another body is kept beside it as failed
    (`key_reused`). `size` is what really came when `raw` is only its beginning. The job hands the message on with
    the delivery's key as `external_id` and the delivery's digest; there is none when the caller, `has_reader`, parses
    what it kept itself (what it leaves unread is found by the sweep, as after a lost job).
    """
    arrived = _Arrived(key, hashlib.sha256(raw).digest(), raw, len(raw) if size is None else size)
    made = _keep(channel, arrived, at)
    if made is not None and has_reader:
        return made
    if made is not None:
        app.configure_task(PARSE_JOB).defer(delivery_id=str(made.id))
        return made
    first = Delivery.objects.get(channel=channel, key=key)
    if bytes(first.digest) != arrived.digest:
        beside = replace(arrived, key=_key_beside(key, arrived.digest))
        kept = _keep(channel, beside, at, KeyReused(KeyReused.__doc__))
        return kept or Delivery.objects.get(channel=channel, key=beside.key)
    return first


@transaction.atomic
def keep_refused(inbound: Inbound, refusal: Kept, *, at: datetime) -> None:
    """This will keep a structured message that was refused, for a person to see and replay."""
    channel = Channel.objects.filter(code=inbound.channel, is_active=True).first()
    if channel is None:
        return
    digest = inbound.fingerprint()
    key = _key_beside(inbound.external_id, digest) if isinstance(refusal, KeyReused) else inbound.external_id
    kept = _keep(channel, _Arrived(key, digest, inbound.pack(), inbound.size), at, refusal)
    refusal.delivery_id = kept.id if kept else None


@transaction.atomic
def fail_delivery(delivery: Delivery, reason: str, detail: str = "", *, at: datetime) -> None:
    """This will put a delivery on the intake page under a reason; what was understood already stays so."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(id=delivery.id)
    if row.message_id is not None:
        return
    row.status, row.reason, row.detail = "failed", reason[:60], _safe(detail)
    row.attempts += 1
    row.next_try_at = None
    row.save(update_fields=["status", "reason", "detail", "attempts", "next_try_at"])
    _tell_failed(row, row.channel, at)


def finish_delivery(delivery: Delivery, *, message_id: UUID | None = None) -> None:
    """This will mark a delivery as understood; `receive_message` does so by itself for what has the same key."""
    became = {"message_id": message_id} if message_id else {}
    Delivery.objects.filter(id=delivery.id).update(status="parsed", reason="", detail="", next_try_at=None, **became)


def ignore_delivery(delivery: Delivery, reason: str, detail: str = "") -> None:
    """This will set aside what is no message: a bounce, an out-of-office answer."""
    Delivery.objects.filter(id=delivery.id, message=None).update(
        status="ignored", reason=reason[:60], detail=_safe(detail), next_try_at=None
    )


def raw_of(delivery: Delivery) -> bytes:
    """What arrived.

    Raises: Unreadable
    """
    return box.open_bytes(delivery.raw_sealed or b"", place=f"delivery.raw.{delivery.id}")


def _keep(channel: Channel, arrived: _Arrived, at: datetime, refusal: Kept | None = None) -> Delivery | None:
    made = Delivery(channel=channel, key=arrived.key, digest=arrived.digest, size=arrived.size, received_at=at)
    made.raw_sealed = box.seal(channel_key(channel), arrived.raw, place=f"delivery.raw.{made.id}")
    if refusal:
        made.status, made.reason, made.detail, made.attempts = "failed", refusal.reason, _safe(str(refusal)), 1
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {name: getattr(made, name) for name in _KEPT})
        row = cursor.fetchone()
    if row is None:
        return None
    made._state.adding = False
    delivery = made if row[0] == made.id else Delivery.objects.get(id=row[0])
    if refusal:
        _tell_failed(delivery, channel, at)
    return delivery


def _tell_failed(delivery: Delivery, channel: Channel, at: datetime) -> None:
    fact = DeliveryFailed(channel=channel.kind, reason=delivery.reason)
    by = By("system:intake", store_id=channel.store_id, channel=channel.code)
    record(fact, at=at, by=by, about=[About("delivery", delivery.id)])


def channel_key(channel: Channel) -> UUID:
    """The data key of what came through this channel, and of its secrets."""
    return box.key_of(channel.id)


def _key_beside(key: str, digest: bytes) -> str:
    return f"{key[:230]}#{digest.hex()[:16]}"


def _safe(detail: str) -> str:
    return clip(mask_personal(detail.replace("\0", ""))[0], 2000)
