"""A telephone carries no written answer, and says what to do instead."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.channels import outbound, wiring
from zhoudao.doors.channels.kinds.phone.wiring import CALL_BACK
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Inbound, reply
from zhoudao.rooms.conversations.commands.calls import Rang, log_call
from zhoudao.rooms.conversations.models import Call, Channel, Message
from zhoudao.rooms.conversations.refusals import CallerUnknown, CallUnsound, ChannelUnknown
from zhoudao.rooms.customers.models import Identity

pytestmark = pytest.mark.django_db
AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def line() -> Channel:
    wiring.wire()
    web, _ = Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    return Channel.objects.create(code="hotline", kind="phone", store=web)


def rings(caller: str = "13812348000", *, is_proof: bool = False, channel: str = "hotline", **differs: Any) -> Message:
    at = clock.now()
    usual: dict[str, Any] = {
        "started_at": at - timedelta(minutes=5),
        "wait_seconds": 40,
        "talk_seconds": 200,
        "ended_by": "customer",
    }
    received = log_call(
        Rang(caller, **(usual | differs)),
        inbound=Inbound(channel, "c-1", text="洗衣机漏水"),
        is_proof=is_proof,
        by=AGENT,
        name="李娜",
        at=at,
        real_now=datetime.now(UTC),
    )
    return Message.objects.get(id=received.message_id)


def test_a_written_answer_says_to_call_back() -> None:
    written = reply(
        conversation_id=rings().conversation_id, text="您好", by=AGENT, author_name="李娜", at=clock.now(),
        real_now=datetime.now(UTC),
    )  # fmt: skip
    outbound.deliver_reply(written.id, at=clock.now(), real_now=datetime.now(UTC))
    written.refresh_from_db()
    assert (written.status, written.failure) == ("failed", CALL_BACK)


def test_what_was_spoken_is_said_once_though_its_job_runs() -> None:
    rings()
    spoken = Message.objects.get(direction="out")
    outbound.deliver_reply(spoken.id, at=clock.now(), real_now=datetime.now(UTC))
    spoken.refresh_from_db()
    assert (spoken.status, spoken.external_id.startswith("call/")) == ("sent", True)
    assert Event.objects.filter(type="conversations.ReplySent").count() == 1


@pytest.mark.parametrize("is_proof", [False, True])
def test_a_number_is_a_thread_but_no_proof_unless_the_system_says_so(is_proof: bool) -> None:
    rings(is_proof=is_proof)
    assert Identity.objects.get(kind="phone").suggested is not is_proof
    assert not Identity.objects.get(kind="external").suggested


def test_a_call_half_noted_is_completed_when_it_is_noted_again() -> None:
    started = clock.now() - timedelta(minutes=5)
    rings(started_at=started)
    Call.objects.all().delete()
    Message.objects.filter(direction="out").delete()
    rings(started_at=started)
    assert (Call.objects.count(), Message.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "differs",
    [
        {"started_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"wait_seconds": 3600},
        {"wait_seconds": -1},
        {"talk_seconds": 90_000},
        {"ended_by": "nobody"},
    ],
)
def test_a_call_that_cannot_have_been_is_refused(differs: dict[str, Any]) -> None:
    with pytest.raises(CallUnsound):
        rings(**differs)
    assert Message.objects.count() == 0


def test_no_number_and_no_line_are_refused_by_name() -> None:
    with pytest.raises(CallerUnknown):
        rings("hello")
    with pytest.raises(ChannelUnknown):
        rings(channel="api")
