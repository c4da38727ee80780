"""The counter page."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.counter.forms import VisitForm
from zhoudao.doors.desk.counter.tickets import read_ticket, ticket
from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.commands.holding import may_see
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.cases.queries.serving import find_person, serve, thread_to_go_on
from zhoudao.rooms.conversations.commands.visits import AddressUnsound, PhoneUnsound, note_visit
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.conversations.refusals import Kept, KeyReused, StillInFlight
from zhoudao.rooms.customers.commands.introducing import serve_customer
from zhoudao.rooms.customers.commands.joining import CustomerNotFound


@require_http_methods(["GET", "POST"])
@permit("counter:write")
def counter(request: HttpRequest) -> HttpResponse:
    """Who stands there with all that we know, and the form; a POST notes the visit."""
    viewer, counters = viewer_of(request), _counters(viewer_of(request))
    who, customer_id = _chosen(request, viewer)
    language = str(get_language())
    form = VisitForm(counters, language, initial={"visit_id": uuid4()})
    if request.method == "POST":
        form = VisitForm(counters, language, request.POST, request.FILES)
        noted = _note(form, customer_id, viewer) if form.is_valid() else None
        if noted is not None:
            return redirect("counter_noted", noted)
    context = {
        "form": form,
        "counters": counters,
        "who": who,
        "served": serve(viewer, customer_id) if customer_id else None,
    }
    return _page(request, context, status=422 if form.errors else 200)


@require_POST
@permit("counter:write")
def find(request: HttpRequest) -> HttpResponse:
    """Who is known by what they say: opened at once when it can only be one, else to choose from."""
    viewer, words = viewer_of(request), request.POST.get("words", "")[:250]
    found = find_person(viewer, words)
    if len(found) == 1 and found[0].is_sure:
        return _open(found[0].person.id, viewer)
    counters = _counters(viewer)
    context = {
        "form": VisitForm(counters, str(get_language()), initial={"visit_id": uuid4(), **_said(words)}),
        "counters": counters,
        "words": words,
        "is_asked": True,
        "matches": [(match, ticket(match.person.id, viewer)) for match in found],
    }
    return _page(request, context)


@require_POST
@permit("counter:write")
def choose(request: HttpRequest) -> HttpResponse:
    """One of several who were found."""
    viewer = viewer_of(request)
    customer_id = read_ticket(request.POST.get("who", ""), viewer)
    if customer_id is None:
        raise Http404
    return _open(customer_id, viewer)


@require_GET
@permit("counter:write")
def noted(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The visit's case number, large, with the way to its progress for the customer's phone."""
    return render(request, "desk/counter/noted.html", _slip(message_id, viewer_of(request)))


@require_GET
@permit("counter:write")
def slip(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The number once it is there: the page asks until then."""
    return render(request, "desk/counter/_slip.html", _slip(message_id, viewer_of(request)))


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "desk/counter/counter.html", context, status=status)


def _open(customer_id: UUID, viewer: Viewer) -> HttpResponse:
    try:
        serve_customer(customer_id=customer_id, at=clock.now(), by=By(viewer.actor))
    except CustomerNotFound as error:
        raise Http404 from error
    return redirect(f"{reverse('counter')}?{urlencode({'who': ticket(customer_id, viewer)})}")


def _chosen(request: HttpRequest, viewer: Viewer) -> tuple[str, UUID | None]:
    asked = request.POST.get("who") or request.GET.get("who", "")
    customer_id = read_ticket(asked, viewer) if asked else None
    if asked and customer_id is None:
        raise Http404
    return asked, customer_id


def _note(form: VisitForm, customer_id: UUID | None, viewer: Viewer) -> UUID | None:
    about = form.cleaned_data["about"]
    main_id = thread_to_go_on(customer_id, about) if customer_id and about else None
    if about and main_id is None:
        form.add_error("about", _("This case is closed or not theirs; choose another, or something new."))
        return None
    inbound = replace(form.inbound(None if viewer.teams else viewer.stores), main_id=main_id)
    try:
        visitor = form.visitor(customer_id)
        return note_visit(visitor, inbound=inbound, by=By(viewer.actor), at=clock.now()).message_id
    except PhoneUnsound:
        form.add_error("phone", _("This is no telephone number."))
    except AddressUnsound:
        form.add_error("email", _("This is no mail address."))
    except KeyReused:
        form.begin_anew()
        form.add_error(None, _("This was noted before with other words. Send it again to note it as another case."))
    except (Kept, StillInFlight):
        form.add_error(None, _("It was not noted; see the intake page for the reason."))
    except CustomerNotFound:
        form.add_error(None, _("This customer's record is gone; find them again."))
    return None


def _counters(viewer: Viewer) -> list[Channel]:
    return list(visible_channels(viewer).select_related("store").filter(kind="counter", is_active=True))


def _said(words: str) -> dict[str, str]:
    """What was looked for in vain is not typed twice."""
    if "@" in words:
        return {"email": words}
    if sum(character.isdigit() for character in words) >= 7:
        return {"phone": words}
    return {"name": words}


def _slip(message_id: UUID, viewer: Viewer) -> dict[str, Any]:
    rows: QuerySet[Message] = Message.objects.filter(conversation__channel__in=_counters(viewer), id=message_id)
    around = ("conversation__case", "conversation__main__case", "conversation__store")
    message = rows.select_related(*around).first()
    if message is None:
        raise Http404
    case = case_of(message.conversation)
    address = progress_url(case) if case else ""
    return {
        "message": message,
        "case": case,
        "address": address,
        "qr": qr_path(address) if address else None,
        "is_open": case is not None and viewer.may("cases:read") and may_see(viewer, case),
        "store": message.conversation.store,
    }
