"""The what-if board: asked, worked out by a job, both sides beside each other."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.desk.orders.tests.test_allocating import sent, shop
from zhoudao.doors.desk.orders.tests.test_orders import as_, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.orders.commands.rehearsing import work_rehearsal
from zhoudao.rooms.orders.models import Rehearsal

__all__ = ["shop"]
pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/desk/orders/what-if/"


def asks(shop: Shop, **more: str) -> Any:
    day = f"{shop.now:%Y-%m-%d}"
    said = {"criteria": "cost, distance", "version": "", "since": day, "until": day} | more
    return as_(shop, "zhou").post(HERE, said)


def test_it_is_worked_out_behind_the_page_and_shown_with_both_sides(shop: Shop) -> None:
    sent(shop)
    answer = asks(shop)
    row = Rehearsal.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{HERE}{row.id}/")
    assert ProcrastinateJob.objects.filter(task_name="orders.rehearse", queue_name="analyst").count() == 1
    client = as_(shop, "zhou")
    page = client.get(answer.url)
    assert f"{answer.url}progress/" in text(page)
    assert "HX-Redirect" not in client.get(f"{answer.url}progress/")
    work_rehearsal(row.id, at=shop.now)
    assert client.get(f"{answer.url}progress/")["HX-Redirect"] == answer.url
    with CaptureQueriesContext(connection) as asked:
        page = client.get(answer.url)
    assert len(asked) <= 12
    said = text(page)
    for words in ("Of 1 orders, 0 would have been sent otherwise.", "CN¥5.00", "西南仓", "cost ▸ distance"):
        assert words in said, words
    assert "cost ▸ distance" in text(client.get(HERE))


def test_what_cannot_be_tried_is_said_and_what_was_typed_stays(shop: Shop) -> None:
    answer = asks(shop, criteria="nearest first")
    assert answer.status_code == 422
    assert "Name criteria in an order" in text(answer)
    assert 'value="nearest first"' in text(answer)
    assert not Rehearsal.objects.exists()


def test_days_without_orders_say_so(shop: Shop) -> None:
    answer = asks(shop)
    work_rehearsal(Rehearsal.objects.get().id, at=shop.now)
    assert "No order was allocated by the rules in these days" in text(as_(shop, "zhou").get(answer.url))


def test_agents_have_no_such_board_and_nobody_finds_what_is_not_there(shop: Shop) -> None:
    assert as_(shop, "wang").get(HERE).status_code == 403
    assert as_(shop, "zhou").get(f"{HERE}{uuid4()}/").status_code == 404
