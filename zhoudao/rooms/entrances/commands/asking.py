"""Codes: asked for, sent, typed in."""

from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.entrances.codes import LASTS, TRIES, code_of, seal_value, value_of
from zhoudao.rooms.entrances.models import Challenge, Nonce, Pass
from zhoudao.rooms.entrances.refusals import CodeRefused, CodeWorn

KINDS = ("email", "phone")
_KEPT = timedelta(days=1)
_REMEMBERED = timedelta(days=90)
_BATCH = 500


@transaction.atomic
def ask_code(*, kind: str, value: str, language: str, customer_id: UUID | None = None, real_now: datetime) -> Challenge:
    """This will have a code sent to a normalised number or address, whoever has it, known to us or not.

    The caller counts how often. With `customer_id` it adds the address to a customer who is signed in.
    """
    challenge = Challenge(
        id=uuid7(),
        kind=kind,
        language=language,
        customer_id=customer_id,
        asked_at=real_now,
        until=real_now + LASTS,
    )
    seal_value(challenge, value)
    challenge.save(force_insert=True)
    app.configure_task("channels.send_code").defer(challenge_id=str(challenge.id))
    return challenge


def typed(*, challenge_id: UUID, code: str, customer_id: UUID | None = None, real_now: datetime) -> Claim:
    """This will use a code up and return what it proves. Within the caller's transaction, which must go on.

    Raises: CodeRefused (also for what was never asked, by this customer or nobody: the same for all)
    """
    challenge = Challenge.objects.select_for_update().filter(id=challenge_id, customer=customer_id).first()
    if challenge is None or not _is_open(challenge, real_now) or not _fits(challenge, code):
        raise CodeRefused(CodeRefused.__doc__)
    challenge.used_at = real_now
    challenge.save(update_fields=["used_at"])
    return Claim(challenge.kind, value_of(challenge), verified=True)


@transaction.atomic
def count_try(*, challenge_id: UUID, real_now: datetime) -> None:
    """This will count a try, before anybody looks whether it fits; a process that dies then has counted it.

    Raises: CodeWorn, CodeRefused
    """
    challenge = Challenge.objects.select_for_update().filter(id=challenge_id).first()
    if challenge is None or not _is_open(challenge, real_now):
        raise CodeRefused(CodeRefused.__doc__)
    if challenge.tries >= TRIES:
        raise CodeWorn(CodeWorn.__doc__)
    challenge.tries += 1
    challenge.save(update_fields=["tries"])


def forget_old_codes(*, real_now: datetime) -> int:
    """This will destroy what was asked longer ago than a day, and passes long over; returns how many codes."""
    old = list(Challenge.objects.filter(asked_at__lt=real_now - _KEPT).values_list("id", flat=True)[:_BATCH])
    for one in old:
        box.destroy_keys(one)
    Challenge.objects.filter(id__in=old).delete()
    Nonce.objects.filter(until__lt=real_now - _KEPT).delete()  # what is that old is refused for its age
    Pass.objects.filter(until__lt=real_now - _REMEMBERED).delete()
    return len(old)


def _is_open(challenge: Challenge, real_now: datetime) -> bool:
    return challenge.used_at is None and challenge.until > real_now


def _fits(challenge: Challenge, code: str) -> bool:
    given = "".join(code.split())
    return compare_digest(given.encode(), code_of(challenge.id).encode())
