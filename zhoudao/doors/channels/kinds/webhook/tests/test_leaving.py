"""How answers reach the other system, and what is said when they do not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from zhoudao.doors.channels import trying
from zhoudao.doors.channels.kinds.webhook import reasons
from zhoudao.doors.channels.kinds.webhook.tests.conftest import ADMIN, Line, said
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import Upload, reply, retry_reply
from zhoudao.rooms.conversations.commands.channels import replace_secret
from zhoudao.rooms.conversations.commands.retrying import TRIES
from zhoudao.rooms.conversations.models import Channel, Message

AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")


def answered(
    line: Line, text: str = "今天就到。", external_id: str | None = "m-9", uploads: Sequence[Upload] = ()
) -> Message:
    line.posts(said(external_id=external_id) if external_id else said())
    line.reads()
    return reply(
        conversation_id=Message.objects.get(direction="in").conversation_id,
        text=text,
        uploads=uploads,
        by=AGENT,
        author_name="李娜",
        at=clock.now(),
        real_now=datetime.now(UTC),
    )


def set_url(line: Line, url: str) -> None:
    Channel.objects.filter(id=line.channel.id).update(config={"url": url})


def test_an_answer_is_posted_signed_with_what_it_answers(line: Line) -> None:
    message = answered(line, "请打 13812348000")
    line.sends()
    message.refresh_from_db()
    assert (message.status, message.external_id) == ("sent", str(message.id))
    ((id_, posted),) = line.other.taken
    assert id_ == str(message.id)
    assert posted["type"] == "message.reply"
    assert posted["data"] == {
        "message_id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "channel": "mini",
        "to": {"external_id": "u-7"},
        "in_reply_to": "m-9",
        "case": None,
        "text": "请打 13812348000",
        "author": "李娜",
        "is_automatic": False,
        "attachments": [],
    }


def test_a_file_is_named_with_where_it_is_fetched(line: Line) -> None:
    answered(line, uploads=[Upload("说明.pdf", b"%PDF-1.4 press twice")])
    line.sends()
    ((_, posted),) = line.other.taken
    (file,) = posted["data"]["attachments"]
    assert (file["name"], file["content_type"], file["size"]) == ("说明.pdf", "application/pdf", 20)
    fetched = Client().get(urlsplit(file["url"]).path)
    assert (fetched.content, fetched["Content-Type"]) == (b"%PDF-1.4 press twice", "application/octet-stream")
    assert "sandbox" in fetched["Content-Security-Policy"]
    assert Client().get(urlsplit(file["url"]).path[:-2] + "x/").status_code == 404


@pytest.mark.parametrize("status", [500, 503, 429, 400, 401, 404, 302])
def test_what_is_not_taken_is_tried_again_under_the_same_id(line: Line, status: int) -> None:
    line.other.answers = [status, status]
    message = answered(line)
    line.sends()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("sending", f"{reasons.of_status(status)}\nHTTP {status}")
    for hours in (1, 2):
        line.ahead = timedelta(hours=hours)
        line.sends()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("sent", "")
    assert [id_ for id_, _ in line.other.taken] == [str(message.id)]


def test_after_six_times_it_is_a_persons_turn_who_can_send_it_again(line: Line) -> None:
    line.other.answers = [500] * TRIES
    message = answered(line)
    for n in range(TRIES + 1):
        line.ahead = timedelta(hours=2 * n)
        line.sends()
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("failed", TRIES)
    assert message.failure.startswith(reasons.BROKEN)
    retry_reply(message_id=message.id, real_now=datetime.now(UTC))
    line.sends()
    message.refresh_from_db()
    assert message.status == "sent"


@pytest.mark.parametrize(
    ("url", "reason", "is_final"),
    [
        ("", reasons.NO_ADDRESS, True),
        ("https://10.1.2.3/", reasons.FORBIDDEN, True),
        ("https://169.254.169.254/latest/meta-data/", reasons.FORBIDDEN, True),
        ("https://[::ffff:10.1.2.3]/", reasons.FORBIDDEN, True),
        ("http://127.0.0.1:1/", reasons.UNREACHABLE, False),
    ],
)
def test_an_address_that_does_not_work_says_why(line: Line, url: str, reason: str, is_final: bool) -> None:
    message = answered(line)
    set_url(line, url)
    line.sends()
    message.refresh_from_db()
    assert message.failure.split("\n")[0] == reason
    assert message.status == ("failed" if is_final else "sending")


def test_loopback_is_inside_unless_the_installation_allows_it(line: Line, settings: Any) -> None:
    settings.OUTGOING_NETWORKS = []
    message = answered(line)
    line.sends()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("failed", reasons.FORBIDDEN)
    assert (line.other.taken, line.other.refused) == ([], 0)


def test_gone_is_final_and_said(line: Line) -> None:
    line.other.answers = [410]
    message = answered(line)
    line.sends()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("failed", f"{reasons.GONE}\nHTTP 410")


def test_while_our_secret_changes_the_other_system_may_still_have_the_old_one(line: Line) -> None:
    replace_secret(line.channel.id, name="outgoing", at=clock.now(), real_now=datetime.now(UTC), by=ADMIN)
    answered(line, external_id=None)
    line.sends()
    assert line.other.taken[0][1]["data"]["in_reply_to"] == "msg_1"


def test_the_test_button_shows_what_arrived_and_how_a_ping_is_answered(line: Line) -> None:
    first = trying.try_channel(line.channel.id, real_now=datetime.now(UTC))
    assert [(step.name, step.is_good) for step in first] == [("incoming", False), ("outgoing", True)]
    line.posts(said())
    line.other.secrets = []
    second = trying.try_channel(line.channel.id, real_now=datetime.now(UTC))
    assert [(step.name, step.is_good) for step in second] == [("incoming", True), ("outgoing", False)]
    assert second[1].seen == reasons.NOT_TRUSTED
    assert len(Channel.objects.get(id=line.channel.id).state["tried"]) == 2
