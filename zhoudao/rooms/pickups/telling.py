"""What the customer hears of a courier, in their language, where they are reached."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.writing import write_to_customer
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.pickups.models import Pickup

ACTOR = "system:couriers"
_SAID: dict[str, LazyText] = {
    "pickups.PickupBooked": _(
        "A courier of %(carrier)s fetches your return %(number)s on %(when)s. Please have it ready; move it or call it"
        " off here:"
    ),
    "pickups.PickupAssigned": _(
        "The courier for your return %(number)s is named: %(when)s. Name and telephone stand on its page:"
    ),
    "pickups.PickupCollected": _("The courier has your return %(number)s. We look at it when it arrives."),
    "pickups.PickupCalledOff": _(
        "No courier comes for your return %(number)s any more. Send it yourself, or ask for one here:"
    ),
    "pickups.PickupFailed": _(
        "We are sorry: the courier for your return %(number)s does not come. Choose another time or send it yourself:"
    ),
}
TYPES = tuple(_SAID)
_QUIET = ("called_off_moved", "called_off_over")  # another word tells of it


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the customer once; one who is reached in no way sees it on the return's page alone."""
    rows = Pickup.objects.select_related("request__order__store", "request__order__customer", "request__store")
    pickup = rows.filter(id=event.primary_id).first()
    if pickup is not None and event.attributes.get("reason") not in _QUIET:
        write_to_customer(pickup.request, event, lambda: said_of(pickup, event), actor=ACTOR)


def said_of(pickup: Pickup, event: Event) -> str:
    """What they are told of this, in the active language."""
    request = pickup.request
    said = {
        "number": request.number,
        "carrier": called(pickup.carrier),
        "when": when_words(pickup.starts_at, pickup.ends_at, ZoneInfo(request.store.zone)),
    }
    words = str(_SAID[event.type]) % said
    fee = event.attributes.get("fee_minor")
    if not fee:
        return words
    amount = Money(fee, request.order.currency).format(translation.get_language() or "zh-hans")
    return f"{words} {fee_words() % {'amount': amount}}"


def fee_words() -> str:
    """What is kept for it."""
    return str(_("%(amount)s for fetching it are kept from your refund, as agreed."))


def when_words(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """A window as people say it, in the active language."""
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return f"{date_format(begins, pgettext('date format', 'D j M Y'))}, {begins:%H:%M}–{ends:%H:%M}"
