"""What a customer does on their order's page: sends it elsewhere or stops it before it leaves, asks in place."""

from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhoudao.doors.portal.guessing import discreet, wrong
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.help.page import SENT
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tracking.page import shown
from zhoudao.doors.portal.tracking.showing import WISHES
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.conversations.refusals import KeyReused, MessageEmpty, MessageTooLong, StillInFlight
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.orders.commands.redirecting import redirect_order
from zhoudao.rooms.orders.commands.refunding import ON_PAGE, stop_for_refund
from zhoudao.rooms.orders.models import Fulfilment, Order
from zhoudao.rooms.orders.refusals import AddressUnsound, AlreadyOnItsWay, NothingChanged, OrderOver, OrderUnsound
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Recipient

_CHANGES, _QUESTIONS = Limit("track-change", 6, 3600), Limit("track-ask", 10, 3600)
_FIELDS = ("name", "phone", "province", "city", "district", "address")


@theirs("POST")
def change_address(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """It goes elsewhere; what is left empty stays as it is, unseen."""
    refusal = too_much(_CHANGES, request, order) or _redirected(request, order)
    if refusal:
        return shown(request, order, token, language, is_own=True, refusals={"address": refusal}, status=422)
    return _done(token, language, "changed")


@theirs("POST")
def cancel(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """They want it no more: it stops at once, and their words join what is open about it, or open a case."""
    form = guard.form_id(request.POST.get("form_token", ""))
    channel = Channel.objects.filter(kind="form", is_active=True).order_by("code").first()
    refusal = too_much(_CHANGES, request, order)
    if form is None:
        refusal = _("This form is too old or was changed. Everything is still here: please send it again.")
    refusal = refusal or _stopped(order)
    if refusal:
        return shown(request, order, token, language, is_own=True, refusals={"cancel": refusal}, status=422)
    if channel is not None:
        words = request.POST.get("words", "").strip()[:2_000]
        asked = _("Please cancel my order %(number)s.") % {"number": order.number}
        ask_about(order, channel, str(form), f"{asked} {words}".strip(), kind=Kind.ORDER_EXCEPTION)
    return _done(token, language, "stopped")


@theirs("POST")
def ask(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """Their question is their message: it joins what is open about this order, or opens a case."""
    form, words = guard.form_id(request.POST.get("form_token", "")), request.POST.get("words", "").strip()
    channel = Channel.objects.filter(kind="form", is_active=True).order_by("code").first()
    if channel is None:
        return wrong(request)
    refusal = "" if words else _("Write a few words.")
    if form is None:
        refusal = _("This form is too old or was changed. Everything is still here: please send it again.")
    refusal = refusal or too_much(_QUESTIONS, request, order)
    wish = WISHES.get(request.POST.get("wish", "")) if order.fulfilment == Fulfilment.DELIVERED else None
    said = f"{wish}: {words[:20_000]}" if wish else words[:20_000]
    kind = Kind.AFTER_SALES if wish else ""
    thread_id = ask_about(order, channel, str(form), said[:20_000], kind=kind) if not refusal else None
    if thread_id is None:
        refusal = refusal or _("This is being taken just now. Please send it once more in a moment.")
        return shown(request, order, token, language, is_own=True, refusals={"ask": refusal}, status=422)
    address = reverse("portal:help_sent", args=[signing.dumps(thread_id.hex, salt=SENT)])
    return discreet(HttpResponseRedirect(f"{address}?language={language}", status=303))


def _stopped(order: Order) -> str:
    """Why it could not be stopped; empty when it was, now or before."""
    try:
        by = By(BY, store_id=order.store_id)
        stop_for_refund(order_id=order.id, asked=ON_PAGE, case=_open_case(order), by=by, at=clock.now())
    except AlreadyOnItsWay:
        return _("It has left already. Write to us below: you can send it back.")
    except OrderOver:
        return _("This order is over already. Write to us below.")
    return ""


def _open_case(order: Order) -> str:
    """The number of the case that is open about it, if there is one."""
    case = _cases_about(order).first()
    return case.number if case else ""


def _cases_about(order: Order) -> QuerySet[Case]:
    names = (order.number, order.external_number)
    rows = Case.objects.filter(conversation__order_number__in=names, status__in=ACTIVE)
    return rows.filter(customer_id__in=group_ids(order.customer_id)).order_by("-opened_at", "-id")


def ask_about(order: Order, channel: Channel, form: str, words: str, *, kind: str = "") -> UUID | None:
    """This will take their words about an order; returns the conversation that has them. A form sent twice asks once.
    None: it was not taken.
    """
    before = Message.objects.filter(conversation__channel=channel, external_id=form).first()
    if before is not None:
        return _case_thread(before.conversation)
    group, names = group_ids(order.customer_id), (order.number, order.external_number)
    open_ = Conversation.objects.filter(channel=channel, customer_id__in=group, order_number__in=names, ended_at=None)
    thread = open_.order_by("-last_message_at", "-id").first()
    case = None if thread else _cases_about(order).first()
    by = By(BY, channel=channel.code, store_id=order.store_id)
    own = Claim("external", str(order.customer_id), scope=channel.code)
    note_identities(customer_id=order.customer_id, claims=[own], at=clock.now(), by=by)
    inbound = Inbound(
        channel=channel.code,
        external_id=form,
        customer_id=order.customer_id,
        text=words,
        order_number=order.number,
        store=order.store.code,
        conversation_id=thread.id if thread else None,
        main_id=case.conversation_id if case else None,
        kind=kind,
    )
    try:
        taken = receive_message(inbound=inbound, at=clock.now())
    except (KeyReused, StillInFlight, MessageEmpty, MessageTooLong):
        return None
    return _case_thread(Conversation.objects.get(id=taken.conversation_id))


def _case_thread(thread: Conversation) -> UUID:
    """The conversation whose case it is."""
    return thread.main_id or thread.id


def _redirected(request: HttpRequest, order: Order) -> str:
    """Why the address was not changed; empty when it was."""
    given = {name: request.POST.get(name, "").strip()[:300] for name in _FIELDS}
    if given["phone"]:
        try:
            given["phone"] = normalise_phone(given["phone"])
        except NotAPhone:
            return _("This is no telephone number.")
    now = recipient_of(order)
    wanted = Recipient(**{name: given[name] or getattr(now, name) for name in _FIELDS})
    try:
        redirect_order(order_id=order.id, recipient=wanted, by=By(BY, store_id=order.store_id), at=clock.now())
    except (AlreadyOnItsWay, OrderOver):
        return _("It is being packed already: it goes where you said before. Ask us below.")
    except AddressUnsound:
        return _("This address cannot be delivered to as it is: look at province, city and street again.")
    except OrderUnsound:
        return _("Something of this is not right: look at it again.")
    except NothingChanged:
        return _("Nothing was changed.")
    return ""


def _done(token: str, language: str, said: str) -> HttpResponse:
    return discreet(HttpResponseRedirect(f"/t/{token}/?language={language}&said={said}", status=303))
