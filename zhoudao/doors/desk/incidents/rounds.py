"""One message to all, or closing all: written, looked ahead at, sent, watched, taken back."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app

from zhoudao.doors.desk.incidents.forms import LANGUAGES, CloseForm, TextsForm, by_language
from zhoudao.doors.desk.incidents.pages import incident_or_404
from zhoudao.doors.desk.words import said, said_by_name
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.holding import may_see
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.incidents.commands import rounds as room
from zhoudao.rooms.incidents.commands.treating import UNDO_SECONDS, Moment, hindrance_of, may_treat
from zhoudao.rooms.incidents.models import Incident, Round, RoundItem
from zhoudao.rooms.incidents.queries import unsaid
from zhoudao.rooms.incidents.reach import missing_languages, reach_of
from zhoudao.rooms.incidents.refusals import IncidentRefusal
from zhoudao.rooms.teamwork.refusals import TeamworkRefusal
from zhoudao.rooms.teamwork.variables import VARIABLES, language_of

AT_ONCE = 20  # what one click does itself; more goes to a worker
LOOKED_AT = 300
_SHOWN = 50


@require_http_methods(["GET", "POST"])
@permit("messages:write")
def say(request: HttpRequest, incident: str) -> HttpResponse:
    """Writing what all customers read; nothing leaves before the preview is confirmed."""
    row = incident_or_404(incident)
    form = TextsForm(request.POST or None, texts=row.told)
    return _ask(request, row, form, room.SAY)


@require_http_methods(["GET", "POST"])
@permit("messages:write")
def close(request: HttpRequest, incident: str) -> HttpResponse:
    """How all cases are resolved."""
    row = incident_or_404(incident)
    return _ask(request, row, CloseForm(request.POST or None), room.RESOLVE)


@require_GET
@permit("messages:write")
def round_page(request: HttpRequest, incident: str, round_id: UUID) -> HttpResponse:
    """Before: whom it reaches. During: how far it is, asked again each second. After: what came of it."""
    return _shown(request, *_round_or_404(incident, round_id))


@require_POST
@permit("messages:write")
def run(request: HttpRequest, incident: str, round_id: UUID) -> HttpResponse:
    """Does it: a few cases at once, many by a worker."""
    return _work(request, incident, round_id, room.begin_round)


@require_POST
@permit("messages:write")
def more(request: HttpRequest, incident: str, round_id: UUID) -> HttpResponse:
    """The same to those who joined since."""
    return _work(request, incident, round_id, room.extend_round)


@require_POST
@permit("messages:write")
def undo(request: HttpRequest, incident: str, round_id: UUID) -> HttpResponse:
    """Takes back what has not left."""
    return _work(request, incident, round_id, room.begin_undo)


def _ask(request: HttpRequest, row: Incident, form: TextsForm, kind: str) -> HttpResponse:
    viewer, refusal = viewer_of(request), ""
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted() if isinstance(form, CloseForm) else room.Wanted(form.texts())
        try:
            asked = room.ask_round(wanted, kind=kind, incident_id=row.id, viewer=viewer, at=now())
        except (IncidentRefusal, TeamworkRefusal) as error:
            refusal = said(error)
        else:
            return redirect("incident_round", row.number, asked.id)
    context = {"row": row, "form": form, "kind": kind, "refusal": refusal, "variables": VARIABLES.items()}
    return render(request, "desk/incidents/words.html", context, status=422 if refusal or form.errors else 200)


def _work(request: HttpRequest, number: str, round_id: UUID, act: Any) -> HttpResponse:
    row, one = _round_or_404(number, round_id)
    viewer, real = viewer_of(request), datetime.now(UTC)
    try:
        one = act(round_id=one.id, viewer=viewer, at=now(), real_now=real)
    except IncidentRefusal as refusal:
        return _shown(request, row, one, refusal=said(refusal))
    if one.state in room.RUNNING and one.items.filter(state__in=["waiting", "back"]).count() <= AT_ONCE:
        room.work_round(one.id, Moment(viewer, now(), real))
    elif one.state in room.RUNNING:
        app.configure_task("incidents.work_round").defer(round_id=str(one.id))
    return _shown(request, *_round_or_404(number, round_id))


def _shown(request: HttpRequest, row: Incident, one: Round, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    context: dict[str, Any] = {"row": row, "round": one, "refusal": refusal, "undo_seconds": UNDO_SECONDS}
    context |= {"texts": by_language(one.texts)}
    context |= {"outcome": OUTCOMES.get(one.outcome, ""), "cause": causes().get(one.cause, "")}
    context |= _ahead(one, viewer) if one.state == "asked" else _behind(one, viewer)
    inside = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    path = "desk/incidents/_round.html" if inside else "desk/incidents/round.html"
    return render(request, path, context, status=422 if refusal else 200)


def _ahead(one: Round, viewer: Viewer) -> dict[str, Any]:
    """How many, over which channels, who cannot be reached and why, and which language is missing."""
    related = ("round", "case__conversation__channel", "case__customer", "case__store", "case__team")
    items = list(one.items.select_related(*related).order_by("place")[:LOOKED_AT])
    seen = [item for item in items if may_treat(viewer, item.case)]
    reasons = {item.pk: hindrance_of(item, item.case, viewer) for item in seen}
    possible = [item for item in seen if not reasons[item.pk]]
    reached = [reach_of(item.case) for item in possible] if one.texts else []
    total = one.items.count()
    return {
        "total": total,
        "possible": len(possible),
        "unseen": total - len(items),
        "others": len(items) - len(seen),
        "channels": Counter(reach.channel_kind for reach in reached if reach).most_common(),
        "languages": [(LANGUAGES[tag], n) for tag, n in Counter(language_of(i.case) for i in possible).most_common()],
        "missing": [(LANGUAGES[tag], n) for tag, n in missing_languages(one, [i.case for i in possible]).items()],
        "refused": [(item.case.number, said_by_name(reasons[item.pk])) for item in seen if reasons[item.pk]][:_SHOWN],
        "refused_count": len(seen) - len(possible),
    }


def _behind(one: Round, viewer: Viewer) -> dict[str, Any]:
    states = Counter(one.items.values_list("state", flat=True))
    left = states["waiting"] + states["back"]
    total = sum(states.values()) - states["merged"]
    rows = one.items.filter(state__in=["refused", "kept"]).select_related("case").order_by("place")[:LOOKED_AT]
    seen = [(item.case.number, _why(item)) for item in rows if may_see(viewer, item.case)]
    return {
        "total": total,
        "through": total - left,
        "done": states["done"],
        "undone": states["undone"],
        "is_running": one.state in room.RUNNING,
        "refused": seen[:_SHOWN],
        "refused_count": states["refused"] + states["kept"],
        "unsaid": unsaid(one) if one.kind == room.SAY and one.state == "done" else 0,
        "is_mine": one.user_id == viewer.user_id,
    }


def _why(item: RoundItem) -> str:
    if item.refusal == "CaseNotFound":
        return _("It belongs to another team or store; somebody who sees it has to do it.")
    return said_by_name(item.refusal)


def _round_or_404(number: str, round_id: UUID) -> tuple[Incident, Round]:
    row = incident_or_404(number)
    one = Round.objects.select_related("user").filter(id=round_id, incident=row).first()
    if one is None:
        raise Http404
    return row, one
