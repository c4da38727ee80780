"""A return's case walks its flow by what happens to the return, and ends by itself."""

from typing import Any

import pytest

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import Incident, Run, RunStatus, Task
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.aftersales.commands.deciding import approve_return, decline_return, expire_return, withdraw_return
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.paying_back import pay_by_hand
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import CLERK, LINK, PNG, asked, delivered, found, here
from zhoudao.rooms.cases.commands.classifying import classify_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Inbound, receive_message
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.voice.models import Asking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: Any) -> Shop:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    opened = open_shop()
    ensure_shipped_flows(opened.now)
    return opened


@pytest.fixture
def order(shop: Shop) -> Order:
    return delivered(at=shop.now)


def open_steps(case: Case) -> list[str]:
    assert not Incident.objects.exists()
    rows = Task.objects.filter(object_id=case.id, completed_at=None, cancelled_at=None)
    return list(rows.order_by("opened_at", "id").values_list("element", flat=True))


def case_of(request: ReturnRequest) -> Case:
    dispatch.drain()
    request.refresh_from_db()
    return Case.objects.get(conversation=request.conversation)


def paid(request: ReturnRequest, shop: Shop) -> None:
    refund = request.refunds.get()
    pay_by_hand(refund_id=refund.id, reference="B-1", by=CLERK, at=shop.later(hours=1))


def test_a_return_agreed_at_once_walks_by_itself_and_ends_with_the_question_how_it_was(
    shop: Shop, order: Order
) -> None:
    request = asked(order, at=shop.later(days=1))
    case = case_of(request)
    assert (open_steps(case), case.status, case.awaits_us) == (["arrive"], Status.WAITING, False)
    assert not case.promises.filter(kind="first_contact", ended_at=None).exists(), "nobody has to write first"
    assert Event.objects.filter(type="cases.CaseAnswered", primary_id=case.id).count() == 1
    here(request, at=shop.later(days=3))
    case = case_of(request)
    assert (open_steps(case), case.status) == (["inspect"], Status.OPEN)
    found(request, Finding("CH-1", 1, "as_new", "restock"), at=shop.later(hours=2))
    assert open_steps(case_of(request)) == ["pay_back"]
    paid(request, shop)
    case = case_of(request)
    assert (open_steps(case), case.status, case.outcome, case.cause) == ([], Status.RESOLVED, "solved", "customer")
    assert set(Run.objects.filter(object_id=case.id).values_list("status", flat=True)) == {RunStatus.COMPLETED}
    assert not case.promises.filter(broken_at__isnull=False).exists(), "the days the parcel took are not ours"
    assert Asking.objects.filter(case=case).exists()


def test_what_a_person_decides_waits_for_them_and_a_no_is_an_answer_too(shop: Shop, order: Order) -> None:
    request = asked(order, kind="refund_only", reason="damaged", photos=[PNG], at=shop.now)
    case = case_of(request)
    assert (request.state, open_steps(case)) == ("requested", ["decide"])
    decline_return(request_id=request.id, reason="no_evidence", by=CLERK, at=shop.later(hours=1))
    case = case_of(request)
    assert (open_steps(case), case.status, case.outcome) == ([], Status.RESOLVED, "answered")


def test_agreed_to_by_a_person_it_goes_on_as_any_other(shop: Shop, order: Order) -> None:
    request = asked(order, kind="refund_only", reason="damaged", photos=[PNG], at=shop.now)
    case_of(request)
    approve_return(request_id=request.id, by=CLERK, at=shop.later(hours=1))
    assert open_steps(case_of(request)) == ["pay_back"]


@pytest.mark.parametrize("how", ["withdrawn", "expired"])
def test_one_that_comes_to_nothing_ends_its_case(shop: Shop, order: Order, how: str) -> None:
    request = asked(order, at=shop.now)
    case_of(request)
    if how == "withdrawn":
        withdraw_return(request_id=request.id, by=LINK, at=shop.later(days=1))
    else:
        expire_return(request_id=request.id, by=CLERK, at=shop.later(days=60))
    case = case_of(request)
    assert (open_steps(case), case.status) == ([], Status.RESOLVED)
    assert case.outcome == {"withdrawn": "answered", "expired": "no_answer"}[how]


def test_who_wrote_meanwhile_and_has_no_answer_is_not_ended(shop: Shop, order: Order) -> None:
    request = asked(order, at=shop.now)
    case = case_of(request)
    here(request, at=shop.later(days=2))
    found(request, Finding("CH-1", 1, "as_new", "restock"), at=shop.later(hours=2))
    dispatch.drain()
    wrote = Inbound(
        "desk", "asks", text="退到哪张卡？", customer_id=case.customer_id, conversation_id=case.conversation_id
    )
    receive_message(inbound=wrote, at=shop.later(minutes=5))
    dispatch.drain()
    paid(request, shop)
    case = case_of(request)
    assert (open_steps(case), case.status) == (["tell"], Status.OPEN)
    assert case.awaits_us, "what they asked is still to be answered"


def test_kept_goods_are_only_paid_for(shop: Shop, order: Order) -> None:
    request = asked(order, {1: 1}, kind="refund_only", reason="damaged", photos=[PNG], at=shop.now)
    assert open_steps(case_of(request)) == ["pay_back"]
    paid(request, shop)
    case = case_of(request)
    assert (open_steps(case), case.status, case.cause) == ([], Status.RESOLVED, "logistics")


def test_asked_for_by_a_colleague_in_the_case_the_form_is_not_filled_in_twice(shop: Shop, order: Order) -> None:
    case = shop.hears("想退椅子")
    classify_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now, kind="after_sales")
    dispatch.drain()
    assert open_steps(case) == ["assess"]
    asked(order, conversation_id=case.conversation_id, by=CLERK, at=shop.later(minutes=5))
    dispatch.drain()
    assert open_steps(case) == ["arrive"]


def test_an_exchange_ends_when_what_came_back_was_accepted(shop: Shop, order: Order) -> None:
    request = asked(order, kind="exchange", at=shop.later(days=1))
    case = case_of(request)
    assert open_steps(case) == ["arrive"]
    here(request, at=shop.later(days=3))
    found(request, Finding("CH-1", 1, "as_new", "restock"), at=shop.later(hours=2))
    case = case_of(request)
    assert (request.state, open_steps(case), case.status, case.outcome) == ("replaced", [], Status.RESOLVED, "solved")
