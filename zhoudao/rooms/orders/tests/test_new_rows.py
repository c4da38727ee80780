"""Rows made by the thousand are what Django makes one by one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models

from zhoudao.ground.rows import copy_new, new_row
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order, OrderLine, OrderList

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
