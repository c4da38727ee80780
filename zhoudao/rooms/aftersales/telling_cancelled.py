"""What follows pieces that were cancelled: word to the customer, and a note in the case about their order."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.cancellations import Cancellation, CancelledLine
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.cases.order_ways import way_to
from zhoudao.rooms.conversations.commands import add_note, reply
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.events import REASONS
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import tracking_url

_MOST_NAMED = 5


def tell_cancelled(event: Event, *, actor: str) -> None:
    """This will say what was cancelled and what is paid back, where the customer is usually answered; and note it in
    the case that is open about the order.
    """
    ids = [id_ for kind, id_, _role in event.parties if kind == "cancellation"]
    rows = Cancellation.objects.select_related("order__store", "order__customer")
    done = rows.filter(id__in=ids, order__customer__erased_at=None).first()
    if done is None:
        return
    lines, order = list(done.lines.order_by("position")), done.order
    case = case_open_about(order)
    if case is not None and case.conversation_id is not None:
        with translation.override(settings.LANGUAGE_CODE):
            note = _noted(done, lines, order)
        by = By(actor, store_id=order.store_id)
        add_note(conversation_id=case.conversation_id, text=note, by=by, author_name="", at=event.occurred_at)
    thread = way_to(order, event.occurred_at)
    if thread is None:
        return
    with translation.override(thread.language.lower()):
        text = _said(done, lines, order)
    if text:
        reply(
            conversation_id=thread.id,
            text=f"{text} {tracking_url(order.id)}",
            by=By(actor, store_id=order.store_id, channel=order.source),
            author_name="",
            at=event.occurred_at,
            real_now=event.recorded_at,
            is_auto=True,
            expects_answer=False,
        )


def case_open_about(order: Order) -> Case | None:
    """The newest case of the order's customer that is open about it."""
    names = (order.number, order.external_number)
    open_ = Case.objects.filter(conversation__order_number__in=names, status__in=ACTIVE)
    return open_.filter(customer_id__in=group_ids(order.customer_id)).order_by("-opened_at", "-id").first()


def paid_for_cancelled(said: Mapping[str, str], what: Mapping[str, Any]) -> str:
    """What the customer is told when it was paid back, in the active language."""
    amount = _money(what["amount_minor"], what["currency"])
    return _("We have paid back %(amount)s for what was cancelled of order %(order)s, the way you paid.") % {
        **said,
        "amount": amount,
    }


def _said(done: Cancellation, lines: Sequence[CancelledLine], order: Order) -> str:
    back = _money(done.back_minor, order.currency)
    if done.is_all:  # that it is cancelled is told as of any order
        words = _("For order %(number)s we pay back %(amount)s, the way you paid.")
        return words % {"number": order.number, "amount": back} if done.back_minor else ""
    words = _("This is cancelled of your order %(number)s and is not sent: %(goods)s.")
    cancelled = words % {"number": order.number, "goods": _goods(lines)}
    if done.back_minor:
        return f"{cancelled} " + _("We pay back %(amount)s, the way you paid.") % {"amount": back}
    costs = _money(order.total_minor, order.currency)
    return f"{cancelled} " + _("The order now costs %(amount)s.") % {"amount": costs}


def _noted(done: Cancellation, lines: Sequence[CancelledLine], order: Order) -> str:
    words = _("Cancelled of order %(number)s before it left: %(goods)s. Because: %(reason)s. Paid back: %(amount)s.")
    reason, amount = REASONS[done.reason], _money(done.back_minor, order.currency)
    return words % {"number": order.number, "goods": _goods(lines), "reason": reason, "amount": amount}


def _goods(lines: Sequence[CancelledLine]) -> str:
    """So many of what; of a long list the first ones."""
    said = [f"{line.quantity} × {line.name}" for line in lines[:_MOST_NAMED]]
    if (more := len(lines) - _MOST_NAMED) > 0:
        said.append(ngettext("%(n)s more item", "%(n)s more items", more) % {"n": more})
    return ", ".join(said)


def _money(minor: int, currency: str) -> str:
    return Money(minor, currency).format(translation.get_language() or "zh-hans")
