"""A shop with a counter in Nanjing and somebody who works there."""

import pytest

from zhoudao.doors.desk.inbox.tests.browser import desk
from zhoudao.doors.desk.inbox.tests.conftest import shop as open_shop
from zhoudao.doors.desk.inbox.tests.conftest import sign_in
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel

__all__ = ["desk", "open_shop", "sign_in"]


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """With Luo Dan at the counter of Nanjing."""
    clerk = User.objects.create_user(email="luo@example.com", password="x" * 14, name="罗丹")
    Grant.objects.create(user=clerk, role="store_staff", store=open_shop.cast.stores["nanjing"])
    open_shop.cast.people["luo"] = clerk
    names = {"zh-Hans": "南京店柜台"}
    Channel.objects.create(code="counter", kind="counter", store=open_shop.cast.stores["nanjing"], names=names)
    return open_shop
