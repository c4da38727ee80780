"""What of visits still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.visits.models import OPEN, Line, Visit


def _waiting(store: Store) -> Named:
    list(Line.objects.select_for_update().filter(store=store))  # whoever takes a number just now is in it, or too late
    rows = Visit.objects.filter(store=store, state__in=OPEN).order_by("id")
    return [visit.number for visit in rows[: NAMED + 1]]


NEEDS = (Need("visits", _("People in its queue"), of_store=_waiting),)
