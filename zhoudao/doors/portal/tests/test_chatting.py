"""A visitor of the widget writes, and sees what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from zhoudao.doors.portal.tests.conftest import Visitor, answer, solve
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import begin_sending, mark_sent, undo_reply
from zhoudao.rooms.conversations.models import Channel, Delivery, Message
from zhoudao.rooms.conversations.refusals import TooLateToUndo

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def test_a_message_is_acknowledged_and_becomes_a_case(visitor: Visitor) -> None:
    told = visitor.says("桌子什么时候到？")
    assert told.status_code == 202
    assert told.json()["case"] is None
    dispatch.drain()
    case = Case.objects.get()
    assert str(case.conversation_id) == told.json()["conversation_id"]
    assert visitor.says("订单 O2026-1").json()["case"] == case.number
    assert visitor.sees().json()["cases"][0]["progress_path"] == f"/p/{case.progress_token}/"


def test_the_same_message_twice_is_one(visitor: Visitor) -> None:
    first = visitor.says("hello", client_id="same-again")
    again = visitor.says("hello", client_id="same-again")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["message_id"] == again.json()["message_id"]
    assert [message["client_id"] for message in visitor.sees().json()["messages"]] == ["same-again"]


def test_the_same_id_with_other_words_is_refused_and_kept(visitor: Visitor) -> None:
    visitor.says("hello", client_id="same-again")
    refused = visitor.says("goodbye", client_id="same-again")
    assert (refused.status_code, refused.json()["code"]) == (422, "client_id_reused")
    assert Delivery.objects.get(status="failed").reason == "key_reused"


def test_the_same_message_many_times_at_once_is_one(visitor: Visitor) -> None:
    def send(_number: int) -> int:
        try:
            return int(visitor.says("hello", client_id="same-again").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(send, range(6)))
    assert set(statuses) <= {200, 202, 409}
    assert statuses.count(202) == 1
    assert Message.objects.count() == 1


def test_two_visitors_may_use_the_same_id(visitor: Visitor) -> None:
    other = Visitor().start()
    assert visitor.says("mine", client_id="same-again").status_code == 202
    assert other.says("another's", client_id="same-again").status_code == 202


def test_the_answer_arrives_with_a_first_name_and_no_note(shop: Shop, visitor: Visitor) -> None:
    visitor.says("hello, where is my table?")
    dispatch.drain()
    shop.cast.people["li"].name = "Li Qiang"
    shop.cast.people["li"].save()
    shop.later(minutes=1)
    case = answer(shop, Case.objects.get(), "On its way.", who="li")
    Message.objects.create(
        conversation_id=str(case.conversation_id), direction="note", text="rude!", created_at=shop.now, sent_at=shop.now
    )
    messages = visitor.sees().json()["messages"]
    assert [(m["from"], m["author"], m["text"]) for m in messages][-1] == ("staff", "Li", "On its way.")
    assert "rude" not in visitor.sees().content.decode()


@pytest.mark.parametrize("token", ["", "forged", "eyJhIjoxfQ:1abcde:AAAA"])
def test_without_a_token_of_ours_there_is_nothing(visitor: Visitor, token: str) -> None:
    visitor.says("hello")
    stranger = Visitor(token=token)
    answers = [stranger.sees(), stranger.says("hi"), stranger.post("typing", {})]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_token_is_good_on_its_own_channel_only(shop: Shop, visitor: Visitor) -> None:
    Channel.objects.create(code="other", kind="webchat", store=shop.cast.stores["web"])
    assert Visitor(channel="other", token=visitor.token).sees().status_code == 404


def test_another_visitors_conversation_is_like_none(visitor: Visitor) -> None:
    theirs = visitor.says("my secret").json()["conversation_id"]
    other = Visitor().start()
    other.says("hello")
    missing = "00000000-0000-7000-8000-000000000000"
    for conversation in (theirs, missing, "nonsense"):
        assert other.sees(conversation=conversation).status_code == 404
        refused = other.says("let me in", conversation_id=conversation)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert "secret" not in other.sees().content.decode()
    assert set(Delivery.objects.filter(status="failed").values_list("reason", flat=True)) == {"not_yours"}


def test_history_after_a_message_brings_everything_newer(shop: Shop, visitor: Visitor) -> None:
    first = visitor.says("one").json()["message_id"]
    visitor.says("two")
    assert "two" in [message["text"] for message in visitor.sees(after=first).json()["messages"]]
    assert len(visitor.sees(after="nonsense").json()["messages"]) == 2


def test_a_picture_is_sent_and_seen_by_its_sender_alone(visitor: Visitor) -> None:
    # named and labelled as a page; its content says picture
    lie = SimpleUploadedFile("../../evil.html", PNG, content_type="text/html")
    assert visitor.sends(text="", attachments=lie).status_code == 202
    [file] = visitor.sees().json()["messages"][0]["attachments"]
    assert (file["name"], file["is_picture"], file["size"]) == ("evil.html", True, len(PNG))
    shown = visitor.client.get(file["path"], headers=visitor.headers)
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert (shown["Content-Disposition"], shown["X-Content-Type-Options"]) == ("attachment", "nosniff")
    other = Visitor().start()
    assert other.client.get(file["path"], headers=other.headers).status_code == 404
    assert other.client.get(file["path"]).status_code == 404


def test_what_is_too_large_is_said_so(visitor: Visitor, settings: Any) -> None:
    settings.FILE_LIMIT_BYTES = 1000
    refused = visitor.sends(attachments=SimpleUploadedFile("a.bin", bytes(1001)))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert "20 MB" in refused.json()["detail"]
    settings.DELIVERY_LIMIT_BYTES = 500
    assert visitor.says("x" * 600).status_code == 413


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"text": "hi"}', "client_id"),
        ('{"client_id": "short", "text": "hi"}', "client_id"),
        ('{"client_id": "12345678", "text": 7}', "text_too_long"),
        ('{"client_id": "12345678", "text": "  "}', "empty"),
        ("[]", "unreadable"),
        ("{", "unreadable"),
    ],
)
def test_a_bad_post_gets_a_code_and_words(visitor: Visitor, body: str, code: str) -> None:
    refused = visitor.post("messages", body)
    assert 400 <= refused.status_code < 500
    assert refused.json()["code"] == code
    assert refused.json()["detail"]


def test_words_come_in_the_visitors_language(visitor: Visitor) -> None:
    english = visitor.says("  ").json()["detail"]
    visitor.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-Hans"
    assert english == "Please write something or add a file."
    assert visitor.says("  ").json()["detail"] != english


def test_after_solving_the_chat_asks_once_for_a_rating(shop: Shop, visitor: Visitor) -> None:
    visitor.says("hello, where is my table?")
    dispatch.drain()
    shop.later(minutes=1)
    case = solve(shop, answer(shop, Case.objects.get(), "It is here."))
    seen = visitor.sees().json()
    path = seen["cases"][0]["rating_path"]
    assert [m["from"] for m in seen["messages"]] == ["visitor", "staff", "system"]
    assert path in seen["messages"][-1]["text"]
    assert case.number in seen["messages"][-1]["text"]
    assert visitor.client.post(path, {"score": 5}, content_type="application/json").json()["score"] == 5
    assert visitor.sees().json()["cases"][0]["score"] == 5


def test_typing_is_told_to_the_desk(visitor: Visitor) -> None:
    conversation = visitor.says("hello").json()["conversation_id"]
    with patch("zhoudao.doors.portal.widget.protocol.tell_typing") as told:
        assert visitor.post("typing", {}).status_code == 204
    assert str(told.call_args.kwargs["conversation_id"]) == conversation
    assert told.call_args.kwargs["who"] == "customer"


def test_a_flood_is_slowed_down_but_the_demo_may(visitor: Visitor) -> None:
    statuses = [visitor.says(f"m {number}").status_code for number in range(31)]
    assert statuses == [202] * 30 + [429]
    slowed = visitor.says("more")
    assert int(slowed["Retry-After"]) == slowed.json()["retry_after"] > 0
    token = create_token(name="replay", scopes=["demo:replay"])
    visitor.client.defaults["HTTP_X_ZHOUDAO_DEMO"] = token
    assert visitor.says("more").status_code == 202
    visitor.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert visitor.says("even more").status_code == 429


def test_starting_is_limited_per_address(shop: Shop) -> None:
    visitor = Visitor()
    statuses = [visitor.client.post("/widget/webchat/start").status_code for _ in range(61)]
    assert statuses == [201] * 60 + [429]
    elsewhere = Visitor()
    elsewhere.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert elsewhere.client.post("/widget/webchat/start").status_code == 201


def test_a_channel_that_is_off_or_no_chat_is_none(shop: Shop) -> None:
    Channel.objects.create(code="shut", kind="webchat", store=shop.cast.stores["web"], is_active=False)
    visitor = Visitor()
    for code in ("shut", "api", "nowhere"):
        assert visitor.client.post(f"/widget/{code}/start").status_code == 404
        assert visitor.client.get(f"/widget/{code}/").status_code == 404


def test_a_message_costs_few_statements(visitor: Visitor, django_assert_max_num_queries: Any) -> None:
    visitor.says("hello")
    with django_assert_max_num_queries(14):
        visitor.says("again")


def test_an_answer_taken_back_in_time_was_never_seen_and_the_next_one_is(shop: Shop, visitor: Visitor) -> None:
    visitor.says("椅子腿断了")
    dispatch.drain()
    case, wang = Case.objects.get(), shop.viewer("wang")

    def writes(text: str) -> UUID:
        now = datetime.now(UTC)
        return reply_to_case(case_id=case.id, text=text, viewer=wang, undo_seconds=60, at=shop.now, real_now=now).id

    def ours() -> list[str]:
        return [one["text"] for one in visitor.sees().json()["messages"] if one["from"] == "staff"]

    wrong = writes("不修")
    assert ours() == []
    undo_reply(message_id=wrong, viewer=wang, at=shop.now)
    assert begin_sending(message_id=wrong, real_now=datetime.now(UTC) + timedelta(minutes=5)) is None
    right = writes("明天来修")
    assert begin_sending(message_id=right, real_now=datetime.now(UTC) + timedelta(minutes=5)) is not None
    mark_sent(message_id=right, at=shop.now)
    dispatch.drain()
    assert ours() == ["明天来修"]
    with pytest.raises(TooLateToUndo):
        undo_reply(message_id=right, viewer=wang, at=shop.now)
    page = visitor.client.get(f"/p/{case.progress_token}/", {"language": "en"}).content.decode()
    assert "1 from you, 1 from us" in page
    assert "不修" not in page
