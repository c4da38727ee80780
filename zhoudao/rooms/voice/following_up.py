"""Some days after an order was delivered its customer is asked how it was: not at night, not too often, once."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.rooms.cases.order_ways import way_to
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.commands.replying import PULLED
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.commands.holding import hold_order, tell
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.voice.asking import asked_lately, follow_up_rule
from zhoudao.rooms.voice.events import ASKED, OrderFollowedUp
from zhoudao.rooms.voice.models import FollowUpRule, OptOut, OrderAsking, OrderRating, Spared

TYPES = ("orders.OrderDelivered",)
BY = By("system:voice")
_LATEST = timedelta(days=14)  # nobody remembers longer: after a standstill, or of orders that were there before


@transaction.atomic
def on_event(event: Event) -> None:
    """This will plan the question for a delivered order; of one that was delivered elsewhere nobody is asked."""
    if event.attributes.get("is_history"):
        order = hold_order(event.primary_id)
        tell(order, OrderFollowedUp(order.number, _code(Spared.TOO_LATE)), by=BY, at=event.occurred_at)
        return
    due_at = event.occurred_at + timedelta(days=follow_up_rule().order_days)
    OrderAsking.objects.get_or_create(order_id=event.primary_id, defaults={"due_at": due_at})


@transaction.atomic
def ask_after_order(order_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will ask what was planned, if it still fits; safe to repeat."""
    asking = OrderAsking.objects.select_for_update().filter(order_id=order_id, due_at__lte=at).first()
    if asking is None or asking.due_at is None:
        return
    rule, order = follow_up_rule(), Order.objects.select_related("store", "customer").get(id=order_id)
    why = _why_not(order, asking.due_at, rule, at)
    thread = None if why else way_to(order, at)
    if thread is None:
        _over(asking, order, why or Spared.UNREACHED, at)
        return
    later = _after_quiet(order, thread, rule, at)
    if later > at:
        asking.due_at = later
        asking.save()
        return
    _write(order, thread, at, real_now)
    asking.asked_at = at
    _over(asking, order, None, at)


def rate_url(order_id: UUID) -> str:
    """Where an order is rated, for whoever has the customer's own link."""
    return f"{settings.BASE_URL}{tracking_path(order_id)}rate/"


def _why_not(order: Order, due_at: datetime, rule: FollowUpRule, at: datetime) -> Spared | None:
    if not (rule.is_on and rule.asks_orders) or order.store_id in rule.silent_stores:
        return Spared.OFF
    if at > due_at + _LATEST or order.customer.erased_at is not None:
        return Spared.TOO_LATE
    if OrderRating.objects.filter(order=order).exists():
        return Spared.RATED
    people = group_ids(order.customer_id)
    if OptOut.objects.filter(customer_id__in=people).exists():
        return Spared.OPTED_OUT
    return Spared.LATELY if asked_lately(people, rule, at) else None


def _after_quiet(order: Order, thread: Conversation, rule: FollowUpRule, at: datetime) -> datetime:
    if thread.channel.kind in PULLED:
        return at
    return after_quiet(at, begins=rule.quiet_from, ends=rule.quiet_until, zone=ZoneInfo(order.store.zone))


def _write(order: Order, thread: Conversation, at: datetime, real_now: datetime) -> None:
    with translation.override(thread.language.lower()):
        text = _("Your order %(number)s has arrived. How was it? Tell us here, it takes half a minute: %(link)s") % {
            "number": order.number,
            "link": rate_url(order.id),
        }
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(BY.actor, store_id=order.store_id, channel=order.source),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
        expects_answer=False,
    )


def _over(asking: OrderAsking, order: Order, why: Spared | None, at: datetime) -> None:
    asking.due_at, asking.spared = None, why or ""
    asking.save()
    tell(hold_order(order.id), OrderFollowedUp(order.number, _code(why) if why else ASKED), by=BY, at=at)


def _code(why: Spared) -> str:
    return f"followed_up_{why.value}"
