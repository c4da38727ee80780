"""The test button: each kind tries what it needs to work, and what was seen is noted at the channel."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.models import Channel


@frozen
class Step:
    """One thing that was tried. `seen` is a sentence (a gettext message) or, like `detail`, the other side's words."""

    name: str
    is_good: bool
    seen: str
    detail: str = ""


Attempt = Callable[[Channel, datetime], list[Step]]
_attempts: dict[str, Attempt] = {}


def register(kind: str, attempt: Attempt) -> None:
    """This will have channels of this kind tried by `attempt`."""
    _attempts[kind] = attempt


def try_channel(channel_id: UUID, *, real_now: datetime) -> list[Step]:
    """This will try a channel and note what was seen; nothing for what is gone or cannot be tried."""
    channel = Channel.objects.filter(id=channel_id).first()
    attempt = _attempts.get(channel.kind) if channel else None
    if channel is None or attempt is None:
        return []
    steps = attempt(channel, real_now)
    tried = [[step.name, step.is_good, step.seen, step.detail] for step in steps]
    note_channel(channel.id, tried=tried, tried_at=real_now.isoformat())
    return steps
