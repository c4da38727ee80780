"""An administrator makes keys for programs."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from zhoudao.doors.cli import Refused, token
from zhoudao.ground.accounts.models import ApiToken, Store
from zhoudao.ground.accounts.tokens import find_token

pytestmark = pytest.mark.django_db


def zhoudao(*words: str) -> int:
    parser = argparse.ArgumentParser()
    token.register(parser.add_subparsers())
    parsed = parser.parse_args(["token", *words])
    return int(parsed.run(parsed))


def test_a_token_is_printed_once_and_works(capsys: Any) -> None:
    store = Store.objects.create(code="shop-1")
    words = ["--role", "api", "--scope", "messages:write", "cases:read", "--scope", "tasks:read"]
    assert zhoudao("create", *words, "--name", "till", "--store", "shop-1", "--days", "30") == 0
    found = find_token(capsys.readouterr().out.strip(), at=datetime.now(UTC))
    assert found is not None
    assert (found.scopes, found.name, found.store) == (["cases:read", "messages:write", "tasks:read"], "till", store)
    assert found.expires_at is not None


def test_what_cannot_be_granted_is_refused() -> None:
    with pytest.raises(Refused, match="no scope 'cases:eat'"):
        zhoudao("create", "--scope", "cases:eat")
    with pytest.raises(Refused, match="no store 'moon'"):
        zhoudao("create", "--scope", "cases:read", "--store", "moon")
    with pytest.raises(SystemExit) as misuse:
        zhoudao("create", "--scope", "cases:read", "--days", "0")
    assert misuse.value.code == 2
    assert not ApiToken.objects.exists()


def test_a_token_is_listed_without_its_text_and_revoked_once(capsys: Any) -> None:
    zhoudao("create", "--scope", "cases:read", "--json")
    text = json.loads(capsys.readouterr().out)["token"]
    zhoudao("list", "--json")
    shown = capsys.readouterr().out
    assert text not in shown
    [row] = json.loads(shown)
    assert row["state"] == "valid"
    assert zhoudao("revoke", row["id"]) == 0
    assert find_token(text, at=datetime.now(UTC)) is None
    with pytest.raises(Refused):
        zhoudao("revoke", row["id"])
    capsys.readouterr()
    zhoudao("list")
    assert "revoked" in capsys.readouterr().out
