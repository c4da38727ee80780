"""What a colleague has begun to write: one draft a person and conversation."""

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


def drop_draft(*, conversation_id: UUID, user_id: UUID) -> None:
    """This will forget a person's unsent words."""
    Draft.objects.filter(conversation_id=conversation_id, user_id=user_id).delete()
