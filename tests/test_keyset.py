"""The next page of a list begins at its place in the index: what came before is not read again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from zhoudao.ground.accounts.models import User
from zhoudao.ground.keyset import beyond
from zhoudao.ground.rows import copy_new, new_row
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.models import OrderList

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lists(analyse: Callable[[str], None]) -> User:
    """Two thousand lists of one person, three at each moment."""
    user = User.objects.create(email="lists@example.com", name="L")
    copy_new(
        *(
            new_row(
                OrderList, id=uuid7(), key_id=uuid7(), asked_by_id=user.id, name="x",
                handed_in_at=_FIRST + timedelta(minutes=n // 3),
            )
            for n in range(2_000)
        )
    )  # fmt: skip
    analyse("orders_orderlist")
    return user


@pytest.mark.parametrize("name", ["-handed_in_at", "handed_in_at"])
def test_pages_one_after_the_other_show_everything_once(lists: User, name: str) -> None:
    sign = "-" if name.startswith("-") else ""
    rows, shown = OrderList.objects.filter(asked_by=lists).order_by(name, f"{sign}id"), []
    page = list(rows[:70])
    while page:
        shown += [one.id for one in page]
        page = list(rows.filter(beyond(name, page[-1].handed_in_at, page[-1].id))[:70])
    assert shown == [one.id for one in rows]


def test_the_database_begins_reading_there(lists: User) -> None:
    rows = OrderList.objects.filter(asked_by=lists).order_by("-handed_in_at", "-id")
    last = rows[1_900]
    plan = rows.filter(beyond("-handed_in_at", last.handed_in_at, last.id))[:25].explain(analyze=True, format="text")
    removed = [line for line in plan.splitlines() if "Rows Removed by Filter" in line]
    assert "list_newest" in plan
    assert all(int(line.rpartition(":")[2]) <= 3 for line in removed), plan
