"""The kind: any system, by signed posts. It is not asked."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.tracking.kinds.webhook.listening import SECRET, hear, taken
from zhoudao.doors.tracking.kinds.webhook.reading import read
from zhoudao.doors.tracking.port import Kind
from zhoudao.rooms.parcels.setups import Setup

SETUP = Setup(
    kind="webhook",
    words=_("Signed webhook"),
    about=_("Any system posts where parcels are, signed as Standard Webhooks says, in our own words."),
    made=SECRET,
)
WEBHOOK = Kind(SETUP, hear, taken, read)
