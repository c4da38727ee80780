"""Taking what a shop posts: signed as Standard Webhooks says, over id, time and body; its webhook-id is the key."""

from datetime import UTC, datetime

from django.http import HttpRequest

from zhoudao.doors.storefronts.port import NotTrusted
from zhoudao.kit.signed_hooks import NotSigned, verify
from zhoudao.rooms.orders.commands.storefronts import secrets_of
from zhoudao.rooms.orders.models import Storefront


def hear(shop: Storefront, request: HttpRequest) -> str:
    """The post's key. What is older than five minutes is refused. Raises: NotTrusted."""
    named, real_now = request.headers, datetime.now(UTC)
    key = named.get("webhook-id", "")
    try:
        verify(
            key,
            named.get("webhook-timestamp", ""),
            named.get("webhook-signature", ""),
            request.body,
            secrets_of(shop, real_now=real_now),
            real_now=real_now,
        )
    except NotSigned as refusal:
        raise NotTrusted(NotTrusted.__doc__) from refusal
    return key
