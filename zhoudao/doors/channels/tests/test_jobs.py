"""The jobs as others defer them: by name, twice, for any kind of channel."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from procrastinate.contrib.django import app

from zhoudao.doors.channels import outbound, tasks, wiring
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Claim, Inbound, accept_raw, receive_message, reply
from zhoudao.rooms.conversations.models import Channel, Message

pytestmark = pytest.mark.django_db
AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")


def channel(kind: str) -> Channel:
    web, _ = Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    return Channel.objects.create(code=f"a-{kind}", kind=kind, store=web)


def answer(on: Channel, undo_seconds: int = 10) -> Message:
    inbound = Inbound(on.code, "m-1", claims=[Claim("external", "w", scope=on.code)], text="你好")
    received = receive_message(inbound=inbound, at=clock.now())
    return reply(
        conversation_id=received.conversation_id,
        text="您好",
        by=AGENT,
        author_name="李娜",
        at=clock.now(),
        real_now=datetime.now(UTC),
        undo_seconds=undo_seconds,
    )


def test_every_job_others_defer_is_known_by_name() -> None:
    names = {"parse_delivery", "deliver_reply", "poll_mailbox", "try_channel", "fetch_file", "sweep"}
    assert {f"channels.{name}" for name in names} <= set(app.tasks)


@pytest.mark.parametrize("kind", ["webchat", "api"])
def test_what_the_customer_fetches_has_left_when_its_undo_window_closes(kind: str) -> None:
    wiring.wire()
    message = answer(channel(kind))
    tasks.deliver_reply(message_id=str(message.id))  # the window is still open
    message.refresh_from_db()
    assert message.status == "queued"
    later = datetime.now(UTC) + timedelta(seconds=11)
    for _ in range(2):
        outbound.deliver_reply(message.id, at=clock.now(), real_now=later)
    message.refresh_from_db()
    assert message.status == "sent"
    assert Event.objects.filter(type="conversations.ReplySent").count() == 1


def test_a_channel_nobody_carries_for_says_so() -> None:
    message = answer(channel("pigeon"), undo_seconds=0)
    tasks.deliver_reply(message_id=str(message.id))
    message.refresh_from_db()
    assert (message.status, message.failure) == ("failed", outbound.NO_TRANSPORT)


def test_what_no_code_can_read_is_kept_and_shown() -> None:
    delivery = accept_raw(channel=channel("pigeon"), key="1", raw=b"coo", at=clock.now())
    tasks.parse_delivery(delivery_id=str(delivery.id))
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("failed", "unreadable")


def test_jobs_about_what_is_gone_do_nothing() -> None:
    tasks.parse_delivery(delivery_id=str(uuid4()))
    tasks.poll_mailbox(channel_id=str(uuid4()))
    tasks.sweep()
