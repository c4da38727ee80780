"""What arrived raw, handed to the code that knows its channel."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.channels.locks import only_one
from zhoudao.ground.questions import Question
from zhoudao.rooms.conversations.commands import fail_delivery
from zhoudao.rooms.conversations.commands.deliveries import PARSE_JOB
from zhoudao.rooms.conversations.commands.retrying import postpone_delivery, requeue_deliveries
from zhoudao.rooms.conversations.models import Delivery

READING_SECONDS = 10.0  # what is fetched in one go is mostly read in a second; a hostile mail may take five alone
Receiver = Callable[[Delivery, datetime], None]
_log = logging.getLogger(__name__)
_receivers: dict[str, Receiver] = {}
_WITH_CHANNEL = Question(lambda it: Delivery.objects.select_related("channel").filter(id=it), UUID)


def register(kind: str, receiver: Receiver) -> None:
    """This will have raw deliveries of channels of this kind read by `receiver`, which decides what becomes of them."""
    _receivers[kind] = receiver


def parse_delivery(delivery_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will read one delivery, once. What goes wrong is tried again, then shown on the intake page."""
    with only_one(f"delivery|{delivery_id}") as is_mine:
        delivery = _WITH_CHANNEL.first(delivery_id)
        if not is_mine or delivery is None or delivery.status != "received":
            return
        receiver = _receivers.get(delivery.channel.kind)
        if receiver is None:
            fail_delivery(delivery, "unreadable", f"no reader for {delivery.channel.kind}", at=at)
            return
        try:
            receiver(delivery, at)
        except Exception as error:  # ours, not the sender's: later again, nothing lost
            _log.exception("Delivery %s was not read", delivery_id)
            postpone_delivery(delivery, detail=f"{type(error).__name__}: {error}", at=at, real_now=real_now)


def parse_kept(delivery_ids: Sequence[UUID], *, at: datetime, real_now: datetime) -> None:
    """This will read deliveries that have no job: one after another, and by jobs once that takes too long."""
    until = time.monotonic() + READING_SECONDS
    for delivery_id in delivery_ids:
        if time.monotonic() < until:
            parse_delivery(delivery_id, at=at, real_now=real_now)
        else:
            app.configure_task(PARSE_JOB).defer(delivery_id=str(delivery_id))


def reparse_stuck(*, at: datetime, real_now: datetime) -> int:
    """This will have deliveries read whose job was lost; returns how many."""
    return requeue_deliveries(at=at, real_now=real_now)
