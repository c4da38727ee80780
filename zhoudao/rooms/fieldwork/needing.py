"""What of visits still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.fieldwork.models import OPEN, ServicePoint, Visit


def _visits(store: Store) -> Named:
    rows = Visit.objects.filter(store=store, state__in=OPEN).order_by("id")
    return list(rows.values_list("number", flat=True)[: NAMED + 1])


def _points(store: Store) -> Named:
    rows = ServicePoint.objects.filter(store=store, closed_at=None).order_by("code")
    return list(rows.values_list("code", flat=True)[: NAMED + 1])


NEEDS = (
    Need("field_visits", _("Visits of engineers"), of_store=_visits),
    Need("service_points", _("Service points"), of_store=_points),
)
