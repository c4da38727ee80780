"""What customers are told of their orders, by the way they are usually answered; who has none is told nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.queries.ways import CARRYING
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import Parcel

TYPES = ("orders.OrderPlaced", "orders.OrderCancelled", "parcels.ParcelHandedOver")
ACTOR = "system:orders"


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the number of a new order, that a parcel left or it was cancelled; once, as it is heard once."""
    order = Order.objects.filter(id=event.primary_id).first()
    if order is None or event.attributes.get("is_history"):
        return
    at = event.occurred_at
    thread = _last_used(order) or _by_mail(order, at)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = _words(order, event)
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(ACTOR, store_id=order.store_id, channel=order.source),
        author_name="",
        at=at,
        real_now=event.recorded_at,
        is_auto=True,
        expects_answer=False,
    )


def _words(order: Order, event: Event) -> str:
    said = {"number": order.number, "total": order.total.format(get_language() or "zh-hans")}
    if event.type == "orders.OrderCancelled":
        return _("Your order %(number)s has been cancelled.") % said
    if event.type == "parcels.ParcelHandedOver":
        parcel = Parcel.objects.get(id=event.attributes["parcel_id"])
        return _on_its_way(parcel, said, has_more=event.attributes["rest"] > 0)
    return _("Thank you. We have your order %(number)s over %(total)s.") % said


def _on_its_way(parcel: Parcel, said: dict[str, str], *, has_more: bool) -> str:
    said = {**said, "carrier": parcel.carrier_name, "tracking": parcel.tracking_number}
    if parcel.tracking_number:
        words = _("Your order %(number)s is on its way with %(carrier)s, tracking number %(tracking)s.") % said
    else:
        words = _("Your order %(number)s is on its way to you.") % said
    more = _("More of it follows in another parcel.")
    return f"{words} {more}" if has_more else words


def _last_used(order: Order) -> Conversation | None:
    """Their own open thread. What somebody merely said of themselves joins nobody, so it is no other's."""
    own = Conversation.objects.filter(customer_id__in=group_ids(order.customer_id), ended_at=None)
    own = own.filter(channel__is_active=True, channel__kind__in=CARRYING)
    return own.order_by("-last_message_at", "-id").first()


def _by_mail(order: Order, at: datetime) -> Conversation | None:
    """A mail to an address that is proven theirs, from the mailbox of the order's store, else any."""
    proven = Identity.objects.filter(
        customer_id__in=group_ids(order.customer_id), kind="email", suggested=False, verified_at__isnull=False
    )
    identity = proven.order_by("-verified_at", "-id").first()
    boxes = Channel.objects.filter(kind="email", is_active=True).defer("secrets_sealed").order_by("code")
    mailbox = boxes.filter(store=order.store_id).first() or boxes.first()
    if identity is None or mailbox is None or not _is_reached(identity, mailbox, order.store_id, at):
        return None
    return Conversation.objects.create(
        channel=mailbox,
        customer_id=identity.customer_id,
        store_id=order.store_id,
        subject=order.number,
        order_number=order.number,
        language=order.language,
        started_at=at,
        last_message_at=at,
    )


def _is_reached(identity: Identity, mailbox: Channel, store_id: UUID, at: datetime) -> bool:
    """The address becomes the mailbox's own id of the customer, so that their answer finds its thread."""
    own = Claim("external", identity.value, scope=mailbox.code)
    by = By(ACTOR, store_id=store_id, channel=mailbox.code)
    note_identities(customer_id=identity.customer_id, claims=[own], at=at, by=by)
    owner = customer_of_identity("external", mailbox.code, identity.value)
    return owner is not None and owner in group_ids(identity.customer_id)
