"""A shop's own system sends us messages."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Attachment, Conversation, Delivery, Message
from zhoudao.rooms.customers.models import Customer, Identity

Made = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


def test_a_message_is_accepted_and_known_again(program: Program, message: Made) -> None:
    first, again = program.post("/messages", message()), program.post("/messages", message())
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.data == again.data
    assert first.data["case"] is None
    assert Message.objects.get().text == "漏水"


def test_taking_a_message_costs_at_most_ten_statements(program: Program, message: Made) -> None:
    clock.forget()
    for number in (1, 2, 3):
        with CaptureQueriesContext(connection) as statements:
            assert program.post("/messages", message(external_id=f"m-{number}")).status_code == 202
        assert len(statements) <= 10, [one["sql"][:70] for one in statements]


@pytest.mark.django_db(transaction=True)
def test_what_became_of_it(shop: Shop, program: Program, message: Made) -> None:
    message_id = program.post("/messages", message()).data["message_id"]
    assert program.get(f"/messages/{message_id}").data["status"] == "received"
    dispatch.drain()
    state = program.get(f"/messages/{message_id}").data
    assert (state["status"], state["channel"]) == ("parsed", "api")
    assert state["case"].startswith("C")
    assert program.post("/messages", message(external_id="m-2")).data["case"] == state["case"]


def test_another_body_under_the_same_id_is_refused_and_kept(program: Program, message: Made) -> None:
    program.post("/messages", message())
    other = program.post("/messages", message(text="别的"))
    assert code_of(other) == (422, "key_reused")
    kept = program.get(f"/messages/{other.data['delivery_id']}").data
    assert (kept["status"], kept["reason"], kept["message_id"]) == ("failed", "key_reused", None)


def test_an_empty_text_is_refused_and_kept(program: Program, message: Made) -> None:
    assert code_of(program.post("/messages", message(text=" "))) == (422, "message_empty")
    assert Delivery.objects.get().reason == "empty"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"sender": {"phone": 1}}, "sender.phone"),
        ({"sent_at": "2026-01-01T00:00:00"}, "sent_at"),
        ({"colour": "red"}, "colour"),
        ({"external_id": "\ud800"}, "external_id"),
        ({"order_number": "\0"}, "order_number"),
    ],
)
def test_a_wrong_field_is_named(program: Program, message: Made, wrong: dict[str, Any], field: str) -> None:
    answer = program.post("/messages", message(**wrong))
    assert code_of(answer) == (422, "invalid")
    assert [error["field"] for error in answer.data["errors"]] == [field]


def test_what_is_no_json_is_a_bad_request(program: Program) -> None:
    answer = program.client.post("/api/v1/messages", b"{", content_type="application/json")
    assert code_of(answer)[0] == 400


@pytest.mark.parametrize(
    ("wrong", "code"), [({"channel": "no"}, "channel_unknown"), ({"store": "no"}, "store_unknown")]
)
def test_an_unknown_place_is_refused(program: Program, message: Made, wrong: dict[str, Any], code: str) -> None:
    assert code_of(program.post("/messages", message(**wrong))) == (422, code)


def test_a_token_of_one_store_speaks_for_that_store_only(program: Program, message: Made) -> None:
    shop = Store.objects.create(code="shop-1")
    till = Program(EVERYTHING, store=shop)
    assert code_of(till.post("/messages", message(store="web"))) == (422, "store_unknown")
    taken = till.post("/messages", message(external_id="m-2", store="shop-1"))
    assert Conversation.objects.get(id=taken.data["conversation_id"]).store == shop
    others = program.post("/messages", message(external_id="m-3", sender={"external_id": "x"}))
    assert code_of(till.get(f"/messages/{others.data['message_id']}")) == (404, "message_not_found")
    assert till.get("/conversations").data["items"][0]["store"] == "shop-1"
    assert len(program.get("/conversations").data["items"]) == 2


def test_a_phone_number_is_proof_only_from_a_token_that_may_say_so(program: Program, message: Made) -> None:
    sender = {"phone": "13812348000"}
    trusted = Program(["messages:write", "identity:assert"])
    hers = trusted.post("/messages", message(sender=sender)).data
    forged = program.post("/messages", message(external_id="m-2", sender=sender)).data
    assert forged["conversation_id"] != hers["conversation_id"]
    assert Identity.objects.filter(suggested=True).count() == 1
    assert (
        trusted.post("/messages", message(external_id="m-3", sender=sender)).data["conversation_id"]
        == hers["conversation_id"]
    )
    assert Customer.objects.count() == 2


def test_files_come_as_base64(program: Program, message: Made) -> None:
    content = base64.b64encode(b"%PDF-1.7 lies").decode()
    assert program.post("/messages", message(attachments=[{"name": "a.png", "content": content}])).status_code == 202
    assert Attachment.objects.get().file.content_type == "application/pdf"
    broken = message(external_id="m-2", attachments=[{"name": "a", "content": "%%"}])
    assert code_of(program.post("/messages", broken)) == (422, "attachment_unreadable")


def test_a_body_too_large_is_refused_before_it_is_read(program: Program) -> None:
    answer = program.client.post("/api/v1/messages", b"x" * (40 * 1024 * 1024), content_type="application/json")
    assert code_of(answer) == (413, "too_large")


def test_a_file_too_large_is_refused_and_kept(program: Program, message: Made, settings: Any) -> None:
    settings.FILE_LIMIT_BYTES = 10
    file = {"name": "a", "content": base64.b64encode(b"x" * 11).decode()}
    assert code_of(program.post("/messages", message(attachments=[file]))) == (413, "message_too_long")
    assert Delivery.objects.get().reason == "too_large"


def test_nobody_writes_into_a_foreign_conversation(program: Program, message: Made) -> None:
    hers = program.post("/messages", message()).data["conversation_id"]
    forged = message(external_id="m-2", sender={"external_id": "chen"}, conversation_id=hers)
    assert code_of(program.post("/messages", forged)) == (422, "conversation_not_yours")


def test_a_stranger_gets_nothing(program: Program, message: Made) -> None:
    for client, expected in [
        (Client(), (401, "not_signed_in")),
        (Client(headers={"Authorization": "Bearer zd_wrong"}), (401, "not_signed_in")),
        (Program(["cases:read"]).client, (403, "scope_missing")),
    ]:
        answer = client.post("/api/v1/messages", message(), content_type="application/json")
        assert code_of(answer) == expected
    assert not Message.objects.exists()
