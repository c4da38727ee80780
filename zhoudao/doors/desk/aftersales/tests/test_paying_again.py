"""A refund that its payment service does not pay: why, and what a person may do about it."""

from typing import Any

import pytest
from django.test import Client

from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.commands.services import add_service
from zhoudao.rooms.aftersales.models import Refund
from zhoudao.rooms.aftersales.tests.returns import BY, TEN, asked, delivered, found, here
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(shop: Shop) -> Client:
    return as_(shop, "admin")


@pytest.fixture
def refund(admin: Client) -> Refund:
    add_service(code="wx", kind="wechatpay", secrets={}, by=BY, at=TEN)
    request = asked(delivered())
    here(request)
    found(request, Finding("CH-1", 1, "as_new", "restock"))
    Refund.objects.update(state="stuck", gateway="wx", attempts=3, trouble="no_answer")
    return Refund.objects.select_related("request").get()


def act(admin: Client, refund: Refund, **given: Any) -> int:
    return admin.post(f"/desk/returns/refunds/{refund.id}/", given).status_code


def test_without_an_answer_it_is_asked_again_and_not_paid_by_hand(admin: Client, refund: Refund) -> None:
    page = text(admin.get(f"/desk/returns/{refund.request.number}/"))
    assert "does not say whether it paid" in page
    assert "I have paid it" not in page
    assert "Do not pay it so" not in page
    assert act(admin, refund, do="pay", reference="B-1") == 422
    assert act(admin, refund, do="refuse", reason="other") == 422
    assert act(admin, refund, do="again") == 302
    refund.refresh_from_db()
    assert (refund.state, refund.trouble, refund.next_at is not None) == ("sending", "", True)
    assert "Ask and send it again" not in text(admin.get(f"/desk/returns/{refund.request.number}/"))


def test_refused_for_good_it_may_be_paid_by_hand(admin: Client, refund: Refund) -> None:
    Refund.objects.update(trouble="not_enough")
    page = text(admin.get(f"/desk/returns/{refund.request.number}/"))
    assert "not enough money on our account" in page
    assert "Ask and send it again" in page
    assert "I have paid it" in page
    assert act(admin, refund, do="pay", reference="B-1") == 302
    refund.refresh_from_db()
    assert (refund.state, refund.gateway, refund.reference) == ("paid", "", "B-1")
    assert act(admin, refund, do="again") == 422


def test_who_may_not_pay_does_not_have_it_sent_again(shop: Shop, refund: Refund) -> None:
    assert as_(shop, "wang").post(f"/desk/returns/refunds/{refund.id}/", {"do": "again"}).status_code in (403, 404)
