"""The kind: told, asked and called off by one address, heard by callback."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.couriers.kinds.kuaidi100.asking import BASE, ask, book, call_off
from zhoudao.doors.couriers.kinds.kuaidi100.codes import CARRIERS
from zhoudao.doors.couriers.kinds.kuaidi100.listening import hear, taken, untaken
from zhoudao.doors.couriers.port import Kind
from zhoudao.rooms.aftersales.setups import Field, Given, Setup


def wrong(given: Given) -> str:
    """Which field cannot be right: a carrier they send no courier of, or a weight that is none."""
    if given.get("carrier", "") not in CARRIERS:
        return "carrier"
    try:
        return "" if 0 < float(given.get("weight") or "1") <= 1_000 else "weight"  # kilograms
    except ValueError:
        return "weight"


SETUP = Setup(
    kind="kuaidi100",
    words=_("快递100 couriers"),
    about=_(
        "Sends couriers of the carrier you choose (商家寄件), paid from your balance there; told, asked and heard."
    ),
    fields=(
        Field("key", _("Authorisation key"), "授权 key", is_secret=True),
        Field("secret", _("Secret"), "secret", is_secret=True),
        Field("carrier", _("Carrier"), ", ".join(CARRIERS)),
        Field("service_type", _("Kind of delivery"), _("As they call it, such as 标准快递."), is_needed=False),
        Field("cargo", _("What is in the parcel"), is_needed=False, default="退货"),
        Field("weight", _("Weight in kilograms"), is_needed=False, default="1"),
        Field("base", _("Where it is asked"), is_needed=False, default=BASE),
    ),
    wrong=wrong,
)
KUAIDI100 = Kind(SETUP, book, call_off, ask, hear, taken, untaken)
