"""What connects the kinds of shops."""

from zhoudao.doors.storefronts.kinds.shopify.kind import SHOPIFY
from zhoudao.doors.storefronts.kinds.webhook.kind import WEBHOOK
from zhoudao.doors.storefronts.kinds.woocommerce.kind import WOOCOMMERCE
from zhoudao.doors.storefronts.port import register


def wire() -> None:
    """This will have every kind of shop heard, read and set up."""
    for kind in (WEBHOOK, SHOPIFY, WOOCOMMERCE):
        register(kind)
