"""A program with a token, talking to the API as it stands."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.api.limits import ADDRESSES, TOKENS
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.roles import SCOPES
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import ensure_defaults

EVERYTHING = sorted(SCOPES - {"identity:assert", "demo:replay"})


class Program:
    """Calls with a token; answers are parsed."""

    def __init__(self, scopes: list[str], store: Store | None = None) -> None:
        self.token = create_token(name="till", scopes=scopes, store=store)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path: str, **query: Any) -> Any:
        return _parsed(self.client.get(f"/api/v1{path}", query))

    def patch(self, path: str, body: object) -> Any:
        return _parsed(self.client.patch(f"/api/v1{path}", json.dumps(body), content_type="application/json"))

    def delete(self, path: str) -> Any:
        return _parsed(self.client.delete(f"/api/v1{path}"))

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return _parsed(
            self.client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)
        )


def _parsed(response: Any) -> Any:
    response.data = json.loads(response.content) if response.content else None
    return response


@pytest.fixture(autouse=True)
def unhurried() -> None:
    ADDRESSES.forget()
    TOKENS.forget()


@pytest.fixture
def program(db: None) -> Program:
    ensure_defaults()
    return Program(EVERYTHING)


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """A message of 王小姐's, with whatever differs."""

    def make(**differs: Any) -> dict[str, Any]:
        usual = {
            "channel": "api",
            "external_id": "m-1",
            "sender": {"name": "王小姐", "external_id": "w"},
            "text": "漏水",
        }
        return usual | differs

    return make


def code_of(response: Any) -> tuple[int, str]:
    """What a refusal says, once its form is checked."""
    assert response["Content-Type"] == "application/problem+json"
    data = json.loads(response.content)
    assert {"type", "title", "status", "detail", "code"} <= set(data)
    assert data["status"] == response.status_code
    return response.status_code, data["code"]
