"""Notices by mail, through a real SMTP server."""

from datetime import UTC, datetime, time, timedelta

import pytest

from zhoudao.doors.channels.kinds.email import digests
from zhoudao.doors.channels.kinds.email.tests.conftest import DESK, Desk
from zhoudao.ground.accounts.models import User
from zhoudao.ground.notices.commands import PATIENCE, News, notify, set_wish
from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.teamwork.telling import register_kinds

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime(2026, 3, 10, 15, tzinfo=UTC)  # eleven at night in Shanghai
MORNING = datetime(2026, 3, 11, 0, 1, tzinfo=UTC)


@pytest.fixture
def li() -> User:
    register_kinds()
    return User.objects.create_user(email="li@example.com", name="李强")


def tell(user: User, key: str, number: str, *, at: datetime = NIGHT) -> None:
    attributes = {"by": "赵敏", "number": number}
    notify(News("mentioned", key, f"/desk/cases/{number}/", attributes), [user.id], at=at)


def mails(at: datetime) -> int:
    return digests.mail_all(at=at, real_now=at)


def test_one_mail_after_the_quiet_hours_says_everything_in_the_readers_language(sending_desk: Desk, li: User) -> None:
    set_wish(user_id=li.id, ways={}, quiet_from=time(22), quiet_until=time(8), zone="")
    tell(li, "a", "C2026-000001")
    tell(li, "b", "C2026-000002")

    assert mails(NIGHT + timedelta(hours=1)) == 0
    assert mails(MORNING) == 1
    assert mails(MORNING) == 0

    (mail,) = sending_desk.out.mails
    assert (mail["To"], mail["From"], mail["Auto-Submitted"]) == ("li@example.com", DESK, "auto-generated")
    assert mail["Subject"] == "2 条通知"
    text = mail.get_content()
    assert "赵敏 在 C2026-000001 里提到了您" in text
    assert "/desk/cases/C2026-000002/" in text


def test_a_single_notice_is_its_own_subject(sending_desk: Desk, li: User) -> None:
    li.language = "en"
    li.save()
    tell(li, "a", "C2026-000001")

    mails(NIGHT + PATIENCE)

    assert sending_desk.out.mails[0]["Subject"] == "赵敏 mentioned you in C2026-000001"


def test_what_the_server_refuses_is_tried_again_and_said(sending_desk: Desk, li: User) -> None:
    sending_desk.out.answers = ["451 try later"]
    tell(li, "a", "C2026-000001")

    assert mails(NIGHT + PATIENCE) == 0
    assert Wish.objects.get(user=li).trouble
    assert mails(NIGHT + PATIENCE) == 0
    assert mails(NIGHT + timedelta(minutes=10)) == 1
    assert Wish.objects.get(user=li).trouble == ""


def test_without_a_mailbox_they_wait(sending_desk: Desk, li: User) -> None:
    Channel.objects.update(is_active=False)
    tell(li, "a", "C2026-000001")
    assert mails(MORNING) == 0
    assert Notice.objects.get().mailed_at is None

    Channel.objects.update(is_active=True)
    assert mails(MORNING) == 1
