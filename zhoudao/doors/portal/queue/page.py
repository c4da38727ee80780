"""`/s/<store>/`: take a number; `/n/<token>/`: where it stands; `/s/<store>/wall/`: what is called."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.queue import guard
from zhoudao.doors.portal.queue.waits import about, opening
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.visits.commands.taking import Asked, leave_queue, take_number
from zhoudao.rooms.visits.models import OPEN, Line, State, Visit
from zhoudao.rooms.visits.queries.line import Standing, line_of, standing, visit_of
from zhoudao.rooms.visits.refusals import LineClosed, NeedUnknown, NumberPhoneUnsound, VisitNotFound, VisitOver
from zhoudao.rooms.visits.told import Told

_OWN = "zd_number"  # the browser's last number here, so that scanning the poster again leads back to it
_AWAKE = "zd_js"  # set by the pages' own code: without it the browser is asked to read the page again by itself
_AGAIN_SECONDS = "20"
_DAY_SECONDS = 24 * 3600
_WORDS: dict[type[Exception], LazyText] = {
    LineClosed: gettext_lazy("No numbers are given just now."),
    NeedUnknown: gettext_lazy("Choose what it is for."),
    NumberPhoneUnsound: gettext_lazy("This is no telephone number."),
}


@permit(PUBLIC)
@csrf_exempt  # nobody is signed in; the form's own signed id is what a forger lacks
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, store: str) -> HttpResponse:
    """What numbers are given for, with the wait; a POST gives one, once for each form given out."""
    line = _line_or_404(store)
    language = speak(request, "")
    if request.method != "POST":
        return _taking(request, line)
    visit, refusal = _take(request, line)
    if visit is None:
        return _taking(request, line, refusal=refusal, status=422)
    answer = redirect(f"{reverse('portal:number', args=[visit.token])}?language={language}")
    answer.set_cookie(
        _OWN,
        visit.token,
        max_age=_DAY_SECONDS,
        path=request.path,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return discreet(answer)


@permit(PUBLIC)
@csrf_exempt  # whoever holds the number's link may give it back; nobody is signed in
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, token: str) -> HttpResponse:
    """Where a number stands: how many are before, how long it takes, and the counter when it is called."""
    if (stop := barred(request)) is not None:
        return stop
    visit = visit_of(token)
    if visit is None:
        return wrong(request)
    language = speak(request, "")
    if request.method == "POST":
        with suppress(VisitOver, VisitNotFound):  # served meanwhile: the page says so
            leave_queue(token=token, at=clock.now())
        return discreet(redirect(f"{reverse('portal:number', args=[token])}?language={language}"))
    return _alive(request, "number", _number(visit))


@permit(PUBLIC)
@require_safe
def wall(request: HttpRequest, store: str) -> HttpResponse:
    """What is called, and who waits, by their numbers only: read from five metres."""
    line = _line_or_404(store)
    return _alive(request, "wall", _wall(standing(line, at=clock.now())))


def _line_or_404(code: str) -> Line:
    line = line_of(code)
    if line is None:
        raise Http404
    return line


def _taking(request: HttpRequest, line: Line, *, refusal: str = "", status: int = 200) -> HttpResponse:
    seen = standing(line, at=clock.now())
    form_token = request.POST.get("form_token", "") if refusal else ""
    own = visit_of(request.COOKIES.get(_OWN, ""))
    context = {
        "line": line,
        "seen": seen,
        "opens": opening(seen),
        "needs": [(need, seen.waiting_for(need.id), about(seen.wait_for(need))) for need in seen.needs],
        "own": own if own and own.store_id == line.store_id and own.state in OPEN else None,
        "form_token": form_token if form_id(form_token) else issue(),
        "given": request.POST if refusal else {},
        "refusal": refusal,
    }
    return _page(request, "queue/take.html", context, status=status)


def _take(request: HttpRequest, line: Line) -> tuple[Visit | None, str]:
    """The number, or why there is none."""
    asked_id, need_id = form_id(request.POST.get("form_token", "")), uuid_in(request.POST.get("need", ""))
    given = {name: request.POST.get(name, "") for name in ("name", "phone", "case_number")}
    if asked_id is None or request.POST.get("website"):
        return None, _("This page was open for too long. Please tap once more.")
    if need_id is not None and guard.wait_before(request, _one_way(given["phone"])):
        return None, _("That was a lot at once. Please wait a few minutes, or ask a colleague in the store.")
    try:
        asked = Asked(line.store_id, need_id or UUID(int=0), asked_id, told=Told(**given))
        return take_number(asked, at=clock.now()), ""
    except (LineClosed, NeedUnknown, NumberPhoneUnsound) as error:
        return None, str(_WORDS[type(error)])


def _number(visit: Visit) -> dict[str, Any]:
    seen = standing(visit.store.line, at=clock.now())
    before = seen.before(visit.id)
    return {
        "visit": visit,
        "store": visit.store,
        "before": before,
        "wait": about(seen.wait_of(visit.id)),
        "may_leave": visit.state in (State.WAITING, State.CALLED),
        "take_path": reverse("portal:take", args=[visit.store.code]),
    }


def _wall(seen: Standing) -> dict[str, Any]:
    rows = [(need, seen.waiting_for(need.id), about(seen.wait_for(need))) for need in seen.needs]
    return {
        "seen": seen,
        "store": seen.line.store,
        "called": [turn.visit for turn in seen.busy if turn.visit.state == State.CALLED][:3],
        "serving": [turn.visit for turn in seen.busy if turn.visit.state == State.SERVING][:8],
        "next": [turn.visit.number for turn in seen.waiting[:10]],
        "more": max(0, len(seen.waiting) - 10),
        "rows": rows,
        "opens": opening(seen),
    }


def _alive(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page that goes on by itself, or only its inside."""
    if request.headers.get("X-Part") == "body":
        return _page(request, f"queue/_{name}.html", context)
    answer = _page(request, f"queue/{name}.html", context)
    if _AWAKE not in request.COOKIES:
        answer["Refresh"] = _AGAIN_SECONDS
    return answer


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    language = speak(request, "")
    names = {"language": language, "languages": NAMES}
    return discreet(render(request, template, names | context, status=status))


def _one_way(phone: str) -> str:
    try:
        return normalise_phone(phone) if phone.strip() else ""
    except NotAPhone:
        return ""
