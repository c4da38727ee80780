"""A tool that believes only the description tries every operation with what nobody would send."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from zhoudao.config.wsgi import application
from zhoudao.doors.api.limits import Bucket
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.webhooks.commands.managing import Terms, add_webhook
from zhoudao.ground.webhooks.models import Sending
from zhoudao.rooms.cases.commands.contact import customer_wrote
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@schemathesis.serializer("application/x-ndjson")
def one_a_line(_context: Any, value: Any) -> bytes:
    return json.dumps(value).encode()


_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def case_number(db: None) -> str:
    shop = open_shop()
    inbound = Inbound("webchat", "m-1", [Claim("visitor", "v", scope="webchat")], text="请问桌子什么时候到？")
    received = receive_message(inbound=inbound, at=shop.now)
    case = customer_wrote(message_id=received.message_id, at=shop.now)
    assert case is not None
    return case.number


@pytest.fixture
def known(case_number: str) -> dict[str, str]:
    """A webhook that was to be told of the case, by the names paths have for it."""
    admin = of_user(User.objects.get(email="admin@example.com"))
    terms = Terms("https://shop.example/hook", ("cases.CaseOpened",))
    at = datetime.now(UTC)
    webhook, _secret = add_webhook(terms=terms, viewer=admin, at=at, real_now=at)
    event = Event.objects.filter(type="cases.CaseOpened").first()
    row = Sending.objects.create(
        webhook=webhook, event=event, type="cases.CaseOpened", made_at=at, next_at=at, state="dead", ended_at=at
    )
    return {"webhook_id": str(webhook.id), "sending_id": str(row.id)}


@pytest.fixture
def token(db: None, monkeypatch: Any) -> Iterator[str]:
    monkeypatch.setattr("zhoudao.doors.api.scopes.TOKENS", Bucket(per_second=1e6, burst=1e6))
    request_started.disconnect(close_old_connections)  # as Django's own test client does
    request_finished.disconnect(close_old_connections)
    yield Program(EVERYTHING).token
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("SCHEMA_EXAMPLES", "6")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_api_or_its_description(
    case: Any, token: str, case_number: str, known: dict[str, str]
) -> None:
    if "number" in case.path_parameters and len(case.path_parameters["number"]) % 2:
        case.path_parameters["number"] = case_number
    for name in set(known) & set(case.path_parameters):
        case.path_parameters[name] = known[name]
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=_CHECKS)
