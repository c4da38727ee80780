"""Shops of each kind, heard over real HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from zhoudao.doors.storefronts.kinds.webhook.fake import send
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.storefronts import add_storefront
from zhoudao.rooms.orders.models import Order, OrderLine, Storefront, StorefrontPost
from zhoudao.rooms.orders.sealed import recipient_of, remark_of
from zhoudao.rooms.orders.tests.bazaar import BY
from zhoudao.rooms.orders.tests.reviewing import open_review

Add = Callable[..., Storefront]
Post = Callable[..., tuple[int, Any]]
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    open_review()
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def add() -> Add:
    def made(code: str, kind: str, secret: str, **more: Any) -> Storefront:
        store = Store.objects.get(code="web")
        given = {"store_id": store.id, "currency": "CNY", "asserts_identity": False, **more}
        return add_storefront(code=code, kind=kind, secret=secret, by=BY, at=NOW, **given)

    return made


@pytest.fixture
def post(live_server: Any) -> Post:
    def posted(code: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        return send(f"{live_server.url}/hooks/orders/{code}/", body, headers)

    return posted


def stand(source: str) -> dict[str, Any]:
    """Where all orders of a shop stand, without what differs from run to run."""
    found = {}
    for order in Order.objects.filter(source=source).order_by("external_number"):
        lines = OrderLine.objects.filter(order=order).order_by("position")
        found[order.external_number] = (
            order.commercial,
            order.payment,
            order.total_minor,
            [(line.sku, line.quantity, line.price_minor, line.discount_minor) for line in lines],
            recipient_of(order),
            remark_of(order),
            order.cancel_reason,
        )
    return found


def waiting() -> list[tuple[str, str, list[list[str]]]]:
    """What could not be taken, and why."""
    rows = StorefrontPost.objects.filter(status="failed").order_by("id")
    return [(one.external_number, one.reason, one.faults) for one in rows]
