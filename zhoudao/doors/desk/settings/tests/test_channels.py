"""Setting up channels by hand: what is asked for, what is shown once, what is refused."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from zhoudao.doors.desk.settings.tests.test_settings import sign_in
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.conversations.commands.channels import note_channel, secrets_of, signing_secrets
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.setups import offered

NEW = "/desk/settings/channels/new"
MAIL = {
    "imap__host": "imap.shop.example", "imap__port": "993", "imap__tls": "ssl", "imap__user": "service",
    "imap__folder": "INBOX", "imap_password": "very secret", "smtp__host": "smtp.shop.example", "smtp__port": "465",
    "smtp__tls": "ssl", "smtp__user": "service", "smtp_password": "very secret", "since": "2026-08-01",
    "address": "service@shop.example",
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


@pytest.fixture
def admin(cast: Cast) -> Client:
    return sign_in(cast, "admin")


def basics(cast: Cast, code: str = "mini") -> dict[str, str]:
    return {"code": code, "name": "小程序", "store": str(cast.stores["web"].id), "is_active": "on"}


def test_every_kind_that_can_be_set_up_has_its_form(admin: Client) -> None:
    kinds = [setup.kind for setup in offered()]
    assert {"webchat", "email", "webhook", "api"} <= set(kinds)
    for kind in kinds:
        assert admin.get(f"{NEW}/{kind}/").status_code == 200
    assert admin.get(f"{NEW}/pigeon/").status_code == 404


def test_a_webhooks_secrets_are_made_shown_once_and_never_again(admin: Client, cast: Cast) -> None:
    page = admin.post(f"{NEW}/webhook/", {**basics(cast), "url": "https://shop.example/replies"})
    shown = re.findall(r"whsec_[A-Za-z0-9+/=]+(?=</output>)", page.content.decode())
    channel = Channel.objects.get(code="mini")
    assert sorted(shown) == sorted(secrets_of(channel)[name] for name in ("incoming", "outgoing"))
    assert "/hooks/mini/" in page.content.decode()
    for address in ("mini/", "mini/edit/", ""):
        assert "whsec_" not in admin.get(f"/desk/settings/channels/{address}").content.decode()
    assert Event.objects.filter(type="conversations.ChannelSetUp", primary_id=channel.id).count() == 1


def test_a_new_secret_is_shown_once_and_the_old_one_still_counts(admin: Client, cast: Cast) -> None:
    admin.post(f"{NEW}/webhook/", basics(cast))
    channel = Channel.objects.get(code="mini")
    old = secrets_of(channel)["incoming"]
    page = admin.post("/desk/settings/channels/mini/secret/incoming/").content.decode()
    channel.refresh_from_db()
    new = secrets_of(channel)["incoming"]
    assert new != old
    assert page.count(new) == 2, "once to read, once to copy"
    assert signing_secrets(channel, "incoming", real_now=datetime.now(UTC)) == [new, old]
    assert admin.post("/desk/settings/channels/mini/secret/surprise/").status_code == 404


@pytest.mark.parametrize(
    "differs",
    [
        {"code": "Not A Code"},
        {"code": "new"},
        {"name": ""},
        {"store": ""},
        {"url": "ftp://shop.example"},
        {"url": "http://shop.example/in-clear"},
        {"url": "https://user:password@shop.example/"},
    ],
)
def test_what_cannot_work_is_said_at_its_field(admin: Client, cast: Cast, differs: dict[str, str]) -> None:
    page = admin.post(f"{NEW}/webhook/", {**basics(cast), **differs})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(differs)
    assert not Channel.objects.filter(kind="webhook").exists()


def test_a_code_that_is_taken_is_said(admin: Client, cast: Cast) -> None:
    admin.post(f"{NEW}/webhook/", basics(cast))
    page = admin.post(f"{NEW}/webhook/", basics(cast))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])


def test_a_mailbox_is_set_up_and_its_password_stays_when_left_empty(admin: Client, cast: Cast) -> None:
    page = admin.post(f"{NEW}/email/", {**basics(cast, "mail"), **MAIL})
    assert page.status_code == 200
    channel = Channel.objects.get(code="mail")
    assert channel.config["imap"] == {
        "host": "imap.shop.example",
        "port": 993,
        "tls": "ssl",
        "user": "service",
        "folder": "INBOX",
    }
    Channel.objects.filter(id=channel.id).update(config={**channel.config, "poll_seconds": 5})
    changed = {**basics(cast), **MAIL, "imap_password": "", "smtp_password": "new", "imap__host": "imap2.shop.example"}
    answer = admin.post("/desk/settings/channels/mail/edit/", changed)
    assert answer.status_code == 302
    channel.refresh_from_db()
    assert secrets_of(channel) == {"imap_password": "very secret", "smtp_password": "new"}
    assert (channel.config["imap"]["host"], channel.config["poll_seconds"]) == ("imap2.shop.example", 5)
    assert "very secret" not in admin.get("/desk/settings/channels/mail/edit/").content.decode()


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"imap__tls": "none"}, "imap__host"),
        ({"smtp__port": "99999"}, "smtp__port"),
        ({"imap_password": ""}, "imap_password"),
    ],
)
def test_a_mailbox_that_cannot_work_is_said(admin: Client, cast: Cast, differs: dict[str, str], field: str) -> None:
    page = admin.post(f"{NEW}/email/", {**basics(cast, "mail"), **MAIL, **differs})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_the_test_button_asks_the_worker_and_shows_what_it_saw(admin: Client, cast: Cast) -> None:
    admin.post(f"{NEW}/webhook/", basics(cast))
    page = admin.post("/desk/settings/channels/mini/try/", headers={"HX-Request": "true"})
    assert page.context["is_under_way"]
    channel = Channel.objects.get(code="mini")
    tried = [["outgoing", False, "The other system cannot be reached; it is tried again by itself.", "HTTP 502"]]
    note_channel(channel.id, tried=tried, tried_at=datetime.now(UTC).isoformat())
    page = admin.get("/desk/settings/channels/mini/tried/", headers={"HX-Request": "true"})
    assert not page.context["is_under_way"]
    assert page.context["steps"][0][1:] == (False, "对方系统联系不上，会自动再试。", "HTTP 502")


def test_a_test_that_no_worker_takes_up_is_said(admin: Client, cast: Cast) -> None:
    admin.post(f"{NEW}/webhook/", basics(cast))
    admin.post("/desk/settings/channels/mini/try/", headers={"HX-Request": "true"})
    asked = (datetime.now(UTC) - timedelta(seconds=61)).isoformat()
    note_channel(Channel.objects.get(code="mini").id, try_asked_at=asked)
    page = admin.get("/desk/settings/channels/mini/")
    assert (page.context["is_under_way"], page.context["is_lost"]) == (False, True)


def test_who_may_not_change_settings_changes_none(cast: Cast) -> None:
    lead = sign_in(cast, "zhao")
    assert lead.post(f"{NEW}/webhook/", basics(cast)).status_code == 403
    assert not Channel.objects.filter(kind="webhook").exists()
