"""By which way the customer of an order is told of it: their own open thread, else a mail to a proven address."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.ways import CARRYING
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids
from zhoudao.rooms.orders.models import Order

ACTOR = "system:orders"


@frozen
class Matter:
    """What a customer is written about: the subject of a new mail, and the store whose mailbox sends it."""

    customer_id: UUID
    store_id: UUID
    subject: str
    language: str
    order_number: str = ""


def way_to(order: Order, at: datetime) -> Conversation | None:
    """Where the customer of an order is written to: their own open thread, else a mail to a proven address."""
    return thread_about(Matter(order.customer_id, order.store_id, order.number, order.language, order.number), at)


def thread_about(matter: Matter, at: datetime, *, conversation_id: UUID | None = None) -> Conversation | None:
    """Where a customer is written to: this thread if it is theirs and open, else the one used last, else a mail."""
    return _last_used(matter, conversation_id) or _by_mail(matter, at)


def threads(customers: Collection[UUID]) -> QuerySet[Conversation]:
    """Open threads of theirs in which something can be written to them."""
    own = Conversation.objects.filter(customer_id__in=customers, ended_at=None)
    return own.filter(channel__is_active=True, channel__kind__in=CARRYING)


def addresses(customers: Collection[UUID]) -> QuerySet[Identity]:
    """Mail addresses that are proven theirs."""
    own = Identity.objects.filter(customer_id__in=customers, kind="email")
    return own.filter(suggested=False, verified_at__isnull=False)


def _last_used(matter: Matter, conversation_id: UUID | None) -> Conversation | None:
    """Their own open thread. What somebody merely said of themselves joins nobody, so it is no other's."""
    own = threads(group_ids(matter.customer_id)).select_related("channel").order_by("-last_message_at", "-id")
    named = own.filter(id=conversation_id).first() if conversation_id is not None else None
    return named or own.first()


def _by_mail(matter: Matter, at: datetime) -> Conversation | None:
    """A mail to an address that is proven theirs, from the mailbox of the store, else any."""
    identity = addresses(group_ids(matter.customer_id)).order_by("-verified_at", "-id").first()
    boxes = Channel.objects.filter(kind="email", is_active=True).defer("secrets_sealed").order_by("code")
    mailbox = boxes.filter(store=matter.store_id).first() or boxes.first()
    if identity is None or mailbox is None or not _is_reached(identity, mailbox, matter.store_id, at):
        return None
    return Conversation.objects.create(
        channel=mailbox,
        customer_id=identity.customer_id,
        store_id=matter.store_id,
        subject=matter.subject,
        order_number=matter.order_number,
        language=matter.language,
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
