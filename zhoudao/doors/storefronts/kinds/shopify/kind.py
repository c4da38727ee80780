"""The kind: a shop on Shopify."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.storefronts.kinds.shopify.listening import hear
from zhoudao.doors.storefronts.kinds.shopify.reading import read
from zhoudao.doors.storefronts.port import Kind
from zhoudao.rooms.orders.storefronts.setups import Setup

SETUP = Setup(
    kind="shopify",
    words=_("Shopify"),
    about=_("A shop on Shopify tells of its orders by webhooks of its own."),
    steps=_(
        "In Shopify under Settings › Notifications › Webhooks, create one in JSON for each of “Order creation”, “Order "
        "update”, “Order payment” and “Order cancellation” with the address. The secret stands below them there."
    ),
    makes_secret=False,
)
SHOPIFY = Kind(SETUP, hear, read)
