"""What follows a return: a case that somebody answers for, and word to the customer at each step."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.concluding import hear_cancelled
from zhoudao.rooms.aftersales.models import Kind as Wanted
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest
from zhoudao.rooms.aftersales.sealed import words_of
from zhoudao.rooms.aftersales.telling_cancelled import case_open_about, paid_for_cancelled, tell_cancelled
from zhoudao.rooms.aftersales.writing import write_to_customer
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.conversations.commands import Inbound, add_note, ensure_desk, receive_message

ACTOR = "system:aftersales"
_REQUESTED, _CANCELLED = "aftersales.ReturnRequested", "aftersales.PiecesCancelled"
TYPES = (
    _REQUESTED,
    "aftersales.ReturnApproved",
    "aftersales.ReturnDeclined",
    "aftersales.ReturnReceived",
    "aftersales.ReturnInspected",
    "aftersales.ReturnRejected",
    "aftersales.ReturnExpired",
    "aftersales.RefundPaid",
    "aftersales.ReplacementCredited",
    "aftersales.ReplacementPaid",
    "aftersales.ReplacementOff",
    "orders.OrderCancelled",
    _CANCELLED,
)
_SAID = {
    "aftersales.ReplacementPaid": gettext_lazy(
        "Thank you, the difference for return %(number)s is paid. Your replacement is order %(replacement)s."
    ),
    "aftersales.ReplacementOff": gettext_lazy(
        "We cannot send a replacement for return %(number)s. We pay your money back instead."
    ),
    "aftersales.ReturnDeclined": gettext_lazy(
        "We cannot take back what you asked for in return %(number)s. Answer here if you see it otherwise."
    ),
    "aftersales.ReturnReceived": gettext_lazy("Goods of your return %(number)s have arrived. We inspect them now."),
    "aftersales.ReturnRejected": gettext_lazy(
        "We cannot pay anything back for return %(number)s. Its page says what was found."
    ),
    "aftersales.ReturnExpired": gettext_lazy("We did not get the goods of return %(number)s in time, so it has ended."),
}


@transaction.atomic
def on_event(event: Event) -> None:
    """This will give a new return its case, and tell the customer what was decided, came, was found and paid; once."""
    if event.type == "orders.OrderCancelled":
        hear_cancelled(order_id=event.primary_id, by=By(ACTOR), at=event.occurred_at)
        return
    if event.type == _CANCELLED:
        tell_cancelled(event, actor=ACTOR)
        return
    rows = ReturnRequest.objects.select_related("order__store", "order__customer", "replacement")
    request = rows.filter(id=event.primary_id).first()
    if request is None or request.order.customer.erased_at is not None:
        return
    if event.type == _REQUESTED and request.conversation_id is None:
        _join_case(request, event)
    write_to_customer(request, event, lambda: said_of(request, event), actor=ACTOR)


def said_of(request: ReturnRequest, event: Event) -> str:
    """What the customer is told of this, in the active language; empty where something else says it."""
    said = {"number": request.number, "order": request.order.number}
    said["replacement"] = request.replacement.number if request.replacement else ""
    what = event.attributes
    if event.type == _REQUESTED:
        words = _("We have your return %(number)s of order %(order)s. A colleague decides and writes to you.")
        return "" if what["is_auto"] or request.kind == Wanted.ADJUSTMENT else words % said
    if event.type == "aftersales.ReturnApproved":
        return _approved(request, said, is_green=bool(what["is_green"]))
    if event.type == "aftersales.ReturnRejected" and request.kind in (Wanted.ADJUSTMENT, Wanted.CANCEL):
        return ""  # they were never told that somebody asked for it, or have their money already
    if event.type == "aftersales.RefundPaid" and request.kind == Wanted.CANCEL:
        return paid_for_cancelled(said, what)
    tell = _TOLD.get(event.type)
    return tell(said, what) if tell else str(_SAID[event.type]) % said


def _approved(request: ReturnRequest, said: dict[str, str], *, is_green: bool) -> str:
    if request.kind == Wanted.RESHIP:
        return _("We agree to your return %(number)s: you keep what you have, and we send it again.") % said
    if not request.needs_goods:
        return _("We agree to your return %(number)s: you keep the goods, and the money is on its way.") % said
    words = _("We agree to your return %(number)s. Please send it by %(day)s; its page says where to.")
    if is_green and request.kind == Wanted.EXCHANGE:
        words = _(
            "We agree to your exchange %(number)s and send the replacement first. Please send yours back by %(day)s;"
            " its page says where to."
        )
    elif is_green:
        words = _(
            "We agree to your return %(number)s, and the money is on its way already. Please send it by %(day)s; its"
            " page says where to."
        )
    return words % {**said, "day": f"{request.send_by:%m-%d}" if request.send_by else "—"}


def _sent(said: dict[str, str], what: Mapping[str, Any]) -> str:
    if not what["due_minor"]:
        return _("Your replacement for return %(number)s is order %(replacement)s. We are getting it ready.") % said
    amount = Money(what["due_minor"], what["currency"]).format(translation.get_language() or "zh-hans")
    words = _(
        "Your replacement for return %(number)s is order %(replacement)s. It costs %(amount)s more: we send it as"
        " soon as that is paid."
    )
    return words % {**said, "amount": amount}


def _inspected(said: dict[str, str], what: Mapping[str, Any]) -> str:
    accepted, refused = what["accepted"], what["refused"]
    if not refused:
        return _("We have inspected your return %(number)s and accepted all of it.") % said
    words = _("We have inspected your return %(number)s: %(accepted)s accepted, %(refused)s not. Its page says why.")
    return words % {**said, "accepted": str(accepted), "refused": str(refused)}


def _paid(said: dict[str, str], what: Mapping[str, Any]) -> str:
    refund = Refund.objects.get(number=what["refund"])
    amount = Money(refund.amount_minor, refund.currency).format(translation.get_language() or "zh-hans")
    words = _("We have paid back %(amount)s for return %(number)s, the way you paid.")
    return words % {**said, "amount": amount}


_TOLD: Mapping[str, Callable[[dict[str, str], Mapping[str, Any]], str]] = {
    "aftersales.ReturnInspected": _inspected,
    "aftersales.RefundPaid": _paid,
    "aftersales.ReplacementCredited": _sent,
}


def _join_case(request: ReturnRequest, event: Event) -> None:
    """The case that is open about this order hears of it; else it is one of its own, in the customer's words."""
    case = case_open_about(request.order)
    if case is not None and case.conversation_id is not None:
        with translation.override(settings.LANGUAGE_CODE):
            text = _words(request)
        by = By(ACTOR, store_id=request.store_id)
        add_note(conversation_id=case.conversation_id, text=text, by=by, author_name="", at=event.occurred_at)
        request.conversation_id = case.conversation_id
    else:
        request.conversation_id = _begun(request, event)
    request.save(update_fields=["conversation"])


def _begun(request: ReturnRequest, event: Event) -> UUID:
    with translation.override(request.language.lower()):
        text = _words(request)
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=f"return/{request.id}",
        customer_id=request.customer_id,
        text=text,
        order_number=request.order.number,
        store=request.order.store.code,
        kind=Kind.AFTER_SALES,
        is_new_topic=True,
    )
    return receive_message(inbound=inbound, at=event.occurred_at).conversation_id


def _words(request: ReturnRequest) -> str:
    said = {
        "number": request.number,
        "order": request.order.number,
        "kind": request.get_kind_display(),
        "reason": request.get_reason_display(),
    }
    words = _("Return %(number)s of order %(order)s: %(kind)s, because: %(reason)s.") % said
    return f"{words} {words_of(request)}".strip()
