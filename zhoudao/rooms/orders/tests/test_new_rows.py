"""Rows made by the thousand are what Django makes one by one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, models

from zhoudao.ground.rows import copy_new, new_row
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order, OrderLine, OrderList
from zhoudao.rooms.orders.queries.listing import Narrowed
from zhoudao.rooms.orders.tests.bazaar import placed

_AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
_SAID: dict[type[models.Model], dict[str, Any]] = {
    Order: {"number": "O2026-000001", "store_id": uuid7(), "goods_minor": 100, "placed_at": _AT, "is_split": True},
    OrderLine: {"order_id": uuid7(), "sku": "A-1", "quantity": 2, "price_minor": 50},
    OrderList: {"name": "三月.xlsx", "handed_in_at": _AT},
}


def _values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


@pytest.mark.parametrize("model", _SAID)
def test_a_row_has_what_it_was_given_and_defaults_of_its_own(model: type[models.Model]) -> None:
    said = _SAID[model]
    rows = [new_row(model, **said) for _ in range(2)]
    assert _values(rows[0]) == _values(rows[1]) == _values(model(**said))
    assert rows[0].pk != rows[1].pk
    assert rows[0]._state.adding
    lists = [value for value in vars(rows[0]).values() if isinstance(value, list | dict)]
    assert not any(mine is other for mine in lists for other in vars(rows[1]).values())


def test_a_default_that_is_the_databases_is_said() -> None:
    assert new_row(Customer, key_id=uuid7()).contact_hours == ""


@pytest.mark.django_db
def test_copied_rows_carry_a_time_that_is_noted_on_storing() -> None:
    key = DataKey(id=uuid7(), subject_id=uuid7(), master_id="m", wrapped=b"\0\t\n\\")
    copy_new(key)
    kept = DataKey.objects.get(id=key.id)
    assert kept.created_at == key.created_at
    assert bytes(kept.wrapped) == b"\0\t\n\\"
    assert not key._state.adding


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"payment": "refunded"}, "order_unpaid"),
        ({"fulfilment": "packed"}, "order_moving"),
        ({"commercial": "cancelled"}, "order_cancelled"),
    ],
)
def test_what_is_rare_is_found_by_its_own_index_also_when_the_statement_is_planned_once_for_all(
    asked: dict[str, Any], index: str, analyse: Callable[[str], None]
) -> None:
    one = placed()
    numbers = range(3_000)
    same = {"store_id": one.store_id, "customer_id": one.customer_id, "goods_minor": 100, "total_minor": 100}
    same |= {"payment": "captured", "fulfilment": "delivered", "commercial": "completed", "line_count": 1}
    same |= {"source": "x", "currency": "CNY", "placed_at": _AT, "recorded_at": _AT, "goods_index": b"x"}
    copy_new(*(new_row(Order, id=uuid7(), number=f"N-{n}", external_number=str(n), **same) for n in numbers))
    rows = Narrowed(**asked).rows.order_by("-placed_at", "-id")[:26]
    sql, values = rows.query.sql_with_params()
    assert values == ()
    analyse("orders_order")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
