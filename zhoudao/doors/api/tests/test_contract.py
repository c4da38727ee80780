"""What holds for every operation."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from ninja import NinjaAPI

from zhoudao.doors.api import problems
from zhoudao.doors.api.idempotency import KEPT
from zhoudao.doors.api.limits import Bucket
from zhoudao.doors.api.models import Answer
from zhoudao.doors.api.schema import api
from zhoudao.doors.api.scopes import Nobody, Scope
from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.accounts.models import ApiToken
from zhoudao.ground.accounts.permits import permission_of
from zhoudao.ground.accounts.roles import PUBLIC, SCOPES
from zhoudao.ground.accounts.tests.cast import company
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.rooms.conversations.commands import ensure_defaults
from zhoudao.rooms.conversations.models import Message

Made = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


def operations() -> list[Any]:
    return [
        operation
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]


def written_down() -> list[str]:
    """The names of the functions declared as operations, read from the modules' own text."""
    texts = [file.read_text(encoding="utf-8") for file in Path(problems.__file__).parent.glob("*.py")]
    declared = re.compile(r"^@operations\.\w+\(.+?^def (\w+)", re.MULTILINE | re.DOTALL)
    return [name for text in texts for name in declared.findall(text)]


def test_every_operation_states_a_scope_that_exists_and_every_post_honours_a_key() -> None:
    stated = operations()
    assert sorted(operation.view_func.__name__ for operation in stated) == sorted(written_down())
    for operation in stated:
        [scope] = operation.auth_callbacks
        assert isinstance(scope, Scope), operation.view_func
        assert scope.permission in SCOPES
        assert getattr(operation.run, "is_idempotent", False) == (operation.methods == ["POST"])


def test_an_operation_without_a_scope_is_refused() -> None:
    bare = NinjaAPI(auth=Nobody(), urls_namespace="bare", docs_url=None, openapi_url=None)
    problems.install(bare)

    @bare.get("/open")
    def forgotten(request: Any) -> str:
        return "secret"

    [view] = [pattern.callback for pattern in bare.urls[0] if "open" in str(pattern.pattern) and pattern.callback]
    answer = view(RequestFactory().get("/open"))
    assert code_of(answer) == (403, "scope_missing")
    assert permission_of(view) == PUBLIC, "the middleware leaves it to the scope"


def test_each_scope_opens_its_own_operations_only(program: Program) -> None:
    for operation in operations():
        others = Program(sorted(SCOPES - {operation.auth_callbacks[0].permission}))
        path = operation.path.replace("{number}", "C2026-000001")
        for name in (
            "message_id",
            "task_id",
            "customer_id",
            "organisation_id",
            "webhook_id",
            "sending_id",
            "shipment_id",
            "hold_id",
        ):
            path = re.sub(rf"{{[a-z:]*{name}}}", "01980000-0000-7000-8000-000000000000", path)
        prefix = next(prefix for prefix, router in api._routers if operation in _of(router))
        answer = others.client.generic(operation.methods[0], f"/api/v1{prefix}{path}")
        assert code_of(answer) == (403, "scope_missing"), path


def _of(router: Any) -> list[Any]:
    return [operation for view in router.path_operations.values() for operation in view.operations]


def test_the_description_is_complete_and_open(client: Client) -> None:
    schema = json.loads(client.get("/api/v1/openapi.json").content)
    described = [operation for methods in schema["paths"].values() for operation in methods.values()]
    assert len(described) == len(operations())
    for operation in described:
        errors = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
        assert all([*answer["content"]] == ["application/problem+json"] for answer in errors)
        assert len(errors) >= 5
    assert {"Problem", "FieldProblem"} <= schema["components"]["schemas"].keys()
    post = schema["paths"]["/api/v1/messages"]["post"]
    assert "application/problem+json" in post["responses"]["422"]["content"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in post["parameters"]]
    assert client.get("/api/v1/docs").status_code == 200


