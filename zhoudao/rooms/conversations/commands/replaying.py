"""A person has a kept delivery tried again."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.conversations.commands.deliveries import PARSE_JOB, raw_of
from zhoudao.rooms.conversations.commands.receiving import receive_message
from zhoudao.rooms.conversations.events import DeliveryReplayed
from zhoudao.rooms.conversations.inbound import Inbound, is_packed, unpack
from zhoudao.rooms.conversations.models import Delivery
from zhoudao.rooms.conversations.refusals import ConversationNotYours, NothingToReplay


def replay_delivery(delivery: Delivery, *, viewer: Viewer, at: datetime) -> None:
    """This will take a structured message at once, and have a raw body read again by the job that knows its channel.

    A message under a used key becomes a message of its own; one for a foreign conversation begins a new one.

    Raises: NothingToReplay, or the refusal again
    """
    inbound = _claim(delivery, viewer, at)
    if inbound is not None:
        receive_message(inbound=inbound, at=at)


@transaction.atomic
def _claim(delivery: Delivery, viewer: Viewer, at: datetime) -> Inbound | None:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(id=delivery.id)
    if row.message_id is not None or row.raw_sealed is None:
        raise NothingToReplay(NothingToReplay.__doc__)
    record(DeliveryReplayed(), at=at, by=By(viewer.actor), about=[About("delivery", row.id)])
    raw = raw_of(row)
    if is_packed(raw):
        inbound = replace(unpack(raw), channel=row.channel.code, external_id=row.key, digest=bytes(row.digest))
        return replace(inbound, conversation_id=None) if row.reason == ConversationNotYours.reason else inbound
    row.status = "received"
    row.save(update_fields=["status"])
    app.configure_task(PARSE_JOB).defer(delivery_id=str(row.id))
    return None
