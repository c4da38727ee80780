"""What became of a code on its way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.rooms.entrances.models import Challenge

MOST_ATTEMPTS = 3
_AGAIN_SECONDS = 15


@transaction.atomic
def claim_code(challenge_id: UUID, *, real_now: datetime) -> Challenge | None:
    """This will count an attempt to send; None for what was sent, used, or has run out."""
    challenge = Challenge.objects.select_for_update().filter(id=challenge_id).first()
    if challenge is None or challenge.sent_at or challenge.used_at or challenge.until <= real_now:
        return None
    challenge.attempts += 1
    challenge.save(update_fields=["attempts"])
    return challenge


def code_went(challenge_id: UUID, *, real_now: datetime) -> None:
    """This will note that it left."""
    Challenge.objects.filter(id=challenge_id).update(sent_at=real_now, failure="")


@transaction.atomic
def code_failed(challenge_id: UUID, *, why: str, is_final: bool) -> None:
    """This will note why it did not leave, and have it tried again while that may help."""
    challenge = Challenge.objects.select_for_update().get(id=challenge_id)
    challenge.failure = why[:200]
    challenge.save(update_fields=["failure"])
    if not is_final and challenge.attempts < MOST_ATTEMPTS:
        task = app.configure_task("channels.send_code", schedule_in={"seconds": _AGAIN_SECONDS * challenge.attempts})
        task.defer(challenge_id=str(challenge_id))
