"""What of stock still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.stock.models import Warehouse


def _places(store: Store) -> Named:
    rows = Warehouse.objects.filter(store=store, closed_at=None).order_by("code")
    return list(rows.values_list("code", flat=True)[: NAMED + 1])


NEEDS = (Need("stock", _("Goods that are kept there"), of_store=_places),)
