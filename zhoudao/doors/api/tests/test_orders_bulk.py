"""Many orders in one request: each answered in its line, none half done, whatever the others are."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.api import orders_bulk
from zhoudao.doors.api.tests.conftest import EVERYTHING, Program, code_of
from zhoudao.doors.api.tests.test_orders import wanted
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order

pytestmark = pytest.mark.django_db


def send(program: Program, *lines: Any, **headers: str) -> Any:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return program.client.post(
        "/api/v1/orders/bulk", "\n".join(texts), content_type="application/x-ndjson", headers=headers
    )


def answers(response: Any) -> list[dict[str, Any]]:
    assert (response.status_code, response["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in response.content.decode().splitlines()]


def test_each_line_is_placed_there_before_or_refused_with_what_and_where(program: Program) -> None:
    first = program.post("/orders", wanted("T-1")).data["number"]
    nothing = [{"sku": "A", "quantity": 0, "price_minor": 1}]
    found = answers(
        send(
            program,
            wanted("T-1"),
            wanted("T-2"),
            "",
            wanted("T-1", remark="别的"),
            "{not json",
            wanted("T-3", lines=nothing),
            wanted("T-4", store="nowhere"),
            wanted("T-5", total_minor=1),
            wanted("T-2"),
            "[1]",
        )
    )
    assert [one["line"] for one in found] == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    by_line = {one["line"]: one for one in found}
    second = Order.objects.get(external_number="T-2").number
    assert by_line[1] == {"line": 1, "status": "repeated", "external_number": "T-1", "number": first}
    assert by_line[2] == {"line": 2, "status": "placed", "external_number": "T-2", "number": second}
    assert (by_line[4]["code"], by_line[4]["number"]) == ("submission_reused", first)
    assert by_line[5]["code"] == "invalid"
    assert by_line[6]["errors"][0]["field"] == "lines.0.quantity"
    assert by_line[7]["code"] == "order_store_unknown"
    assert by_line[8]["errors"] == [
        {"field": "total_minor", "message": "Goods less discount plus shipping do not make this total."}
    ]
    assert (by_line[9]["status"], by_line[9]["number"], by_line[10]["code"]) == ("repeated", second, "invalid")
    assert (Order.objects.count(), Customer.objects.count()) == (2, 1)
    assert Event.objects.filter(type="orders.OrderRepeatRefused").count() == 1


def test_a_line_is_the_same_order_as_a_request_of_its_own(program: Program) -> None:
    [bulk] = answers(send(program, wanted("T-1")))
    assert program.post("/orders", wanted("T-1")).data["number"] == bulk["number"]
    alone = program.post("/orders", wanted("T-2")).data
    whole = [program.get(f"/orders/{number}").data for number in (bulk["number"], alone["number"])]
    own = {"number", "external_number", "placed_at"}
    one, other = ({key: value for key, value in each.items() if key not in own} for each in whole)
    assert one == other


def test_a_line_too_long_and_lines_too_many_are_said_and_the_others_are_taken(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders_bulk, "MOST", 3)
    monkeypatch.setattr(orders_bulk, "AT_ONCE", 2)
    monkeypatch.setattr(orders_bulk, "LONGEST", 2_000)
    long = wanted("T-1", remark="长" * 1_900)
    found = answers(send(program, long, wanted("T-2"), wanted("T-3"), wanted("T-4"), wanted("T-5")))
    assert [(one["line"], one["status"], one.get("code")) for one in found] == [
        (1, "refused", "too_large"), (2, "placed", None), (3, "placed", None), (4, "refused", "too_many")
    ]  # fmt: skip
    monkeypatch.setattr(orders_bulk, "BODY_LIMIT_BYTES", 100)
    assert code_of(send(program, wanted("T-6"))) == (413, "too_large")
    assert code_of(send(program, "", " ")) == (422, "nothing_sent")
    assert sorted(Order.objects.values_list("external_number", flat=True)) == ["T-2", "T-3"]


def test_a_key_answers_the_same_again_and_takes_fewer(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [wanted(f"T-{n}") for n in range(3)]
    first, again = (send(program, *lines, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert [one["status"] for one in answers(again)] == ["placed"] * 3
    assert code_of(send(program, *lines[:2], **{"Idempotency-Key": "k"})) == (422, "key_reused")
    monkeypatch.setattr(orders_bulk, "MOST_KEYED", 1)
    assert code_of(send(program, *lines, **{"Idempotency-Key": "more"})) == (413, "too_large")


def test_only_the_stores_of_the_caller(program: Program) -> None:
    nanjing = Store.objects.create(code="nanjing", names={})
    mine = Program(EVERYTHING, nanjing)
    found = answers(send(mine, wanted("T-1", store="nanjing"), wanted("T-2")))
    assert [one.get("code") for one in found] == [None, "order_store_unknown"]
    answers(send(program, wanted("T-2")))
    assert answers(send(mine, wanted("T-2")))[0].get("number", "") == "", "others' numbers are not told"


def test_a_hundred_lines_are_hardly_more_statements_than_one(program: Program) -> None:
    program.post("/orders", wanted("T-0"))
    counts = []
    for size in (1, 100):
        with CaptureQueriesContext(connection) as asked:
            assert len(answers(send(program, *[wanted(f"{size}-{n}") for n in range(size)]))) == size
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1 <= 12
