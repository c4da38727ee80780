"""What of conversations still needs a store."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.closing import NAMED, Named, Need
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.conversations.models import Channel


def _channels(store: Store) -> Named:
    rows = Channel.objects.filter(store=store, is_active=True).order_by("code")
    return list(rows.values_list("code", flat=True)[: NAMED + 1])


NEEDS = (Need("channels", _("Channels that bring cases there"), of_store=_channels),)
