"""What customers are told of an order, in the active language, with the way to its page."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_url
from zhoudao.rooms.parcels.models import Parcel

LINK = "customer:link"  # who changed something on the order's own page
_TOLD_STATES = ("out_for_delivery", "delivered", "attempt_fail", "available_for_pickup")
_SAID: dict[str, LazyText] = {
    "orders.OrderPlaced": gettext_lazy("Thank you. We have your order %(number)s over %(total)s."),
    "orders.OrderApproved": gettext_lazy("Your order %(number)s is approved, and we are getting it ready."),
    "orders.OrdersMerged": gettext_lazy(
        "Your order %(number)s goes out together with %(orders)s, in one go. Nothing else changes."
    ),
    "orders.OrdersSeparated": gettext_lazy("Your order %(number)s goes out by itself again, and so does %(orders)s."),
    "orders.OrderCorrected": gettext_lazy(
        "Where your order %(number)s goes was changed on its page. If that was not you, tell us at once."
    ),
    "orders.OrderRunsLate": gettext_lazy(
        "Your order %(number)s has not left yet and will probably arrive later than we said. We are sorry:"
        " we are after it and write to you when it leaves. You need do nothing."
    ),
    "parcels.ParcelFlagged": gettext_lazy(
        "Your order %(number)s will probably arrive later than we said. We are sorry: we have asked the carrier and"
        " tell you what comes of it. You need do nothing."
    ),
}


def is_told(event: Event) -> bool:
    """Whether customers hear of it at all: of a parcel what matters to them, while it is news."""
    if event.type == "parcels.ParcelMoved":
        state = event.attributes["state"].removeprefix("parcel_")
        return state in _TOLD_STATES
    if event.type == "orders.OrderCorrected":
        return event.actor == LINK
    return event.type != "parcels.ParcelFlagged" or event.attributes["flag"] == "parcel_late"


def words_of(order: Order, event: Event) -> str:
    """What is said of what happened."""
    said = {"number": order.number, "total": order.total.format(get_language() or "zh-hans")}
    if event.type == "orders.OrderCancelled":
        return _("Your order %(number)s has been cancelled.") % said
    if event.type == "parcels.ParcelHandedOver":
        words = _left(Parcel.objects.get(id=event.attributes["parcel_id"]), said, event.attributes["rest"] > 0)
    elif event.type == "parcels.ParcelMoved":
        words = _moved(event.attributes["state"].removeprefix("parcel_")) % said
    else:
        words = str(_SAID[event.type]) % {**said, "orders": event.attributes.get("orders", "")}
    return f"{words} {tracking_url(order.id)}"


def _left(parcel: Parcel, said: dict[str, str], has_more: bool) -> str:
    said = {**said, "carrier": parcel.carrier_name, "tracking": parcel.tracking_number}
    if parcel.tracking_number:
        words = _("Your order %(number)s is on its way with %(carrier)s, tracking number %(tracking)s.") % said
    else:
        words = _("Your order %(number)s is on its way to you.") % said
    more = _("More of it follows in another parcel.")
    return f"{words} {more}" if has_more else words


def _moved(state: str) -> str:
    return {
        "out_for_delivery": _("Your order %(number)s is being brought to you today."),
        "delivered": _(
            "A parcel of your order %(number)s was delivered. If anything is wrong with it, write to us here:"
        ),
        "attempt_fail": _("The courier with your order %(number)s found nobody, and tries again."),
        "available_for_pickup": _("A parcel of your order %(number)s waits for you to collect it."),
    }[state]
