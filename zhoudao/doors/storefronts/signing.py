"""The signature that Shopify and WooCommerce share: base64 of the HMAC-SHA256 of the bytes as they came."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from zhoudao.doors.storefronts.port import NotTrusted
from zhoudao.rooms.orders.commands.storefronts import secrets_of
from zhoudao.rooms.orders.models import Storefront


def signature(body: bytes, secret: str) -> str:
    """What a body is signed with.

    >>> signature(b'{"id":1}', "secret")
    'EEhI0XYHrl8OwTA9HeOBFhX0FC7DYIsH/3HuKBvP/vo='
    """
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def check(shop: Storefront, body: bytes, given: str) -> str:
    """The key of a body that is signed with one of the shop's secrets: what it is itself, as nothing else that comes
    with it is signed. Raises: NotTrusted.
    """
    wanted = [signature(body, secret) for secret in secrets_of(shop, real_now=datetime.now(UTC))]
    if not any([hmac.compare_digest(ours.encode(), given.encode()) for ours in wanted]):
        raise NotTrusted(NotTrusted.__doc__)
    return hashlib.sha256(body).hexdigest()
