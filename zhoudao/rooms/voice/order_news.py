"""What customers are told of their orders, by the way they are usually answered; who has none is told nothing. News of
parcels wait for the end of the quiet hours, where they ring; what somebody waits for at the door waits for the morning.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.rooms.cases.order_ways import ACTOR, addresses, threads, way_to
from zhoudao.rooms.cases.order_words import is_told, words_of
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.commands.replying import PULLED
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import groups_of
from zhoudao.rooms.orders.models import REPLACEMENT, Order
from zhoudao.rooms.voice.asking import follow_up_rule
from zhoudao.rooms.voice.models import HeldNews

TYPES = (
    *(
        "orders.OrderPlaced",
        "orders.OrderApproved",
        "orders.OrderCancelled",
        "orders.OrderCorrected",
        "orders.OrderRunsLate",
    ),
    *("orders.OrdersMerged", "orders.OrdersSeparated"),
    *("parcels.ParcelHandedOver", "parcels.ParcelMoved", "parcels.ParcelFlagged"),
)
AT_THE_DOOR = ("parcel_out_for_delivery", "parcel_delivered")
_WAITED, _BROUGHT_IN = timedelta(minutes=15), timedelta(days=1)
_MOMENTS = ("placed_at", "recorded_at")
NIGHT = {"begins": time(22), "ends": time(7)}  # when not even the courier rings


def gather(events: Sequence[Event]) -> set[UUID]:
    """Which of these nobody is to be told of, or nobody can be (at most four statements)."""
    told = [event for event in events if _is_news(event)]
    rows = Order.objects.filter(id__in={event.primary_id for event in told}).only("customer_id", "source", *_MOMENTS)
    orders = {order.id: order for order in rows}
    told = [
        event for event in told if event.primary_id in orders and not _goes_without(orders[event.primary_id], event)
    ]
    of_order = {event.primary_id: orders[event.primary_id].customer_id for event in told}
    groups = groups_of(set(of_order.values())) if of_order else {}
    reached = _reached({one for group in groups.values() for one in group}) if groups else set()
    asked = {event.id for event in told if not reached.isdisjoint(groups[of_order[event.primary_id]])}
    return {event.id for event in events} - asked


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the number of a new order, how its parcels go, that it was cancelled, what it goes with; once."""
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
    return _goes_without(order, event) or (event.type == "parcels.ParcelFlagged" and order.late_at is not None)


def _goes_without(order: Order, event: Event) -> bool:
    """An approval is news for who waited for it; else the confirmation has just said as much. What was brought in from
    elsewhere was approved there.
    """
    if event.type == "orders.OrderPlaced":
        return order.source == REPLACEMENT  # its return's news says so
    if event.type != "orders.OrderApproved":
        return False
    was_quick = event.occurred_at - order.placed_at < _WAITED
    return was_quick or order.recorded_at - order.placed_at > _BROUGHT_IN


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


def _is_news(event: Event) -> bool:
    return not event.attributes.get("is_history") and is_told(event)


def _reached(customers: Collection[UUID]) -> set[UUID]:
    """Whose records have a thread that carries, or an address that is proven."""
    owners = [rows.values_list("customer_id", flat=True) for rows in (threads(customers), addresses(customers))]
    return {one for each in owners for one in each}
