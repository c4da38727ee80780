"""Taking WooCommerce's webhooks. Setting one up it posts `webhook_id=…` unsigned, and wants to hear that we are here.

Source: https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/
"""

import re

from django.http import HttpRequest

from zhoudao.doors.storefronts.port import NotTrusted
from zhoudao.doors.storefronts.signing import check
from zhoudao.rooms.orders.models import Storefront

HEADER, TOPIC = "X-WC-Webhook-Signature", "X-WC-Webhook-Topic"
_PING = re.compile(rb"webhook_id=\d{1,20}")


def hear(shop: Storefront, request: HttpRequest) -> str | None:
    """The post's key, None for what is no order. Raises: NotTrusted."""
    if _PING.fullmatch(request.body):
        return None
    if not request.headers.get(HEADER):
        raise NotTrusted(NotTrusted.__doc__)
    key = check(shop, request.body, request.headers[HEADER])
    return key if request.headers.get(TOPIC, "").startswith("order.") else None
