"""The bench's orders are as the API takes them, and what is lost of them is seen."""

import json
from random import Random

import pytest
from django.test import Client

from zhoudao.doors.cli import bench_orders
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.orders.models import Order, OrderLine


@pytest.mark.django_db
def test_thirty_are_there_as_sent_and_one_line_less_is_told() -> None:
    Store.objects.get_or_create(code="web", defaults={"names": {}, "kind": "web"})
    rng = Random(3)  # what is bought, not a secret
    body = "\n".join(json.dumps(bench_orders.order(number, rng), ensure_ascii=False) for number in range(30))
    client = Client(headers={"Authorization": f"Bearer {bench_orders.make_token()}"})
    answer = client.post("/api/v1/orders/bulk", body, content_type="application/x-ndjson")
    assert [json.loads(line)["status"] for line in answer.content.splitlines()] == ["placed"] * 30
    assert bench_orders.differences(30) == ""
    assert bench_orders.differences(31)
    OrderLine.objects.filter(order=Order.objects.order_by("id").first(), position=1).delete()
    assert bench_orders.differences(30)
