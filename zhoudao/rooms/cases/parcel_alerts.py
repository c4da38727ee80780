"""A parcel that stands still or is in trouble, and what will be late, becomes a case before its customer asks."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind
from zhoudao.rooms.conversations.commands import Inbound, add_note, ensure_desk, receive_message
from zhoudao.rooms.orders.models import LEFT, Order
from zhoudao.rooms.parcels.models import Parcel

TYPES = ("parcels.ParcelFlagged", "parcels.ParcelMoved", "orders.OrderRunsLate")
_TROUBLE = ("parcel_exception", "parcel_expired")
ACTOR = "system:parcels"
_ASK = _("Ask the carrier, and tell the customer what comes of it.")
_SAID: dict[str, LazyText] = {
    "parcel_stuck": _("A parcel of order %(number)s stands still: %(carrier)s %(tracking)s, last in %(place)s."),
    "parcel_late": _(
        "A parcel of order %(number)s will hardly arrive by the promised day: %(carrier)s %(tracking)s, last in"
        " %(place)s."
    ),
    "parcel_exception": _("A parcel of order %(number)s is in trouble: %(carrier)s %(tracking)s, in %(place)s."),
    "parcel_expired": _("Nothing was heard of a parcel of order %(number)s for a month: %(carrier)s %(tracking)s."),
}
_RUNS_LATE = _("Order %(number)s has not left and will hardly arrive by the promised day.")
_SEE = _("See what keeps it, and tell the customer when it comes.")


@transaction.atomic
def on_event(event: Event) -> None:
    """This will open a case of the order's customer, or note it on the one that is open about this order; once."""
    order = Order.objects.select_related("store").filter(id=event.primary_id).first()
    if order is None or event.attributes.get("is_history"):
        return
    if event.type == "orders.OrderRunsLate":
        if order.fulfilment not in LEFT and order.is_open:
            _raise(order, event, _words(_RUNS_LATE, _SEE, {"number": order.number}), f"order/{order.id}/late")
        return
    what = event.attributes.get("flag") or event.attributes["state"]
    if event.type == "parcels.ParcelMoved" and what not in _TROUBLE:
        return
    parcel = Parcel.objects.filter(id=UUID(event.attributes["parcel_id"]), delivered_at=None).first()
    if parcel is not None:
        said = {
            "number": order.number,
            "carrier": parcel.carrier_name,
            "tracking": parcel.tracking_number or "—",
            "place": parcel.place or "—",
        }
        _raise(order, event, _words(_SAID[what], _ASK, said), f"parcel/{parcel.id}/{what}/{event.seq}")


def _raise(order: Order, event: Event, text: str, key: str) -> None:
    open_ = Case.objects.filter(conversation__order_number__in=(order.number, order.external_number), status__in=ACTIVE)
    case = open_.filter(customer_id=order.customer_id).order_by("-opened_at", "-id").first()
    if case is not None and case.conversation_id is not None:
        by = By(ACTOR, store_id=order.store_id)
        add_note(conversation_id=case.conversation_id, text=text, by=by, author_name="", at=event.occurred_at)
        return
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=key,
        customer_id=order.customer_id,
        text=text,
        order_number=order.number,
        store=order.store.code,
        kind=Kind.ORDER_EXCEPTION,
        is_new_topic=True,
    )
    receive_message(inbound=inbound, at=event.occurred_at)


def _words(words: LazyText, then: LazyText, said: dict[str, str]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return f"{str(words) % said} {then}"
