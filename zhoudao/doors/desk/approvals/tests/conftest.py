"""The inbox's shop, with the shipped limits."""

import pytest

from zhoudao.doors.desk.inbox.tests.conftest import shop as inbox_shop
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.teamwork.authority import ensure_default_limits

__all__ = ["inbox_shop", "sign_in"]


@pytest.fixture
def shop(inbox_shop: Shop) -> Shop:
    ensure_default_limits()
    return inbox_shop


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("洗衣机不转了")
