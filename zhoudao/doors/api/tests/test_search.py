"""The search as programs use it: scopes, stores, filters, pages, counts."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

ALL = ["cases:read", "messages:read", "customers:read"]


def found(program: Program, **query: Any) -> list[tuple[str, str]]:
    answer = program.get("/search", **query)
    assert answer.status_code == 200, answer.data
    return [(item["kind"], item["case"]["number"]) for item in answer.data["items"]]


def test_words_are_found_with_where_they_stand(shop: Shop) -> None:
    case = shop.hears("我要退款，訂單 O2026-7")
    shop.hears("发票")
    program = Program(ALL)

    data = program.get("/search", q="订单 退款").data
    item = data["items"][0]
    assert (item["case"]["number"], item["kind"], item["exact"]) == (case.number, "case", False)
    assert "".join(part["text"] for part in item["excerpt"]) == "我要退款，訂單 O2026-7"
    assert [part["text"] for part in item["excerpt"] if part["found"]] == ["退款", "訂單"]
    assert Message.objects.filter(id=item["message_id"]).exists()
    assert (data["next"], data["customers"], data["looked_back_to"]) == (None, [], None)
    assert program.get("/search/count", q="订单").data == {"cases": 1, "messages": 0, "notes": 0, "at_least": False}


def test_a_phone_number_finds_its_customer_and_their_cases_masked(shop: Shop) -> None:
    claims = [Claim("phone", "13812348000", verified=True)]
    receive_message(inbound=Inbound("webchat", "p-1", claims, name="王小姐", text="退款"), at=shop.now)
    case = shop.hears("别的")

    data = Program(ALL).get("/search", q="138-1234-8000").data
    assert [(one["name"], one["by"], one["proven"], one["cases"]) for one in data["customers"]] == [
        ("王**", "phone", True, 1)
    ]
    assert [item["exact"] for item in data["items"]] == [True]
    assert data["items"][0]["case"]["number"] != case.number
    assert Program(["cases:read"]).get("/search", q="13812348000").data["items"] == []


def test_scopes_decide_which_kinds_are_found(shop: Shop) -> None:
    shop.hears("你好")
    shop.later(minutes=1)
    shop.hears("退款")
    only_cases = Program(["cases:read"])

    assert found(Program(ALL), q="退款", kind="message,note") != []
    assert found(only_cases, q="退款") == []
    assert code_of(only_cases.get("/search", q="退款", kind="message")) == (403, "scope_missing")
    assert code_of(only_cases.get("/search", q="退款", kind="customer")) == (403, "scope_missing")
    assert code_of(only_cases.get("/search", q="退款", kind="order")) == (422, "kind_unknown")
    assert code_of(Program(["messages:read"]).get("/search", q="退款")) == (403, "scope_missing")


def test_a_token_of_one_store_finds_nothing_of_another(shop: Shop) -> None:
    case = shop.hears("退款")
    own, other = Program(ALL, case.store), Program(ALL, Store.objects.create(code="elsewhere"))

    for words in ("退款", case.number, case.number[-6:]):
        assert len(found(own, q=words)) == 1
        assert found(other, q=words) == []
    assert other.get("/search/count", q="退款").data == {"cases": 0, "messages": 0, "notes": 0, "at_least": False}


def test_filters_by_code_and_by_time(shop: Shop) -> None:
    case = shop.hears("退款")
    team = case.team.code if case.team else ""
    program, hour = Program(ALL), timedelta(hours=1)
    known = {"team": team, "store": case.store.code, "status": case.status, "tier": "regular", "channel": "webchat"}

    assert len(found(program, q="退款", **known, since=(shop.now - hour).isoformat(), case_kind=case.kind)) == 1
    for wrong in ({"team": "nobody"}, {"store": "nanjing"}, {"status": "closed"}, {"channel": "email"}):
        assert found(program, q="退款", **known | wrong) == []
    assert found(program, q="退款", until=(shop.now - hour).isoformat()) == []


def test_the_cursor_leads_through_all_of_it_once(shop: Shop) -> None:
    said = [shop.hears("退款", who=f"v-{number}").number for number in range(45) if shop.later(minutes=1)]
    program, cursor, seen = Program(ALL), "", []
    while cursor is not None:
        data = program.get("/search", q="退款", cursor=cursor).data
        seen += [item["case"]["number"] for item in data["items"]]
        cursor = data["next"]
    assert seen == said[::-1]


def test_what_cannot_be_searched_for_is_refused(shop: Shop) -> None:
    program = Program(ALL)
    for words in ("", "\0", "退" * 201):
        assert program.get("/search", q=words).status_code == 422
    assert code_of(program.get("/search", q="退", cursor="bm9uZQ")) == (422, "cursor_invalid")
    assert program.get("/search", q="退", since="2026-01-01").status_code == 422
    for words in ("'", "%", "a_b\\", "*:&|!", " "):
        assert found(program, q=words) == []
