"""The kind: subscribed to, told by callback, and looked up."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.tracking.kinds.kuaidi100.asking import BASE, ask, follow
from zhoudao.doors.tracking.kinds.kuaidi100.listening import hear, taken
from zhoudao.doors.tracking.kinds.kuaidi100.reading import read
from zhoudao.doors.tracking.port import Kind
from zhoudao.rooms.parcels.setups import Field, Setup

SETUP = Setup(
    kind="kuaidi100",
    words=_("Kuaidi100"),
    about=_(
        "Tells of parcels of China's carriers: each is subscribed to when it leaves, and looked up when nothing comes."
    ),
    fields=(
        Field("key", _("Authorisation key"), is_secret=True),
        Field("customer", _("Customer number"), _("Needed to look parcels up."), is_needed=False),
        Field(
            "salt",
            _("Salt"),
            _("Any word of your own, from 8 letters on: callbacks are signed with it."),
            is_secret=True,
            shortest=8,
        ),
        Field("base", _("Where it is asked"), is_needed=False, default=BASE),
    ),
    is_asked=True,
)
KUAIDI100 = Kind(SETUP, hear, taken, read, follow, ask)
