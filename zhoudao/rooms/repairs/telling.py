"""What follows a repair: word to its customer at each step, and parts that came."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.order_ways import threads, way_to
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.repairs.commands.joining import ACTOR
from zhoudao.rooms.repairs.commands.parts import PURPOSE, note_parts
from zhoudao.rooms.repairs.commands.visiting import BEGUN, DONE, follow_visit
from zhoudao.rooms.repairs.kinds import Handing, State
from zhoudao.rooms.repairs.links import repair_url
from zhoudao.rooms.repairs.models import Repair, RepairPart

_FILLED = "stock.BackorderFilled"


@transaction.atomic
def on_event(event: Event) -> None:
    """This will tell the customer what was judged, offered, begun and done, once; and have a repair go on whose parts
    came or whose visit did.
    """
    if event.type in (BEGUN, DONE):
        follow_visit(event)
        return
    if event.type == _FILLED:
        _go_on(event)
        return
    rows = Repair.objects.select_related("order__store", "order__customer", "device", "customer")
    repair = rows.filter(id=event.primary_id).first()
    if repair is None or repair.customer.erased_at is not None:
        return
    thread = _way(repair, event)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = said_of(repair, event)
    if text:
        reply(
            conversation_id=thread.id,
            text=f"{text} {repair_url(repair.id)}",
            by=By(ACTOR, store_id=repair.store_id, channel=repair.channel),
            author_name="",
            at=event.occurred_at,
            real_now=event.recorded_at,
            is_auto=True,
            expects_answer=False,
        )


def said_of(repair: Repair, event: Event) -> str:
    """What the customer is told of this, in the active language; empty where something else says it."""
    said = {"number": repair.number, "device": repair.device.name}
    return _WORDS[event.type](event.attributes) % said


def _requested(what: dict[str, Any]) -> str:
    if what["is_covered"]:
        return _("We have your repair %(number)s. “%(device)s” is under warranty. We look at it and write to you.")
    return _("We have your repair %(number)s. We look at it and tell you what it would cost before anything is done.")


def _triaged(what: dict[str, Any]) -> str:
    if what["is_covered"]:
        return _("We have judged your repair %(number)s: the warranty covers it, you pay nothing.")
    return _("We have judged your repair %(number)s: the warranty does not cover it. You get a quote first.")


def _quoted(what: dict[str, Any]) -> str:
    amount = Money(what["total_minor"], what["currency"]).format(translation.get_language() or "zh-hans")
    words = _("Your repair %(number)s would cost %(amount)s. Please say yes or no on its page.")
    return words.replace("%(amount)s", amount)


def _awaited(what: dict[str, Any]) -> str:
    return _("A part for your repair %(number)s is still on its way to us.") if what["missing"] else ""


def _begun(_what: dict[str, Any]) -> str:
    return _("We are working on your repair %(number)s now.")


def _checked(what: dict[str, Any]) -> str:
    return _("Your repair %(number)s is done and checked.") if what["is_passed"] else ""


def _handed(what: dict[str, Any]) -> str:
    is_sent = what["handing"] == f"handed_{Handing.PARCEL}"
    return _("“%(device)s” is on its way back to you (repair %(number)s).") if is_sent else ""


def _cancelled(_what: dict[str, Any]) -> str:
    return _("Your repair %(number)s has ended without being done.")


def _closed(what: dict[str, Any]) -> str:
    if what["ending"] == State.BEYOND:
        return _("“%(device)s” cannot be repaired (%(number)s). A colleague writes to you what we do instead.")
    if what["ending"] == State.DECLINED:
        return _("You declined the quote, so repair %(number)s has ended.")
    return _("Your repair %(number)s is finished. Thank you.")


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "repairs.RepairRequested": _requested,
    "repairs.RepairTriaged": _triaged,
    "repairs.QuoteSent": _quoted,
    "repairs.PartsAwaited": _awaited,
    "repairs.RepairBegun": _begun,
    "repairs.RepairChecked": _checked,
    "repairs.DeviceHandedBack": _handed,
    "repairs.RepairClosed": _closed,
    "repairs.RepairCancelled": _cancelled,
}
TYPES = (*_WORDS, _FILLED, BEGUN, DONE)


def _way(repair: Repair, event: Event) -> Conversation | None:
    """Where they are written to: as for their order, else their own open thread."""
    if repair.order is not None:
        return way_to(repair.order, event.occurred_at)
    own = threads(group_ids(repair.customer_id)).select_related("channel")
    return own.order_by("-last_message_at", "-id").first()


def _go_on(event: Event) -> None:
    """Parts came that a repair waited for."""
    batch = uuid_in(str(event.attributes["purpose_id"])) if event.attributes["purpose_kind"] == PURPOSE else None
    part = RepairPart.objects.filter(batch=batch).first() if batch else None
    if part is not None:
        note_parts(repair_id=part.repair_id, by=By(ACTOR), at=event.occurred_at)
