"""Programs send orders as one: once however often asked, with their own rights and stores, and each by itself again."""

from typing import Any

import pytest

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.doors.api.tests.test_orders import wanted
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.reviewing import open_review, seen, shelf

pytestmark = pytest.mark.django_db
LAMP = [{"sku": "LP-7", "name": "台灯", "quantity": 1, "price_minor": 5_000}]


@pytest.fixture
def two(program: Program) -> tuple[str, str]:
    """Chairs and a lamp, approved."""
    at = clock.now()
    open_review(at)
    for sku in ("CH-1", "LP-7"):
        shelf(sku, 9, at=at)
    whole = {"name": "王小姐", "phone": "13812348000", "address": "中山北路 88 号 501", "province": "江苏省"}
    whole |= {"city": "南京市", "district": "鼓楼区"}
    more: dict[str, Any] = {"payment": "captured", "remark": "", "recipient": whole}
    program.post("/orders", wanted("T-1", **more))
    program.post("/orders", wanted("T-2", lines=LAMP, shipping_minor=0, **more))
    chairs, lamp = (seen(one, at=at) for one in Order.objects.order_by("external_number"))
    assert (chairs.fulfilment, lamp.fulfilment) == ("reserved", "reserved")
    return chairs.number, lamp.number


def test_merged_by_a_program_it_carries_both_and_asked_again_it_is_the_same(
    program: Program, two: tuple[str, str]
) -> None:
    chairs, lamp = two
    answers = [program.post(f"/orders/{chairs}/merge", {"orders": [lamp]}, **{"Idempotency-Key": "k"}) for _ in "12"]
    answers.append(program.post(f"/orders/{chairs}/merge", {"orders": [lamp, lamp]}))
    assert [one.status_code for one in answers] == [200] * 3
    assert answers[0].data == answers[1].data == answers[2].data
    assert [(one["sku"], one["origin"]) for one in answers[0].data["lines"]] == [("CH-1", None), ("LP-7", lamp)]
    assert (answers[0].data["total_minor"], answers[0].data["merged_into"]) == (32_000, None)
    gone = program.get(f"/orders/{lamp}").data
    assert (gone["commercial"], gone["cancel_reason"], gone["merged_into"]) == ("cancelled", "merged", chairs)
    assert Event.objects.filter(type="orders.OrdersMerged").count() == 1
    assert code_of(program.post(f"/orders/{lamp}/cancel", {})) == (409, "goes_with_another")
    listed = {one["number"]: one["merged_into"] for one in program.get("/orders").data["items"]}
    assert listed == {chairs: None, lamp: chairs}


def test_the_same_order_sent_again_is_the_one_that_went_along(program: Program, two: tuple[str, str]) -> None:
    chairs, lamp = two
    program.post(f"/orders/{chairs}/merge", {"orders": [lamp]})
    whole = {"name": "王小姐", "phone": "13812348000", "address": "中山北路 88 号 501", "province": "江苏省"}
    whole |= {"city": "南京市", "district": "鼓楼区"}
    again = program.post(
        "/orders", wanted("T-2", lines=LAMP, shipping_minor=0, payment="captured", remark="", recipient=whole)
    )
    assert (again.status_code, again.data["number"], again.data["merged_into"]) == (200, lamp, chairs)


def test_separated_by_a_program_each_is_its_own_again(program: Program, two: tuple[str, str]) -> None:
    chairs, lamp = two
    program.post(f"/orders/{chairs}/merge", {"orders": [lamp]})
    assert program.post(f"/orders/{lamp}/separate").data["merged_into"] is None
    assert [program.get(f"/orders/{one}").data["total_minor"] for one in two] == [27_000, 5_000]
    assert code_of(program.post(f"/orders/{chairs}/separate")) == (409, "nothing_together")


def test_without_the_right_or_from_another_store_nothing_is_merged(program: Program, two: tuple[str, str]) -> None:
    chairs, lamp = two
    reader = Program(["orders:read"])
    assert reader.post(f"/orders/{chairs}/merge", {"orders": [lamp]}).status_code == 403
    there = Program(EVERYTHING, Store.objects.create(code="nanjing", names={}))
    assert there.post(f"/orders/{chairs}/merge", {"orders": [lamp]}).status_code == 404
    Order.objects.filter(number=lamp).update(store=Store.objects.get(code="nanjing"))
    here = Program(EVERYTHING, Store.objects.get(code="web"))
    assert here.post(f"/orders/{chairs}/merge", {"orders": [lamp]}).status_code == 404
    assert code_of(program.post(f"/orders/{chairs}/merge", {"orders": [lamp]})) == (422, "not_one_parcel")
    assert code_of(program.post(f"/orders/{chairs}/merge", {"orders": ["O2026-999999"]})) == (404, "order_not_found")
    assert program.post(f"/orders/{chairs}/merge", {"orders": []}).status_code == 422
    assert not Order.objects.exclude(merged_into=None).exists()
