"""`/help/`: needs, a form each, and the case number with the way to its progress."""

import time
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.guests import act_of, guest_of, is_own_act
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.help.forms import HelpForm, Known
from zhoudao.doors.portal.help.needs import NEEDS, Need
from zhoudao.doors.portal.help_centre import page as answers
from zhoudao.doors.portal.home.showing import language_of
from zhoudao.doors.portal.languages import NAMES
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Claim, receive_message
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.refusals import (
    AttachmentRefused,
    KeyReused,
    MessageEmpty,
    MessageTooLong,
    StillInFlight,
)
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import group_ids

SENT = "portal.help.sent"  # of the page that a sent message leads to
_PATIENCE_SECONDS = 1.2  # the case mostly opens within a tenth of that; else the page looks again by itself
_STEP_SECONDS = 0.1


@permit(PUBLIC)
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """What customers come for."""
    _channel_or_404()
    return _page(request, "help/needs.html", {"needs": NEEDS.values(), "has_answers": answers.is_filled()})


@permit(PUBLIC)
@csrf_exempt  # nobody is signed in; the form's own signed id is what a forger lacks
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, need: str) -> HttpResponse:
    """The form of a need; a POST is taken once for each form given out."""
    channel, chosen = _channel_or_404(), NEEDS.get(need)
    if chosen is None:
        raise Http404
    language, known = language_of(request), _known(request)
    if request.method != "POST":
        return _form(request, chosen, HelpForm(chosen, known=known, initial={"form_token": guard.issue()}))
    filled = HelpForm(chosen, request.POST, request.FILES, known=known)
    sent = _take(request, filled, channel) if filled.is_valid() else None
    if sent is None:
        return _form(request, chosen, filled, status=422)
    token = signing.dumps(sent.hex, salt=SENT)
    return discreet(redirect(f"{reverse('portal:help_sent', args=[token])}?language={language}"))


@permit(PUBLIC)
@require_safe
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """The number and the way to its progress; while the case is being opened the page looks again by itself."""
    if (stop := barred(request)) is not None:
        return stop
    try:
        conversation_id = UUID(signing.loads(token, salt=SENT))
    except (signing.BadSignature, ValueError, TypeError):
        return wrong(request)
    case = _awaited(conversation_id)
    answer = _page(request, "help/sent.html", {"case": case, "address": progress_url(case) if case else ""})
    if case is None:
        answer["Refresh"] = "2"
    return discreet(answer)


def _take(request: HttpRequest, filled: HelpForm, channel: Channel) -> UUID | None:
    """The conversation that was begun; None with the reason at the form."""
    token = filled.cleaned_data["form_token"]
    form_id = guard.form_id(token)
    if form_id is None or filled.cleaned_data["website"]:
        _anew(filled, _("This form is too old or was changed. Everything is still here: please send it again."))
    elif guard.is_hasty(token):
        filled.add_error(None, _("That was very fast. Please look it over and send it again."))
    elif guard.wait_before(request, filled.contact):
        filled.add_error(None, _("That was a lot at once. Please wait a few minutes; everything is still here."))
    else:
        return _receive(filled, channel, form_id)
    return None


def _receive(filled: HelpForm, channel: Channel, form_id: UUID) -> UUID | None:
    try:
        if filled.known:
            own = Claim("external", filled.contact, scope=channel.code)
            by = By(f"customer:{filled.contact}", channel=channel.code)
            note_identities(customer_id=filled.known.customer_id, claims=[own], at=clock.now(), by=by)
        return receive_message(inbound=filled.inbound(channel.code, form_id), at=clock.now()).conversation_id
    except KeyReused:
        _anew(filled, _("This form was sent before with other words. Send it again as a new one."))
    except (AttachmentRefused, MessageTooLong, MessageEmpty):
        filled.add_error("photos", _("A file is empty, or together they are larger than 25 MB."))
    except StillInFlight:
        filled.add_error(None, _("This is being taken just now. Please send it once more in a moment."))
    return None


def _known(request: HttpRequest) -> Known | None:
    """Who is signed in; a post is theirs only when it comes from a page we made for them."""
    guest = guest_of(request)
    if guest is None or (request.method == "POST" and not is_own_act(request, guest)):
        return None
    kinds = Identity.objects.filter(customer_id__in=group_ids(guest.customer_id), suggested=False)
    return Known(guest.customer_id, frozenset(kinds.values_list("kind", flat=True)))


def _anew(filled: HelpForm, words: str) -> None:
    filled.add_error(None, words)
    filled.begin_anew(guard.issue())


def _awaited(conversation_id: UUID) -> Case | None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        case = Case.objects.filter(conversation_id=conversation_id).first()
        if case is not None or time.monotonic() > until:
            return case
        time.sleep(_STEP_SECONDS)


def _channel_or_404() -> Channel:
    channel = Channel.objects.filter(kind="form", is_active=True).order_by("code").first()
    if channel is None:
        raise Http404
    return channel


def _form(request: HttpRequest, need: Need, filled: HelpForm, *, status: int = 200) -> HttpResponse:
    return _page(request, "help/form.html", {"need": need, "form": filled}, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    language, guest = language_of(request), guest_of(request)
    around = {"language": language, "languages": NAMES, "guest": guest, "act": act_of(guest)}
    answer = render(request, template, context | around, status=status)
    answer["Cache-Control"] = "private, no-store"  # every form has its own id
    return answer
