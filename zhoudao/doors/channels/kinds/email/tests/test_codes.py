"""Codes by mail, through a real SMTP server."""

from datetime import UTC, datetime

import pytest

from zhoudao.doors.channels.codes.sending import send_code
from zhoudao.doors.channels.kinds.email.tests.conftest import DESK, Desk
from zhoudao.ground.installation import clock
from zhoudao.ground.installation.models import Installation
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.entrances.codes import LASTS, code_of
from zhoudao.rooms.entrances.commands.asking import ask_code
from zhoudao.rooms.entrances.models import Challenge

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


def asked(language: str = "en") -> Challenge:
    return ask_code(kind="email", value="wang@mail.example", language=language, real_now=NOW)


@pytest.mark.parametrize(("language", "words"), [("en", "is your code for Hefeng"), ("zh-hans", "验证码")])
def test_the_code_is_the_first_thing_the_mail_says(sending_desk: Desk, language: str, words: str) -> None:
    Installation.objects.update_or_create(id=1, defaults={"name": {"zh-Hans": "和风", "en": "Hefeng"}})
    clock.forget()
    challenge = asked(language)
    send_code(challenge.id, real_now=NOW)
    send_code(challenge.id, real_now=NOW)  # a job may run twice
    (mail,) = sending_desk.out.mails
    assert (mail["To"], mail["From"], mail["Auto-Submitted"]) == ("wang@mail.example", DESK, "auto-generated")
    assert mail["Subject"].startswith(code_of(challenge.id))
    assert words in mail["Subject"]
    assert code_of(challenge.id) in mail.get_content()
    challenge.refresh_from_db()
    assert (challenge.sent_at, challenge.failure) == (NOW, "")


def test_a_code_that_is_used_or_too_old_is_not_sent(sending_desk: Desk) -> None:
    old, used = asked(), asked()
    Challenge.objects.filter(id=used.id).update(used_at=NOW)
    send_code(old.id, real_now=NOW + LASTS)
    send_code(used.id, real_now=NOW)
    assert sending_desk.out.mails == []


def test_what_does_not_leave_is_noted_and_tried_three_times(sending_desk: Desk) -> None:
    Channel.objects.filter(kind="email").update(is_active=False)
    challenge = asked()
    for _ in range(3):
        send_code(challenge.id, real_now=NOW)
    challenge.refresh_from_db()
    assert (challenge.attempts, challenge.sent_at) == (3, None)
    assert "mailbox" in challenge.failure
