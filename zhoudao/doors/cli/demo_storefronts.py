"""The demo company's online shop: it posts its orders, of which two could not be taken and wait for a person."""

import json
from datetime import datetime, timedelta
from typing import Any

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.orders.commands.posts import accept_post, wake_taker
from zhoudao.rooms.orders.commands.storefronts import add_storefront
from zhoudao.rooms.orders.models import Storefront

_BY = By("system:demo")
_LINES = [{"sku": "LP-7001", "quantity": 1, "price": "199.00", "name": "护眼台灯"}]
_HOME = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}


def live(*, at: datetime) -> None:
    """This will set the shop up and have a morning's posts taken by the worker. Twice is once."""
    store = Store.objects.filter(code="web").first()
    if store is None or Storefront.objects.exists():
        return
    shop = add_storefront(
        code="mini-mall",
        kind="webhook",
        store_id=store.id,
        currency="CNY",
        asserts_identity=False,
        secret=new_secret(),
        by=_BY,
        at=at,
    )
    odd: list[dict[str, Any]] = [{}, {"currency": "USD"}, {"total": "299.00"}, {"shipping": "12.00", "total": "211.00"}]
    for place, change in enumerate(odd):
        content = _posted(place, at - timedelta(minutes=9 * place + 2), change)
        accept_post(shop=shop, key=f"demo-{place}", raw=json.dumps(content, ensure_ascii=False).encode(), at=at)
    wake_taker()


def _posted(place: int, said_at: datetime, change: dict[str, Any]) -> dict[str, Any]:
    phone = f"1351234{60 + place:04d}"
    order = {
        "number": f"M-{2201 + place}",
        "payment": "captured",
        "lines": _LINES,
        "total": "199.00",
        "buyer": {"external_id": phone, "name": "沈女士"},
        "recipient": {"name": "沈女士", "phone": phone, "address": f"文二路 {place + 20} 号 3 幢 402", **_HOME},
        **change,
    }
    return {"type": "order.placed", "said_at": said_at.isoformat(), "order": order}
