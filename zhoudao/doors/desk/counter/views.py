"""The counter page."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.counter.forms import VisitForm
from zhoudao.doors.desk.counter.opening import open_person
from zhoudao.doors.desk.counter.tickets import read_ticket, ticket
from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.cases.queries.serving import find_person, serve, thread_to_go_on
from zhoudao.rooms.conversations.commands import Received
from zhoudao.rooms.conversations.commands.visits import AddressUnsound, PhoneUnsound, note_visit
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.conversations.refusals import Kept, KeyReused, StillInFlight
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.visits.commands.linking import link_visit
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.queries.serving import shown_told, visit_for
from zhoudao.rooms.visits.refusals import VisitNotFound
from zhoudao.rooms.visits.told import Told, told_of


@require_http_methods(["GET", "POST"])
@permit("counter:write")
def counter(request: HttpRequest) -> HttpResponse:
    """Who stands there with all that we know, and the form; a POST notes the visit."""
    viewer, counters = viewer_of(request), _counters(viewer_of(request))
    who, customer_id = _chosen(request, viewer)
    visit = _visit(request, viewer)
    language = str(get_language())
    form = VisitForm(counters, language, initial={"visit_id": uuid4(), **_of_visit(visit, counters)})
    if request.method == "POST":
        form = VisitForm(counters, language, request.POST, request.FILES)
        noted = _note(form, customer_id, viewer, visit) if form.is_valid() else None
        if noted is not None:
            return redirect("counter_noted", noted)
    context = {
        "form": form,
        "counters": counters,
        "who": who,
        "served": serve(viewer, customer_id) if customer_id else None,
        "visit": visit,
        "told": shown_told(visit, viewer) if visit else None,
    }
    return _page(request, context, status=422 if form.errors else 200)


@require_POST
@permit("counter:write")
def find(request: HttpRequest) -> HttpResponse:
    """Who is known by what they say: opened at once when it can only be one, else to choose from."""
    viewer, words = viewer_of(request), request.POST.get("words", "")[:250]
    found = find_person(viewer, words)
    visit = _visit(request, viewer)
    if len(found) == 1 and found[0].is_sure:
        return open_person(found[0].person.id, viewer, at=clock.now(), visit_id=visit.id if visit else "")
    counters = _counters(viewer)
    context = {
        "form": VisitForm(
            counters, str(get_language()), initial={"visit_id": uuid4(), **_of_visit(visit, counters), **_said(words)}
        ),
        "counters": counters,
        "words": words,
        "is_asked": True,
        "matches": [(match, ticket(match.person.id, viewer)) for match in found],
        "visit": visit,
        "told": shown_told(visit, viewer) if visit else None,
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
    visit = _visit(request, viewer)
    return open_person(customer_id, viewer, at=clock.now(), visit_id=visit.id if visit else "")


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


def _visit(request: HttpRequest, viewer: Viewer) -> Visit | None:
    """The number from the queue that this is about."""
    asked = request.POST.get("visit") or request.GET.get("visit", "")
    try:
        visit = visit_for(viewer, UUID(asked)) if asked else None
    except ValueError as error:
        raise Http404 from error
    if asked and visit is None:
        raise Http404
    return visit


def _of_visit(visit: Visit | None, counters: list[Channel]) -> dict[str, str]:
    """What the number says already: the need's kind, and the counter of its store."""
    if visit is None:
        return {}
    here = next((one.code for one in counters if one.store_id == visit.store_id), "")
    return {"kind": visit.need.kind, "channel": here}


def _chosen(request: HttpRequest, viewer: Viewer) -> tuple[str, UUID | None]:
    asked = request.POST.get("who") or request.GET.get("who", "")
    customer_id = read_ticket(asked, viewer) if asked else None
    if asked and customer_id is None:
        raise Http404
    return asked, customer_id


def _note(form: VisitForm, customer_id: UUID | None, viewer: Viewer, visit: Visit | None) -> UUID | None:
    about = form.cleaned_data["about"]
    main_id = thread_to_go_on(customer_id, about) if customer_id and about else None
    if about and main_id is None:
        form.add_error("about", _("This case is closed or not theirs; choose another, or something new."))
        return None
    inbound = replace(form.inbound(viewer.stores_worked_in), main_id=main_id)
    try:
        visitor = form.visitor(customer_id, told_of(visit) if visit else Told())
        noted = note_visit(visitor, inbound=inbound, by=By(viewer.actor), at=clock.now())
        return _linked(noted, visit, viewer)
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


def _linked(noted: Received, visit: Visit | None, viewer: Viewer) -> UUID:
    """The message; a number of another store than the counter it was noted at stays without."""
    if visit is not None:
        with suppress(VisitNotFound):
            link_visit(visit_id=visit.id, conversation_id=noted.conversation_id, viewer=viewer, at=clock.now())
    return noted.message_id


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
        "is_open": case is not None and may(viewer, "cases:read", case),
        "store": message.conversation.store,
    }
