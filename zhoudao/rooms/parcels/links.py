"""The link behind which a customer sees where their order is: nobody guesses it, and it dies with their data."""

import base64
import hmac
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from zhoudao.ground.vault import box
from zhoudao.rooms.orders.models import Order

FULL, LOOK = "f", "l"  # theirs; or found by number and telephone, which also stand on the parcel: only to look
_BYTES = 16


def tracking_token(order_id: UUID, kind: str = FULL) -> str:
    """What stands in the link: the order's id, and what only we can say of it."""
    return kind + base64.urlsafe_b64encode(order_id.bytes + _seal(order_id, kind)).decode().rstrip("=")


def tracking_path(order_id: UUID, kind: str = FULL) -> str:
    """The page of an order, for whoever has it."""
    return reverse("portal:tracking", args=[tracking_token(order_id, kind)])


def tracking_url(order_id: UUID) -> str:
    """Its whole address."""
    return f"{settings.BASE_URL}{tracking_path(order_id)}"


def order_behind(token: str) -> tuple[Order, bool] | None:
    """The order a link leads to, and whether it is the customer's own link; None when it is wrong, or its person was
    forgotten.
    """
    kind, text = token[:1], token[1:]
    if kind not in (FULL, LOOK) or len(text) != 43 or not text.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=")
    except ValueError:
        return None
    order_id = UUID(bytes=raw[:_BYTES])
    if not hmac.compare_digest(raw[_BYTES:], _seal(order_id, kind)):
        return None
    rows = Order.objects.select_related("store", "customer").filter(id=order_id, customer__erased_at=None)
    order = rows.first()
    return (order, kind == FULL) if order else None


def _seal(order_id: UUID, kind: str) -> bytes:
    return box.blind_index(f"tracking.{kind}", order_id.hex)
