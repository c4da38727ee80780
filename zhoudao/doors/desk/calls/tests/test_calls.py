"""Calls noted by hand: a case each, waits measured like any other, and the way from a number to its cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Attachment, Call, Channel, Delivery, Message

SignIn = Callable[[str], Client]


@pytest.fixture
def line(shop: Shop) -> Channel:
    return Channel.objects.create(
        code="hotline", kind="phone", store=shop.cast.stores["web"], names={"zh-Hans": "客服热线"}
    )


def noted(**differs: Any) -> dict[str, Any]:
    """A call as it is filled in."""
    usual = {
        "call_id": str(uuid4()), "channel": "hotline", "caller": "138 1234 8000", "name": "王小姐",
        "summary": "洗衣机漏水，要求上门。", "wait": "0:40", "talk": "3:20", "started_at": "", "ended_by": "customer",
    }  # fmt: skip
    return usual | differs


def test_an_answered_call_is_a_case_whose_wait_is_measured(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    answer = sign_in("wang").post("/desk/calls/", noted())
    assert answer.status_code == 302
    dispatch.drain()
    case = Case.objects.get()
    call = Call.objects.get()
    assert (call.wait_seconds, call.talk_seconds, call.ended_by) == (40, 200, "customer")
    assert case.opened_at == call.started_at == shop.now - timedelta(seconds=240)
    assert case.first_human_contact_at == call.started_at + timedelta(seconds=40)
    assert case.first_responder_id == shop.cast.people["wang"].pk
    assert case.awaits_us is False
    assert case.promises.get(kind="first_contact").kept_at == case.first_human_contact_at
    texts = list(Message.objects.order_by("created_at").values_list("direction", "text", "status"))
    assert texts == [
        ("in", "[来电] 等待 40 秒\n洗衣机漏水，要求上门。", "received"),
        ("out", "[电话沟通] 3 分钟 20 秒", "sent"),
    ]
    page = sign_in("wang").get(answer.headers["Location"]).content.decode()
    assert f"工单 {case.number} 由其他小组处理" in page, "the number can be told; the case is not theirs"
    assert f"/desk/cases/{case.number}/" not in page
    assert f"/desk/cases/{case.number}/" in sign_in("admin").get(answer.headers["Location"]).content.decode()


def test_a_missed_call_waits_for_us(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    sign_in("wang").post("/desk/calls/", noted(talk="", wait="90"))
    dispatch.drain()
    case = Case.objects.get()
    assert (case.awaits_us, case.first_human_contact_at) == (True, None)
    assert Message.objects.get().text.startswith("[未接来电] 等待 1 分钟 30 秒")


def test_pressing_twice_is_one_call(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    form, wang = noted(started_at="2026-03-10T09:50"), sign_in("wang")
    assert {wang.post("/desk/calls/", form).status_code for _ in range(2)} == {302}
    assert (Call.objects.count(), Message.objects.count(), Delivery.objects.count()) == (1, 2, 1)


def test_the_same_number_joins_its_open_case(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    for text in ("洗衣机漏水", "师傅还没来"):
        sign_in("wang").post("/desk/calls/", noted(summary=text))
        dispatch.drain()
        shop.later(minutes=30)
    assert Case.objects.count() == 1
    sign_in("wang").post("/desk/calls/", noted(caller=""))
    dispatch.drain()
    assert Case.objects.count() == 2, "a hidden number is nobody known"


def test_a_number_leads_to_its_cases(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    sign_in("wang").post("/desk/calls/", noted(summary="什么时候发货？"))
    dispatch.drain()
    page = sign_in("wang").get("/desk/calls/", {"caller": "13812348000"})
    assert [case.number for case in page.context["cases"]] == [Case.objects.get().number]
    assert page.context["form"].initial["caller"] == "13812348000"
    assert sign_in("wang").get("/desk/calls/", {"caller": "13900000000"}).context["cases"] == []
    assert sign_in("wang").get("/desk/calls/", {"caller": "<script>"}).context["cases"] == []
    shop.cast.people["sun"].grants.update(role="agent")
    other = sign_in("sun").get("/desk/calls/", {"caller": "13812348000"})
    assert other.context["cases"] == [], "another team's cases do not exist"


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"caller": "hello"}, "caller"),
        ({"summary": ""}, "summary"),
        ({"wait": "3:99"}, "wait"),
        ({"talk": "long"}, "talk"),
        ({"started_at": "2026-03-10T10:30"}, "started_at"),
        ({"started_at": "2026-01-01T10:30"}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"ended_by": "nobody"}, "ended_by"),
        ({"channel": "webchat"}, "channel"),
        ({"call_id": "x"}, "call_id"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    shop: Shop, line: Channel, sign_in: SignIn, differs: dict[str, str], field: str
) -> None:
    page = sign_in("wang").post("/desk/calls/", noted(**differs))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Message.objects.count() == 0


def test_a_recording_is_kept_with_its_call(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    sound = SimpleUploadedFile("call.mp3", b"ID3" + b"\0" * 40, content_type="text/html")
    sign_in("wang").post("/desk/calls/", noted(recording=sound))
    assert Attachment.objects.get().file.content_type == "audio/mpeg"


def test_the_last_calls_cost_the_same_however_many_there_are(shop: Shop, line: Channel, sign_in: SignIn) -> None:
    wang = sign_in("wang")

    def cost() -> int:
        clock.forget()
        with CaptureQueriesContext(connection) as seen:
            assert wang.get("/desk/calls/").status_code == 200
        return len(seen)

    wang.post("/desk/calls/", noted())
    few = cost()
    for n in range(26):
        wang.post("/desk/calls/", noted(caller=f"1381234{n:04}"))
    assert cost() == few <= 12
    page = wang.get("/desk/calls/")
    older = wang.get("/desk/calls/", {"cursor": page.context["older"]})
    assert (len(page.context["rows"]), len(older.context["rows"])) == (25, 2)
    assert wang.get("/desk/calls/", {"cursor": "x"}).status_code == 400


def test_without_a_line_it_says_what_to_do_and_others_calls_do_not_exist(shop: Shop, sign_in: SignIn) -> None:
    assert "渠道“电话”" in sign_in("wang").get("/desk/calls/").content.decode()
    line = Channel.objects.create(code="hotline", kind="phone", store=shop.cast.stores["web"])
    sign_in("wang").post("/desk/calls/", noted())
    call = Call.objects.get()
    shop.cast.people["zhao"].grants.update(team=None, store=shop.cast.stores["nanjing"])
    assert sign_in("zhao").get(f"/desk/calls/{call.message_id}/opened/").status_code == 404
    assert sign_in("zhao").post("/desk/calls/", noted(channel=line.code)).status_code == 422
    assert sign_in("zhou").get("/desk/calls/").status_code == 403
