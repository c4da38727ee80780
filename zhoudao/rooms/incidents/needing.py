"""What of incidents still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.incidents.models import UNDER_WAY, Incident


def _under_way(store: Store) -> Named:
    rows = Incident.objects.filter(store=store, stage__in=UNDER_WAY).order_by("opened_at", "id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


NEEDS = (Need("incidents", _("Incidents under way"), of_store=_under_way),)
