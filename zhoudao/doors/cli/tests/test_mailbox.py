"""`zhoudao mailbox …` as somebody types it."""

import argparse
import json
from typing import Any

import pytest

from zhoudao.doors.cli import Refused, mailbox
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.conversations.models import Channel

ADD = ["mailbox", "add", "--address", "service@shop.example"]
NOWHERE = ["--imap-host", "127.0.0.1", "--imap-port", "1", "--smtp-host", "127.0.0.1", "--smtp-port", "1"]


@pytest.fixture(autouse=True)
def _shop(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.objects.get_or_create(code="web", defaults={"kind": "web"})
    monkeypatch.setenv("MAILBOX_PASSWORD", "very-secret")


def typed(*words: str) -> int:
    parser = argparse.ArgumentParser()
    mailbox.register(parser.add_subparsers())
    given = parser.parse_args(words)
    return int(given.run(given))


def test_adding_a_mailbox_keeps_it_and_says_what_does_not_work_yet(capsys: Any) -> None:
    assert typed(*ADD, *NOWHERE) == 1
    said = capsys.readouterr().out
    assert "service-at-shop-example: service@shop.example" in said
    assert "imap: does not work" in said
    assert "very-secret" not in said
    channel = Channel.objects.get(code="service-at-shop-example")
    assert channel.config["imap"] == {
        "host": "127.0.0.1", "port": 1, "tls": "ssl", "user": "service@shop.example", "folder": "INBOX",
    }  # fmt: skip
    assert "very-secret" not in json.dumps(channel.config)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--imap-tls", "none", "--imap-host", "mail.example", "--smtp-host", "mail.example"],
        ["--imap-port", "99999", "--imap-host", "mail.example", "--smtp-host", "mail.example"],
        [*NOWHERE, "--store", "moon"],
        [*NOWHERE, "--address", "nobody"],
    ],
)
def test_what_cannot_be_is_refused(wrong: list[str]) -> None:
    with pytest.raises(Refused):
        typed(*ADD, *wrong)
    assert not Channel.objects.filter(kind="email").exists()


def test_one_address_is_added_once() -> None:
    typed(*ADD, *NOWHERE)
    with pytest.raises(Refused):
        typed(*ADD, *NOWHERE)


def test_the_list_is_for_people_and_programs(capsys: Any) -> None:
    typed(*ADD, *NOWHERE)
    capsys.readouterr()
    assert typed("mailbox", "list") == 0
    assert "never read" in capsys.readouterr().out
    assert typed("mailbox", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["address"] == "service@shop.example"


def test_a_mailbox_nobody_added_cannot_be_tested() -> None:
    with pytest.raises(Refused):
        typed("mailbox", "test", "nobody")
