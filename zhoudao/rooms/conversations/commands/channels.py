"""Channel instances: making one, its secrets, and what it knows of itself."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.vault import box
from zhoudao.rooms.conversations.commands.deliveries import channel_key
from zhoudao.rooms.conversations.models import Channel


class ChannelTaken(Exception):
    """There is a channel with this code already."""


@transaction.atomic
def add_channel(
    *, code: str, kind: str, names: dict[str, str], store: Store, config: dict[str, Any], secrets: dict[str, str]
) -> Channel:
    """This will make a channel; its secrets are sealed and never shown again.

    Raises: ChannelTaken
    """
    channel, is_new = Channel.objects.get_or_create(
        code=code, defaults={"kind": kind, "names": names, "store": store, "config": config}
    )
    if not is_new:
        raise ChannelTaken(f"{ChannelTaken.__doc__} ({code})")
    channel.secrets_sealed = box.seal(channel_key(channel), json.dumps(secrets), place=f"channel.secrets.{channel.id}")
    channel.save(update_fields=["secrets_sealed"])
    return channel


def secrets_of(channel: Channel) -> dict[str, str]:
    """The channel's passwords and keys."""
    if channel.secrets_sealed is None:
        return {}
    secrets: dict[str, str] = json.loads(box.open_text(channel.secrets_sealed, place=f"channel.secrets.{channel.id}"))
    return secrets


@transaction.atomic
def note_channel(channel_id: UUID, **facts: Any) -> None:
    """This will put facts into the channel's own state (cursor, last seen, last error) beside what others put there."""
    channel = Channel.objects.select_for_update().get(id=channel_id)
    channel.state = {**channel.state, **facts}
    channel.save(update_fields=["state"])
