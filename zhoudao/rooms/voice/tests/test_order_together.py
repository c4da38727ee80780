"""Whose orders go out as one hears it once, in their own language, and not that anything was cancelled."""

from typing import Any

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.pairs import CHAIR, LAMPS, approved
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf
from zhoudao.rooms.parcels.links import tracking_url

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {
    "zh-Hans": ("合并发货", "单独发货"),
    "zh-Hant": ("合併發貨", "單獨發貨"),
    "en": ("goes out together with", "goes out by itself again"),
}


@pytest.mark.parametrize("language", WORDS)
def test_they_hear_once_that_their_orders_go_out_together(language: str) -> None:
    shop = open_shop()
    open_review(shop.now)
    for sku in ("LP-7", "CH-1"):
        shelf(sku, 20, at=shop.now)
    case = shop.hears("在吗？")
    assert case.conversation_id is not None
    Conversation.objects.filter(id=case.conversation_id).update(language=language)
    own: dict[str, Any] = {"claims": [], "customer_id": case.customer_id, "at": shop.now}
    first, second = approved("王小姐", LAMPS, **own), approved("王小姐", CHAIR, minutes=5, **own)
    dispatch.drain()
    before = Message.objects.filter(actor="system:orders").count()
    for _ in range(2):
        merge_orders(order_id=first.id, others=[second.id], by=BY, at=shop.now)
        dispatch.drain()
    [told] = Message.objects.filter(actor="system:orders").order_by("id")[before:]
    for words in (WORDS[language][0], first.number, second.number, tracking_url(first.id)):
        assert words in told.text
    separate_orders(order_id=second.id, by=BY, at=shop.now)
    dispatch.drain()
    [_told, again] = Message.objects.filter(actor="system:orders").order_by("id")[before:]
    assert WORDS[language][1] in again.text
