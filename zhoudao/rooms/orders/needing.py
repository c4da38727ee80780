"""What of orders still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.orders.models import OPEN, Order, Storefront


def _open(store: Store) -> Named:
    rows = Order.objects.filter(store=store, commercial__in=OPEN).order_by("placed_at", "id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


def _shops(store: Store) -> Named:
    rows = Storefront.objects.filter(store=store, is_active=True).order_by("code")
    return list(rows.values_list("code", flat=True)[: NAMED + 1])


NEEDS = (
    Need("orders", _("Open orders"), of_store=_open),
    Need("storefronts", _("Online shops"), of_store=_shops),
)
