"""Channel instances: making one, its secrets, and what it knows of itself."""

import json
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.conversations.commands.deliveries import channel_key
from zhoudao.rooms.conversations.events import ChannelChanged, ChannelSecretChanged, ChannelSetUp
from zhoudao.rooms.conversations.models import Channel

OVERLAP = timedelta(days=7)  # how long a secret that was replaced still counts


class ChannelTaken(Exception):
    """There is a channel with this code already."""


@frozen
class Change:
    """What a channel becomes: `config` as a whole, of the secrets only those given."""

    names: dict[str, str]
    store: Store
    is_active: bool = True
    config: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


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
    _seal(channel, secrets)
    channel.save(update_fields=["secrets_sealed"])
    return channel


@transaction.atomic
def set_up_channel(*, code: str, kind: str, change: Change, at: datetime, by: By) -> Channel:
    """This will make a channel by hand.

    Raises: ChannelTaken
    """
    channel = add_channel(
        code=code, kind=kind, names=change.names, store=change.store, config=change.config, secrets=change.secrets
    )
    _record(ChannelSetUp(kind=kind), channel, at, by)
    return channel


@transaction.atomic
def change_channel(channel_id: UUID, *, change: Change, at: datetime, by: By) -> Channel:
    """This will change a channel; secrets that are not given stay, and what it reached stays."""
    channel = Channel.objects.select_for_update(of=("self",)).select_related("store").get(id=channel_id)
    channel.names, channel.store, channel.is_active = change.names, change.store, change.is_active
    channel.config = change.config
    if change.secrets:
        _seal(channel, {**secrets_of(channel), **change.secrets})
    channel.state = {**channel.state, "error": "", "error_detail": ""}
    channel.save(update_fields=["names", "store", "is_active", "config", "secrets_sealed", "state"])
    _record(ChannelChanged(kind=channel.kind), channel, at, by)
    return channel


@transaction.atomic
def replace_secret(channel_id: UUID, *, name: str, at: datetime, real_now: datetime, by: By) -> str:
    """This will make a new signing secret and return it, once; the one before counts for a week longer."""
    channel = Channel.objects.select_for_update().get(id=channel_id)
    secrets, secret = secrets_of(channel), new_secret()
    if before := secrets.get(name):
        secrets[f"{name}_before"] = before
        channel.config = {**channel.config, f"{name}_before_until": (real_now + OVERLAP).isoformat()}
    _seal(channel, {**secrets, name: secret})
    channel.save(update_fields=["config", "secrets_sealed"])
    _record(ChannelSecretChanged(secret=name), channel, at, by)
    return secret


def signing_secrets(channel: Channel, name: str, *, real_now: datetime) -> list[str]:
    """The secret of this name, and the one before it while that still counts."""
    secrets, until = secrets_of(channel), channel.config.get(f"{name}_before_until")
    found = [secrets.get(name, "")]
    if until and real_now < datetime.fromisoformat(until):
        found.append(secrets.get(f"{name}_before", ""))
    return [secret for secret in found if secret]


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


def _seal(channel: Channel, secrets: dict[str, str]) -> None:
    channel.secrets_sealed = box.seal(channel_key(channel), json.dumps(secrets), place=f"channel.secrets.{channel.id}")


def _record(fact: Fact, channel: Channel, at: datetime, by: By) -> None:
    here = By(by.actor, store_id=channel.store_id, channel=channel.code)
    record(fact, at=at, by=here, about=[About("channel", channel.id)])
