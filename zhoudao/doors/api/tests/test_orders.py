"""Programs place orders: once each, with every fault named, seen by whose stores they are."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.customers.queries import customer_of_identity
from zhoudao.rooms.orders.models import Order

pytestmark = pytest.mark.django_db


def wanted(number: str = "T-1", **differs: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "source": "shop",
        "external_number": number,
        "lines": [{"sku": "CH-1", "name": "餐椅", "quantity": 2, "price_minor": 12900}],
        "shipping_minor": 1200,
        "buyer": {"name": "王小姐", "external_id": "w-1"},
        "recipient": {"name": "王小姐", "phone": "13812348000", "address": "中山北路 88 号", "city": "南京市"},
        "remark": "周末送",
    }
    return usual | differs


def test_an_order_has_its_number_at_once_and_comes_back_whole_and_masked(program: Program) -> None:
    made = program.post("/orders", wanted(total_minor=27000))
    assert made.status_code == 201
    assert (made.data["total_minor"], made.data["commercial"], made.data["store"]) == (27000, "placed", "web")
    again = program.post("/orders", wanted(total_minor=27000))
    assert (again.status_code, again.data) == (200, made.data)
    whole = program.get(f"/orders/{made.data['number']}").data
    assert whole["recipient"]["name"] == "王**"
    assert whole["lines"][0]["shipping_minor"] == 1200
    assert "中山北路" not in str(whole)
    assert customer_of_identity("external", "shop", "w-1") == Order.objects.get().customer_id


def test_other_contents_under_the_same_number_are_refused_and_named(program: Program) -> None:
    number = program.post("/orders", wanted()).data["number"]
    refused = program.post("/orders", wanted(shipping_minor=0))
    assert code_of(refused) == (422, "submission_reused")
    assert number in refused.data["detail"]
    assert Event.objects.filter(type="orders.OrderRepeatRefused").count() == 1
    keyed = [program.post("/orders", wanted("T-2"), **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [one.data for one in keyed] == [keyed[0].data] * 2
    assert keyed[1]["Idempotency-Replayed"] == "true"
    refused = program.post("/orders", wanted("T-2", shipping_minor=0), **{"Idempotency-Key": "other"})
    assert code_of(refused) == (422, "submission_reused")
    assert Event.objects.filter(type="orders.OrderRepeatRefused").count() == 2


@pytest.mark.parametrize("value", [0, -1, 10**9, 0.5, "two"])
def test_a_quantity_that_is_none_names_its_line(program: Program, value: object) -> None:
    good = {"sku": "A", "quantity": 1, "price_minor": 1}
    refused = program.post("/orders", wanted(lines=[good, good | {"quantity": value}]))
    assert code_of(refused) == (422, "invalid")
    assert [one["field"] for one in refused.data["errors"]] == ["lines.1.quantity"]
    assert not Order.objects.exists()


def test_prices_lines_and_amounts_that_cannot_be_are_named(program: Program) -> None:
    good = {"sku": "A", "quantity": 1, "price_minor": 100}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"lines": [good | {"price_minor": 0}]}, "lines.0.price_minor"),
        ({"lines": [good, good | {"currency": "USD"}]}, "lines.1.currency"),
        ({"lines": []}, "lines"),
        ({"lines": [good] * 10_000}, "lines"),
        ({"lines": [good | {"sku": "  "}]}, "lines.0.sku"),
        ({"lines": [good], "discount_minor": 101}, "discount_minor"),
        ({"total_minor": 1}, "total_minor"),
        ({"currency": "元"}, "currency"),
        ({"source": "a b"}, "source"),
        ({"surprise": 1}, "surprise"),
    ]
    for differs, field in cases:
        refused = program.post("/orders", wanted(**differs))
        assert refused.status_code == 422, differs
        assert field in [one["field"] for one in refused.data["errors"]], refused.data
    for headers in ({}, {"Idempotency-Key": "k"}):
        refused = program.post("/orders", wanted(store="nowhere"), **headers)
        assert code_of(refused) == (422, "order_store_unknown")
    assert not Order.objects.exists()


def test_cancelling_is_safe_to_repeat_and_has_a_reason(program: Program) -> None:
    number = program.post("/orders", wanted()).data["number"]
    assert program.post(f"/orders/{number}/cancel", {"reason": "boredom"}).status_code == 422
    for _ in range(2):
        done = program.post(f"/orders/{number}/cancel", {"reason": "no_stock"}).data
        assert (done["commercial"], done["cancel_reason"]) == ("cancelled", "no_stock")
    assert code_of(program.post("/orders/O2026-999999/cancel", {})) == (404, "order_not_found")


def test_a_list_is_narrowed_goes_on_and_keeps_to_the_callers_stores(program: Program) -> None:
    nanjing = Store.objects.create(code="nanjing", names={})
    for n in range(27):
        program.post("/orders", wanted(f"T-{n}"))
    there = program.post("/orders", wanted("N-1", store="nanjing", payment="captured")).data["number"]
    first = program.get("/orders", store="web").data
    rest = program.get("/orders", store="web", cursor=first["next"]).data
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (25, 2, None)
    for query in ({"store": "nanjing"}, {"payment": "captured"}, {"commercial": "open", "payment": "captured"}):
        assert [one["number"] for one in program.get("/orders", **query).data["items"]] == [there]
    other = Program(EVERYTHING, Store.objects.get(code="web"))
    assert other.get(f"/orders/{there}").status_code == 404
    assert len(other.get("/orders").data["items"]) == 25
    assert other.get("/orders", store="nanjing").data["items"] == []
    assert code_of(other.post("/orders", wanted("N-2", store="nanjing"))) == (422, "order_store_unknown")
    mine = Program(EVERYTHING, nanjing)
    assert mine.post("/orders", wanted("N-3", store="nanjing")).status_code == 201


def test_placing_costs_few_statements(program: Program) -> None:
    program.post("/orders", wanted("T-0"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert program.post("/orders", wanted("T-1")).status_code == 201
    assert len(asked) <= 11, [one["sql"][:80] for one in asked]
