"""What of repairs still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.repairs.models import Repair


def _open(store: Store) -> Named:
    rows = Repair.objects.filter(store=store, closed_at=None).order_by("id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


NEEDS = (Need("repairs", _("Open repairs"), of_store=_open),)
