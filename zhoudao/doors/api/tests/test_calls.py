"""A telephone system notes its calls."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.tests.cast import company
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.models import Attachment, Call, Channel, Message
from zhoudao.rooms.customers.models import Identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def line() -> Channel:
    web, _ = Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    return Channel.objects.create(code="hotline", kind="phone", store=web)


def call(**differs: Any) -> dict[str, Any]:
    usual = {
        "channel": "hotline", "external_id": "call-1", "caller": "13812348000", "name": "王小姐",
        "started_at": (clock.now() - timedelta(minutes=5)).replace(microsecond=0).isoformat(), "wait_seconds": 40,
        "talk_seconds": 200, "ended_by": "customer", "summary": "洗衣机漏水",
    }  # fmt: skip
    return usual | differs


def test_a_call_is_noted_and_known_again(program: Program) -> None:
    body = call()
    first, again = program.post("/calls", body), program.post("/calls", body)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.data["message_id"] == again.data["message_id"]
    assert Call.objects.get().talk_seconds == 200
    assert Identity.objects.get(kind="phone").suggested
    assert program.get(f"/messages/{first.data['message_id']}").data["channel"] == "hotline"


def test_who_answered_is_named_and_the_recording_is_kept(program: Program) -> None:
    wang = company().people["wang"]
    sound = base64.b64encode(b"ID3" + b"\0" * 20).decode()
    answer = program.post("/calls", call(answered_by="WANG@example.com", recording={"name": "a.mp3", "content": sound}))
    assert answer.status_code == 202
    spoken = Message.objects.get(direction="out")
    assert (spoken.actor, spoken.author_name) == (f"user:{wang.pk}", "王芳")
    assert Attachment.objects.get().file.content_type == "audio/mpeg"


def test_another_call_under_a_used_id_is_refused_and_kept(program: Program) -> None:
    program.post("/calls", call())
    assert code_of(program.post("/calls", call(summary="别的"))) == (422, "key_reused")


@pytest.mark.parametrize(
    ("differs", "code"),
    [
        ({"channel": "api"}, "channel_unknown"),
        ({"caller": "hello"}, "caller_unknown"),
        ({"wait_seconds": 7200}, "call_unsound"),
        ({"started_at": "2020-01-01T00:00:00Z"}, "call_unsound"),
        ({"answered_by": "nobody@example.com"}, "colleague_unknown"),
        ({"wait_seconds": -1}, "invalid"),
        ({"ended_by": "nobody"}, "invalid"),
        ({"started_at": "2026-01-01T00:00:00"}, "invalid"),
        ({"surprise": 1}, "invalid"),
        ({"recording": {"content": "%%"}}, "attachment_unreadable"),
    ],
)
def test_what_cannot_be_is_refused_by_name(program: Program, differs: dict[str, Any], code: str) -> None:
    assert code_of(program.post("/calls", call(**differs))) == (422, code)
    assert Message.objects.count() == 0


def test_who_may_not_write_notes_no_calls() -> None:
    assert code_of(Program(["messages:read"]).post("/calls", call()))[0] == 403
