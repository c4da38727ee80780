"""The kind: a shop on WooCommerce."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.storefronts.kinds.woocommerce.listening import hear
from zhoudao.doors.storefronts.kinds.woocommerce.reading import read
from zhoudao.doors.storefronts.port import Kind
from zhoudao.rooms.orders.storefronts.setups import Setup

SETUP = Setup(
    kind="woocommerce",
    words=_("WooCommerce"),
    about=_("A shop on WooCommerce tells of its orders by webhooks of its own."),
    steps=_(
        "In WooCommerce under Settings › Advanced › Webhooks, add one each for “Order created”, “Order updated” and "
        "“Order deleted”: delivery address and secret are those shown here."
    ),
)
WOOCOMMERCE = Kind(SETUP, hear, read)
