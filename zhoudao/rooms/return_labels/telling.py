"""Who hears that few prepaid numbers are left, and what a customer hears of a label a colleague gave them."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.reach import carrying
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.writing import write_to_customer
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.events import carrier_word
from zhoudao.rooms.return_labels.models import Pool

ACTOR = "system:labels"
ITSELF = "customer:link"
TYPES = ("return_labels.LabelTaken",)
KIND = Kind(
    "labels_low",
    gettext_lazy("Few prepaid return labels are left"),
    gettext_lazy("%(left)s prepaid return labels of %(carrier)s are left: bring more, or nobody is offered one"),
    default="both",
)
KEEP = "settings:write"


def register_kinds() -> None:
    """This will let people choose about it."""
    register(KIND)


def tell_low(pool: Pool, left: int, *, at: datetime) -> None:
    """This will tell whoever may bring more numbers."""
    rows = Grant.objects.filter(carrying(KEEP), store=None, team=None, user__is_active=True)
    told = {"carrier": carrier_word(pool.carrier), "left": left}
    news = News(KIND.code, f"labels_low:{pool.id.hex}:{at:%Y%m%d%H%M}", "/desk/settings/return-labels/", told)
    notify(news, set(rows.values_list("user_id", flat=True)), at=at)


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the customer of a label somebody else chose for them."""
    rows = ReturnRequest.objects.select_related("order__store", "order__customer", "store")
    request = rows.filter(id=event.primary_id).first()
    if request is not None and request.is_labelled and event.actor != ITSELF:
        write_to_customer(request, event, lambda: said_of(request), actor=ACTOR)


def said_of(request: ReturnRequest) -> str:
    """What they are told, in the active language."""
    said = {"number": request.number, "carrier": called(request.carrier)}
    words = _("Send your return %(number)s with our prepaid label of %(carrier)s: it stands on its page.") % said
    if not request.label_minor:
        return words
    amount = Money(request.label_minor, request.order.currency).format(translation.get_language() or "zh-hans")
    more = _("%(amount)s for it are kept from your refund when it comes with this label.") % {"amount": amount}
    return f"{words} {more}"
