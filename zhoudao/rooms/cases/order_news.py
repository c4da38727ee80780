"""What customers are told of their orders, by the way they are usually answered; who has none is told nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.order_words import is_told, words_of
from zhoudao.rooms.cases.queries.ways import CARRYING
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids, groups_of
from zhoudao.rooms.orders.models import Order

TYPES = (
    *("orders.OrderPlaced", "orders.OrderCancelled", "orders.OrderCorrected"),
    *("parcels.ParcelHandedOver", "parcels.ParcelMoved", "parcels.ParcelFlagged"),
)
ACTOR = "system:orders"


def gather(events: Sequence[Event]) -> set[UUID]:
    """Which of these nobody is to be told of, or nobody can be (at most four statements)."""
    told = [event for event in events if _is_news(event)]
    of_order = dict(Order.objects.filter(id__in={event.primary_id for event in told}).values_list("id", "customer_id"))
    groups = groups_of(set(of_order.values())) if of_order else {}
    reached = _reached({one for group in groups.values() for one in group}) if groups else set()
    asked = {
        event.id
        for event in told
        if event.primary_id in of_order and not reached.isdisjoint(groups[of_order[event.primary_id]])
    }
    return {event.id for event in events} - asked


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the number of a new order, how its parcels go, that it was cancelled; once."""
    if not _is_news(event):
        return
    order = Order.objects.filter(id=event.primary_id).first()
    if order is None:
        return
    at = event.occurred_at
    thread = _last_used(order) or _by_mail(order, at)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = words_of(order, event)
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


def _is_news(event: Event) -> bool:
    return not event.attributes.get("is_history") and is_told(event)


def _reached(customers: Collection[UUID]) -> set[UUID]:
    """Whose records have a thread that carries, or an address that is proven."""
    owners = [rows.values_list("customer_id", flat=True) for rows in (_threads(customers), _addresses(customers))]
    return {one for each in owners for one in each}


def _threads(customers: Collection[UUID]) -> QuerySet[Conversation]:
    own = Conversation.objects.filter(customer_id__in=customers, ended_at=None)
    return own.filter(channel__is_active=True, channel__kind__in=CARRYING)


def _addresses(customers: Collection[UUID]) -> QuerySet[Identity]:
    own = Identity.objects.filter(customer_id__in=customers, kind="email")
    return own.filter(suggested=False, verified_at__isnull=False)


def _last_used(order: Order) -> Conversation | None:
    """Their own open thread. What somebody merely said of themselves joins nobody, so it is no other's."""
    return _threads(group_ids(order.customer_id)).order_by("-last_message_at", "-id").first()


def _by_mail(order: Order, at: datetime) -> Conversation | None:
    """A mail to an address that is proven theirs, from the mailbox of the order's store, else any."""
    identity = _addresses(group_ids(order.customer_id)).order_by("-verified_at", "-id").first()
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
