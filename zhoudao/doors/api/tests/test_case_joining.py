"""Programs merge, split and link cases; what comes later lands where people look."""

from datetime import timedelta

import pytest

from zhoudao.doors.api.tests.conftest import Program, code_of
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import close_after_grace
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)  # subscribers hear of what is committed


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("请问桌子什么时候到？")


def test_a_message_to_a_merged_case_lands_on_its_survivor_until_the_merge_is_undone(
    program: Program, shop: Shop, case: Case
) -> None:
    keep = shop.hears("我的桌子呢？", who="visitor-2")
    merged = program.post(f"/cases/{case.number}/merge", {"number": keep.number})
    assert (merged.status_code, merged.data["number"]) == (200, keep.number)
    shop.hears("有人吗")
    later = Message.objects.get(text="有人吗")
    assert program.get(f"/messages/{later.id}").data["case"] == keep.number
    ending = {"outcome": "solved", "cause": "service"}
    assert code_of(program.post(f"/cases/{case.number}/resolve", ending)) == (409, "case_merged")
    assert program.post(f"/cases/{case.number}/unmerge").data["status"] == "open"
    assert code_of(program.post(f"/cases/{case.number}/unmerge")) == (422, "case_not_merged")
    assert program.get(f"/messages/{later.id}").data["case"] == case.number


def test_a_case_is_not_merged_with_itself_or_with_what_is_not_there(program: Program, case: Case) -> None:
    assert code_of(program.post(f"/cases/{case.number}/merge", {"number": case.number})) == (422, "same_case")
    assert code_of(program.post(f"/cases/{case.number}/merge", {"number": "C2020-000001"})) == (404, "case_not_found")


def test_resolved_then_grace_then_closed_then_a_new_linked_case(program: Program, shop: Shop, case: Case) -> None:
    ending = {"outcome": "answered", "cause": "information"}
    program.post(f"/cases/{case.number}/resolve", ending)
    dispatch.drain()
    shop.later(hours=1)
    assert shop.hears("还没有到").id == case.id
    program.post(f"/cases/{case.number}/resolve", ending)
    dispatch.drain()
    resolved_at = Case.objects.get(id=case.id).resolved_at
    assert resolved_at is not None
    assert close_after_grace(case.id, at=resolved_at + timedelta(days=2))
    dispatch.drain()
    again = shop.hears("桌子坏了")
    assert again.number != case.number
    assert [link.target_id for link in again.links.all()] == [case.id]
    assert program.get(f"/cases/{case.number}").data["status"] == "closed"


def test_messages_are_split_off_and_come_back(program: Program, shop: Shop, case: Case) -> None:
    shop.later(minutes=1)
    shop.hears("另外发票抬头错了")
    other = Message.objects.get(text="另外发票抬头错了")
    chosen = {"messages": [str(other.id)]}
    split = program.post(f"/cases/{case.number}/split", chosen)
    assert split.status_code == 201
    assert split.data["conversation_id"] != str(case.conversation_id)
    assert program.get(f"/messages/{other.id}").data["case"] == split.data["number"]
    assert code_of(program.post(f"/cases/{case.number}/split", chosen)) == (422, "message_not_found")
    assert program.post(f"/cases/{split.data['number']}/unsplit").data["number"] == case.number
    assert program.get(f"/messages/{other.id}").data["case"] == case.number
    assert code_of(program.post(f"/cases/{case.number}/unsplit")) == (422, "case_not_split")
    everything = Message.objects.filter(direction="in").values_list("id", flat=True)
    all_of_it = {"messages": [str(one) for one in everything]}
    assert code_of(program.post(f"/cases/{case.number}/split", all_of_it)) == (422, "nothing_to_split")


def test_cases_are_linked_and_the_link_is_taken_back(program: Program, shop: Shop, case: Case) -> None:
    other = shop.hears("别的事", who="visitor-2")
    assert program.post(f"/cases/{case.number}/link", {"number": other.number}).status_code == 200
    assert case.links.count() == 1
    assert program.post(f"/cases/{other.number}/unlink", {"number": case.number}).status_code == 200
    assert case.links.count() == 0
    assert code_of(program.post(f"/cases/{other.number}/unlink", {"number": case.number})) == (404, "case_not_found")
