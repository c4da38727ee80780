"""What customers are told of their orders, by the way they are usually answered; who has none is told nothing. News of
parcels wait for the end of the quiet hours, where they ring; what somebody waits for at the door waits for the morning.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.rooms.cases.order_words import is_told, words_of
from zhoudao.rooms.cases.queries.ways import CARRYING
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.commands.replying import PULLED
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids, groups_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.voice.asking import follow_up_rule
from zhoudao.rooms.voice.models import HeldNews

TYPES = (
    *("orders.OrderPlaced", "orders.OrderCancelled", "orders.OrderCorrected", "orders.OrderRunsLate"),
    *("parcels.ParcelHandedOver", "parcels.ParcelMoved", "parcels.ParcelFlagged"),
)
ACTOR = "system:orders"
AT_THE_DOOR = ("parcel_out_for_delivery", "parcel_delivered")
NIGHT = {"begins": time(22), "ends": time(7)}  # when not even the courier rings


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
    order = Order.objects.select_related("store").filter(id=event.primary_id).first()
    if order is None or _knows(order, event):
        return
    thread = way_to(order, event.occurred_at)
    if thread is None or _waits(order, event, thread):
        return
    _tell(order, event, thread, at=event.occurred_at, real_now=event.recorded_at)


def news_due(at: datetime, *, limit: int) -> list[UUID]:
    """What waited and may be told now (one statement)."""
    rows = HeldNews.objects.filter(due_at__lte=at).order_by("due_at", "parcel_id")
    return list(rows.values_list("parcel_id", flat=True)[:limit])


@transaction.atomic
def tell_held(parcel_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will tell what waited for the end of the quiet hours, by the way they are answered now; once."""
    held = HeldNews.objects.select_for_update().filter(parcel_id=parcel_id, due_at__lte=at).first()
    if held is None:
        return
    held.delete()
    order = Order.objects.select_related("store").get(id=held.order_id)
    thread = way_to(order, at)
    if thread is not None:
        _tell(order, Event.objects.get(id=held.event_id), thread, at=at, real_now=real_now)


def _tell(order: Order, event: Event, thread: Conversation, *, at: datetime, real_now: datetime) -> None:
    with translation.override(thread.language.lower()):
        text = words_of(order, event)
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(ACTOR, store_id=order.store_id, channel=order.source),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
        expects_answer=False,
    )


def _knows(order: Order, event: Event) -> bool:
    """Whoever was told that their order will be late before it left is not told so of each of its parcels."""
    return event.type == "parcels.ParcelFlagged" and order.late_at is not None


def _waits(order: Order, event: Event, thread: Conversation) -> bool:
    """Whether it waits for the end of the quiet hours: it takes the place of what waits of the same parcel; what is
    told at once leaves nothing older to be told.
    """
    parcel_id = event.attributes.get("parcel_id")
    if parcel_id is None:
        return False
    heard_at = datetime.fromisoformat(event.attributes.get("heard_at") or event.occurred_at.isoformat())
    due_at = heard_at if thread.channel.kind in PULLED else _after_quiet(order, event, heard_at)
    if due_at <= heard_at:
        HeldNews.objects.filter(parcel_id=parcel_id).delete()
        return False
    said = {"order": order, "event_id": event.id, "due_at": due_at}
    HeldNews.objects.update_or_create(parcel_id=parcel_id, defaults=said)
    return True


def _after_quiet(order: Order, event: Event, at: datetime) -> datetime:
    rule, zone = follow_up_rule(), ZoneInfo(order.store.zone)
    free = after_quiet(at, begins=rule.quiet_from, ends=rule.quiet_until, zone=zone)
    if event.attributes.get("state") not in AT_THE_DOOR:
        return free
    return min(free, after_quiet(at, **NIGHT, zone=zone))


def way_to(order: Order, at: datetime) -> Conversation | None:
    """Where the customer of an order is written to: their own open thread, else a mail to a proven address."""
    return _last_used(order) or _by_mail(order, at)


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
    own = _threads(group_ids(order.customer_id)).select_related("channel")
    return own.order_by("-last_message_at", "-id").first()


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
