"""Taking Shopify's webhooks. Only the body is signed: neither topic nor webhook id decide what becomes of it.

Source: https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

from django.http import HttpRequest

from zhoudao.doors.storefronts.port import NotTrusted
from zhoudao.doors.storefronts.signing import check
from zhoudao.rooms.orders.models import Storefront

HEADER, TOPIC = "X-Shopify-Hmac-Sha256", "X-Shopify-Topic"
WHOLE = frozenset(  # topics whose body is the whole order
    f"orders/{one}" for one in ("create", "updated", "cancelled", "paid", "fulfilled", "partially_fulfilled")
)


def hear(shop: Storefront, request: HttpRequest) -> str | None:
    """The post's key, None for what is no order. Raises: NotTrusted."""
    if not request.headers.get(HEADER):
        raise NotTrusted(NotTrusted.__doc__)
    key = check(shop, request.body, request.headers[HEADER])
    return key if request.headers.get(TOPIC, "") in WHOLE else None
