"""A small shop's orders, for tests. Others take fixtures from here."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item, Recipient, Submission

TEN = datetime(2026, 3, 10, 2, tzinfo=UTC)  # in Shanghai, a Tuesday
BY = By("token:shop")
WANG = Recipient("王小姐", "138 1234 8000", "中山北路 88 号 3 单元 501", "江苏省", "南京市", "鼓楼区")
CHAIR, LAMP = Item("CH-1", 2, 12_900, "餐椅"), Item("LP-7", 1, 5_000, "台灯")


def submission(**more: Any) -> Submission:
    """Miss Wang's two chairs and a lamp: 308.00 less 10.00, 12.00 for the way."""
    given: dict[str, Any] = {
        "source": "shop",
        "external_number": f"T-{uuid4().hex[:8]}",
        "items": [CHAIR, LAMP],
        "discount_minor": 1_000,
        "shipping_minor": 1_200,
        "tax_minor": 3_543,
        "recipient": WANG,
        "remark": "周末送，电话 13912340000",
        "claims": [Claim("external", "buyer-1", scope="shop")],
    }
    return Submission(**(given | more))


def placed(**more: Any) -> Order:
    """Such an order."""
    Store.objects.get_or_create(code="web", defaults={"names": {"zh-Hans": "网上商城"}, "kind": "web"})
    at = more.pop("at", TEN)
    return place_order(submission(**more), by=BY, at=at).order
