"""The touchless part of the bench: its orders are clean, and what is not as it should be is seen."""

import json
from random import Random

import pytest
from django.test import Client

from zhoudao.doors.cli import bench_orders, bench_touchless
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.models import PlaceDay
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.orders.tests.reviewing import open_review


@pytest.mark.django_db(transaction=True)
def test_twenty_go_through_untouched_and_a_parcel_too_many_is_told() -> None:
    open_review()
    bench_touchless.stock_up(20)
    rng = Random(4)  # what is bought, not a secret
    body = "\n".join(json.dumps(bench_touchless.clean_order(number, rng), ensure_ascii=False) for number in range(20))
    client = Client(headers={"Authorization": f"Bearer {bench_orders.make_token()}"})
    answer = client.post("/api/v1/orders/bulk", body, content_type="application/x-ndjson")
    assert [json.loads(line)["status"] for line in answer.content.splitlines()] == ["placed"] * 20
    assert bench_touchless.differences(20)
    dispatch.drain()
    assert approve_passed(now=lambda: TEN) == 20
    assert bench_touchless.differences(20) == ""
    day = PlaceDay.objects.first()
    assert day is not None
    PlaceDay.objects.filter(id=day.id).update(parcels=day.parcels + 1)
    assert bench_touchless.differences(20)
