"""What a colleague has begun to write: one draft a person and conversation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.rooms.conversations.models import Draft
from zhoudao.rooms.conversations.wording import tidy


def save_draft(*, conversation_id: UUID, user_id: UUID, text: str, direction: str = "out", at: datetime) -> None:
    """This will keep a person's unsent words; empty words drop the draft."""
    if not text.strip():
        return drop_draft(conversation_id=conversation_id, user_id=user_id)
    Draft.objects.update_or_create(
        conversation_id=conversation_id,
        user_id=user_id,
        defaults={"text": tidy(text), "direction": direction, "saved_at": at},
    )
    return None


def drop_merged_drafts(*, conversation_ids: Sequence[UUID], user_id: UUID) -> None:
    """This will forget what a person had begun in threads whose case was merged into the one they write in now."""
    Draft.objects.filter(conversation_id__in=conversation_ids, user_id=user_id).delete()


def add_to_draft(*, conversation_id: UUID, user_id: UUID, text: str, at: datetime) -> tuple[str, str]:
    """This will put words before whatever a person has begun to write meanwhile; returns the draft and its direction.

    A note begun meanwhile keeps the draft a note: private words must not land in an answer.
    """
    begun = Draft.objects.filter(conversation_id=conversation_id, user_id=user_id).first()
    direction = begun.direction if begun else "out"
    whole = f"{text}\n\n{begun.text}" if begun and begun.text.strip() not in ("", text.strip()) else text
    save_draft(conversation_id=conversation_id, user_id=user_id, text=whole, direction=direction, at=at)
    return whole, direction


def drop_draft(*, conversation_id: UUID, user_id: UUID) -> None:
    """This will forget a person's unsent words."""
    Draft.objects.filter(conversation_id=conversation_id, user_id=user_id).delete()