def test_an_address_the_api_does_not_have_is_a_problem_like_any_other(client: Client) -> None:
    browser = Client(enforce_csrf_checks=True)
    for method in ("GET", "POST", "DELETE"):
        assert code_of(browser.generic(method, "/api/v1/customers/null%2Cnull/data")) == (404, "not_found")


def test_a_revoked_token_opens_nothing(program: Program) -> None:
    assert program.get("/cases").status_code == 200
    row = ApiToken.objects.get()
    ApiToken.objects.update(revoked_at=row.created_at)
    assert code_of(program.get("/cases")) == (401, "not_signed_in")


def test_a_signed_in_person_needs_the_csrf_token_to_write(program: Program, message: Made) -> None:
    wang = company().people["wang"]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(wang, "zhoudao.ground.accounts.backends.WithGrants")
    assert browser.get("/api/v1/cases").status_code == 200
    body, json_type = json.dumps(message()), "application/json"
    assert code_of(browser.post("/api/v1/messages", body, content_type=json_type)) == (403, "csrf")
    browser.cookies["csrftoken"] = "a" * 32
    with_token = {"X-CSRFToken": "a" * 32}
    answer = browser.post("/api/v1/messages", body, content_type=json_type, headers=with_token)
    assert answer.status_code == 202


def test_the_same_key_gets_the_same_answer(program: Program, message: Made) -> None:
    first = program.post("/messages", message(), **{"Idempotency-Key": "k"})
    again = program.post("/messages", message(), **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    other = program.post("/messages", message(external_id="m-2"), **{"Idempotency-Key": "k"})
    assert code_of(other) == (422, "key_reused")
    assert Message.objects.count() == 1


def test_a_refusal_is_kept_under_its_key_too_and_so_is_what_it_kept(program: Program, message: Made) -> None:
    for _ in range(2):
        answer = program.post("/messages", message(text=""), **{"Idempotency-Key": "k"})
        assert code_of(answer) == (422, "message_empty")
    assert program.get(f"/messages/{answer.data['delivery_id']}").data["reason"] == "empty"


def test_keys_are_each_callers_own_and_forgotten_after_a_day(program: Program, message: Made) -> None:
    program.post("/messages", message(), **{"Idempotency-Key": "k"})
    other = Program(["messages:write"])
    assert other.post("/messages", message(external_id="m-2"), **{"Idempotency-Key": "k"}).status_code == 202
    for row in Answer.objects.all():
        Answer.objects.filter(key=row.key).update(answered_at=row.answered_at - KEPT)
    assert program.post("/messages", message(external_id="m-3"), **{"Idempotency-Key": "k"}).status_code == 202
    assert Answer.objects.count() == 1
    assert code_of(program.post("/messages", message(), **{"Idempotency-Key": ""})) == (422, "key_invalid")


def test_tokens_are_not_guessed_at_leisure(db: None) -> None:
    ensure_defaults()
    guesser = Client(headers={"Authorization": "Bearer zd_guess"})
    answers = [guesser.get("/api/v1/cases") for _ in range(31)]
    assert code_of(answers[29])[0] == 401
    assert code_of(answers[30]) == (429, "too_many_requests")
    assert int(answers[30]["Retry-After"]) >= 1


def test_a_hurried_token_waits_unless_it_is_the_demos(program: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr("zhoudao.doors.api.scopes.TOKENS", Bucket(per_second=0.01, burst=2))
    replay = Client(headers={"Authorization": f"Bearer {create_token(name='r', scopes=['cases:read', 'demo:replay'])}"})
    assert [program.get("/cases").status_code for _ in range(3)] == [200, 200, 429]
    assert [replay.get("/api/v1/cases").status_code for _ in range(3)] == [200, 200, 200]
    away = replay.get("/api/v1/cases", REMOTE_ADDR="203.0.113.9")
    assert away.status_code == 200
    assert [replay.get("/api/v1/cases", REMOTE_ADDR="203.0.113.9").status_code for _ in range(2)] == [200, 429]
