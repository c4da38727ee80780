"""The kind: told by webhook, asked by API."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.tracking.kinds.aftership.asking import BASE, ask, follow
from zhoudao.doors.tracking.kinds.aftership.listening import hear, taken
from zhoudao.doors.tracking.kinds.aftership.reading import read
from zhoudao.doors.tracking.port import Kind
from zhoudao.rooms.parcels.setups import Field, Setup

SETUP = Setup(
    kind="aftership",
    words=_("AfterShip"),
    about=_("Tells of parcels of more than a thousand carriers, by webhook and when asked."),
    fields=(
        Field("webhook", _("Webhook secret"), _("Settings, Webhooks in their console."), is_secret=True),
        Field("api_key", _("API key"), _("Settings, API keys in their console."), is_secret=True),
        Field("base", _("Where it is asked"), is_needed=False, default=BASE),
    ),
    is_asked=True,
)
AFTERSHIP = Kind(SETUP, hear, taken, read, follow, ask)
