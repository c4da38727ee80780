"""What of the front door still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.entrances.models import AppKey


def _keys(store: Store) -> Named:
    rows = AppKey.objects.filter(store=store, revoked_at=None).order_by("name", "id")
    return list(rows.values_list("name", flat=True)[: NAMED + 1])


NEEDS = (Need("app_keys", _("Keys of own apps whose users belong there"), of_store=_keys),)
