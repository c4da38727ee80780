"""The kind: any shop, by signed posts in our own words."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.storefronts.kinds.webhook.listening import hear
from zhoudao.doors.storefronts.kinds.webhook.reading import read
from zhoudao.doors.storefronts.port import Kind
from zhoudao.rooms.orders.storefronts.setups import Setup

SETUP = Setup(
    kind="webhook",
    words=_("Signed webhook"),
    about=_("Any shop system posts its orders, signed as Standard Webhooks says, in our own words."),
    steps=_(
        "Post each order to the address when it is placed, changed or cancelled, whole each time, with the time it "
        "stands so. Sign id, time and body with the secret. Repeats and any order of arrival do no harm."
    ),
)
WEBHOOK = Kind(SETUP, hear, read)
