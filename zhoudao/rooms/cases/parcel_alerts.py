"""A parcel that stands still, is in trouble or will be late becomes a case before its customer asks."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind
from zhoudao.rooms.conversations.commands import Inbound, add_note, ensure_desk, receive_message
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import Parcel

TYPES = ("parcels.ParcelFlagged", "parcels.ParcelMoved")
_TROUBLE = ("parcel_exception", "parcel_expired")
ACTOR = "system:parcels"


@transaction.atomic
def on_event(event: Event) -> None:
    """This will open a case of the order's customer, or note it on the one that is open about this order; once."""
    what = event.attributes.get("flag") or event.attributes["state"]
    if event.type == "parcels.ParcelMoved" and what not in _TROUBLE:
        return
    order = Order.objects.select_related("store").filter(id=event.primary_id).first()
    parcel = Parcel.objects.filter(id=UUID(event.attributes["parcel_id"]), delivered_at=None).first()
    if order is None or parcel is None or event.attributes.get("is_history"):
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = _words(order, parcel, what)
    open_ = Case.objects.filter(conversation__order_number__in=(order.number, order.external_number), status__in=ACTIVE)
    case = open_.filter(customer_id=order.customer_id).order_by("-opened_at", "-id").first()
    if case is not None and case.conversation_id is not None:
        by = By(ACTOR, store_id=order.store_id)
        add_note(conversation_id=case.conversation_id, text=words, by=by, author_name="", at=event.occurred_at)
        return
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=f"parcel/{parcel.id}/{what}/{event.seq}",
        customer_id=order.customer_id,
        text=words,
        order_number=order.number,
        store=order.store.code,
        kind=Kind.ORDER_EXCEPTION,
        is_new_topic=True,
    )
    receive_message(inbound=inbound, at=event.occurred_at)


def _words(order: Order, parcel: Parcel, what: str) -> str:
    said = {
        "number": order.number,
        "carrier": parcel.carrier_name,
        "tracking": parcel.tracking_number or "—",
        "place": parcel.place or "—",
    }
    words = {
        "parcel_stuck": _("A parcel of order %(number)s stands still: %(carrier)s %(tracking)s, last in %(place)s."),
        "parcel_late": _(
            "A parcel of order %(number)s will hardly arrive by the promised day: %(carrier)s %(tracking)s, last in"
            " %(place)s."
        ),
        "parcel_exception": _("A parcel of order %(number)s is in trouble: %(carrier)s %(tracking)s, in %(place)s."),
        "parcel_expired": _("Nothing was heard of a parcel of order %(number)s for a month: %(carrier)s %(tracking)s."),
    }[what]
    then = _("Ask the carrier, and tell the customer what comes of it.")
    return f"{words % said} {then}"
