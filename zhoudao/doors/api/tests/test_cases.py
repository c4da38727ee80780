"""Programs read cases and work on them."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.tests.test_moving_on import settle
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.cases.tests.listening import listen
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.complaints.causes import SHIPPED, retire_cause
from zhoudao.rooms.conversations.models import Attachment, Message
from zhoudao.rooms.customers.commands import Claim, find_or_create_customer

pytestmark = pytest.mark.django_db(transaction=True)  # subscribers hear of what is committed


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("请问桌子什么时候到？")


@pytest.fixture
def other(shop: Shop, case: Case) -> Case:
    shop.later(minutes=5)
    return shop.hears("发票抬头写错了", who="visitor-2")


def numbers(answer: Any) -> list[str]:
    return [item["number"] for item in answer.data["items"]]


def test_cases_are_found_by_what_is_asked(program: Program, case: Case, other: Case) -> None:
    assert set(numbers(program.get("/cases"))) == {case.number, other.number}
    assert numbers(program.get("/cases", conversation=case.conversation_id)) == [case.number]
    assert numbers(program.get("/cases", status="closed")) == []
    item = program.get(f"/cases/{case.number}").data
    assert (item["kind"], item["tier"], item["store"], item["team"]) == ("inquiry", "regular", "web", "reception")
    assert {"first_contact", "resolution"} <= {promise["kind"] for promise in item["promises"]}
    assert item["progress_url"].endswith(f"/p/{case.progress_token}/")


def test_a_case_says_how_its_customer_sounds(program: Program, shop: Shop, case: Case) -> None:
    assert (program.get(f"/cases/{case.number}").data["mood"], case.mood_at) == (None, None)
    shop.hears("等了三天都没人管，太差劲了！")
    listen()
    item = program.get(f"/cases/{case.number}").data
    assert item["mood"] == "upset"
    assert item["mood_at"]


def test_cases_are_found_by_a_proven_phone_number_only(program: Program, shop: Shop, case: Case) -> None:
    proven = [Claim("visitor", "visitor-1", scope="webchat"), Claim("phone", "13812348000", verified=True)]
    find_or_create_customer(claims=proven, at=shop.now, by=By("system:test"))
    assert numbers(program.get("/cases", customer_phone="138 1234 8000")) == [case.number]
    assert numbers(program.get("/cases", customer_phone="13900000000")) == []
    assert numbers(program.get("/cases", customer_phone="nonsense")) == []


def test_a_list_goes_on_where_it_stopped(program: Program, case: Case, other: Case, monkeypatch: Any) -> None:
    monkeypatch.setattr("zhoudao.doors.api.paging.PAGE", 1)
    first = program.get("/cases")
    second = program.get("/cases", cursor=first.data["next"])
    assert numbers(first) + numbers(second) == [row.number for row in Case.objects.order_by("-updated_at", "-id")]
    assert second.data["next"] is None
    assert code_of(program.get("/cases", cursor="bm9uc2Vuc2U")) == (422, "cursor_invalid")


def test_an_answer_costs_at_most_ten_statements(program: Program, case: Case) -> None:
    clock.forget()
    with CaptureQueriesContext(connection) as statements:
        answer = program.post(f"/cases/{case.number}/replies", {"text": "明天到"})
    assert (answer.status_code, answer.data["status"]) == (202, "sent")
    assert len(statements) <= 10, [one["sql"][:70] for one in statements]
    assert Message.objects.get(id=answer.data["message_id"]).author_name == "till"


def test_an_answer_can_be_held_back(program: Program, case: Case) -> None:
    answer = program.post(f"/cases/{case.number}/replies", {"text": "明天到", "undo_seconds": 10})
    assert answer.data["status"] == "queued"
    assert code_of(program.post(f"/cases/{case.number}/replies", {"text": " "})) == (422, "nothing_to_send")


def test_an_answer_may_have_files(program: Program, case: Case) -> None:
    file = {"name": "说明.pdf", "content": base64.b64encode(b"%PDF-1.4 press twice").decode()}
    answer = program.post(f"/cases/{case.number}/replies", {"attachments": [file]})
    assert answer.status_code == 202
    assert Attachment.objects.get(message=answer.data["message_id"]).file.content_type == "application/pdf"
    empty = {"text": "看", "attachments": [file | {"content": ""}]}
    assert code_of(program.post(f"/cases/{case.number}/replies", empty)) == (422, "file_empty")
    six = {"text": "看", "attachments": [file] * 6}
    assert program.post(f"/cases/{case.number}/replies", six).status_code == 422
    assert Attachment.objects.count() == 1


def test_a_note_stays_inside(program: Program, case: Case) -> None:
    assert program.post(f"/cases/{case.number}/notes", {"text": "老客户"}).status_code == 201
    assert Message.objects.get(direction="note").text == "老客户"


def test_a_case_changes_hands(program: Program, shop: Shop, case: Case) -> None:
    given = program.post(f"/cases/{case.number}/assign", {"team": "after_sales", "reason": "wrong_place"})
    assert (given.status_code, given.data["team"]) == (200, "after_sales")
    to_sun = {"member": "SUN@example.com", "reason": "another_reason", "words": "她熟悉"}
    assert program.post(f"/cases/{case.number}/assign", to_sun).data["owner"]["name"] == "孙丽"
    assert code_of(program.post(f"/cases/{case.number}/assign", {"member": "x@y.z"})) == (422, "member_unknown")
    assert code_of(program.post(f"/cases/{case.number}/assign", {"team": "no"})) == (422, "team_unknown")


def test_a_case_ends(program: Program, case: Case) -> None:
    assert code_of(program.post(f"/cases/{case.number}/close")) == (422, "outcome_missing")
    ending = {"outcome": "answered", "cause": "logistics"}
    assert program.post(f"/cases/{case.number}/resolve", ending).data["status"] == "resolved"
    closed = program.post(f"/cases/{case.number}/close", {}).data
    assert (closed["status"], closed["outcome"]) == ("closed", "answered")
    assert code_of(program.post(f"/cases/{case.number}/replies", {"text": "x"})) == (409, "case_already_closed")


@pytest.mark.parametrize("path", ["resolve", "close"])
def test_a_case_ends_only_with_an_outcome_and_a_cause_of_the_lists(program: Program, case: Case, path: str) -> None:
    own_words = program.post(f"/cases/{case.number}/{path}", {"outcome": "fixed it", "cause": "delivery"})
    assert code_of(own_words) == (422, "ending_unknown")
    assert own_words.data["errors"] == [
        {"field": "outcome", "message": f"One of: {', '.join(OUTCOMES)}."},
        {"field": "cause", "message": f"One of: {', '.join(SHIPPED)}."},
    ]
    retire_cause(code="logistics", is_retired=True, by=By("system:test"), at=case.opened_at)
    retired = program.post(f"/cases/{case.number}/{path}", {"outcome": "solved", "cause": "logistics"})
    (fault,) = retired.data["errors"]
    assert (fault["field"], "logistics" in fault["message"]) == ("cause", False)
    assert Case.objects.get(id=case.id).status == "open"


def test_what_happened_to_a_case_in_order(shop: Shop, program: Program, case: Case, other: Case) -> None:
    program.post(f"/cases/{case.number}/replies", {"text": "明天到"})
    dispatch.drain()
    settle()
    page = program.get(f"/cases/{case.number}/events").data
    types = [event["type"] for event in page["items"]]
    assert types[0] == "conversations.MessageReceived"
    assert types.index("cases.CaseOpened") < types.index("conversations.ReplySent")
    assert all(event["text"] for event in page["items"])
    assert program.get(f"/cases/{case.number}/events", cursor=page["next"]).data == {"items": [], "next": None}
    assert len(program.get("/events", type="cases.CaseOpened").data["items"]) == 2
    assert len(program.get("/events", object=str(case.id), type="cases.CaseOpened").data["items"]) == 1


@pytest.mark.parametrize("path", ["replies", "notes", "assign", "resolve", "close"])
def test_a_case_of_another_store_does_not_exist(program: Program, shop: Shop, case: Case, path: str) -> None:
    stranger = Program(EVERYTHING, store=shop.cast.stores["nanjing"])
    body = {"replies": {"text": "x"}, "notes": {"text": "x"}, "resolve": {"outcome": "x", "cause": "x"}}.get(path, {})
    theirs = stranger.post(f"/cases/{case.number}/{path}", body)
    missing = stranger.post(f"/cases/C2026-999999/{path}", body)
    assert code_of(theirs) == code_of(missing) == (404, "case_not_found")
    assert theirs.data["detail"] == missing.data["detail"]
    assert stranger.get("/cases").data["items"] == []
    assert code_of(stranger.get(f"/cases/{case.number}")) == (404, "case_not_found")
    assert stranger.get("/events").data["items"] == []


def test_customers_are_found_exactly_and_shown_masked(program: Program, shop: Shop) -> None:
    claims = [Claim("phone", "13812348000", verified=True), Claim("email", "wang@example.com", verified=True)]
    find_or_create_customer(claims=claims, name="王小明", at=shop.now - timedelta(days=1), by=By("system:test"))
    for asked in ({"phone": "+86 13812348000"}, {"email": "WANG@example.com"}, {"name": "王小明"}):
        [found] = program.get("/customers", **asked).data["items"]
        assert (found["name"], found["phones"], found["emails"]) == ("王**", ["138****8000"], ["w***@example.com"])
    assert program.get("/customers", name="王小").data["items"] == []
    assert code_of(program.get("/customers")) == (422, "one_needed")


def test_figures_come_with_their_definitions(program: Program) -> None:
    answer = program.get("/metrics")
    assert answer.status_code == 200
    assert all(item["definition"] for item in answer.data["items"])
