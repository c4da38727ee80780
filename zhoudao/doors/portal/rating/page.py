"""The rating page. Looking never rates: mail scanners look, people press."""

import json
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.problems import problem
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.voice.commands import CHANGEABLE, RatingRefused, rate_case
from zhoudao.rooms.voice.links import case_of
from zhoudao.rooms.voice.opting import allow_follow_up, refuse_follow_up
from zhoudao.rooms.voice.queries import Rateable, rateable

_WISHES = {"stop": refuse_follow_up, "go_on": allow_follow_up}


@permit(PUBLIC)
@csrf_exempt  # the link itself is the right to rate; there is no session to abuse
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the stars (`?score=5` marks one), POST keeps what was pressed."""
    if (stop := barred(request)) is not None:
        return stop
    case_id = case_of(token)
    case = rateable(case_id) if case_id else None
    if case is None or case_id is None:
        return wrong(request)
    language = speak(request, case.language)
    if request.method == "POST" and request.POST.get("asking") in _WISHES:
        _WISHES[request.POST["asking"]](case_id=case_id, at=clock.now())
        return discreet(HttpResponseRedirect(f"{request.path}?language={request.LANGUAGE_CODE}"))
    answer = _keep(request, case_id, case) if request.method == "POST" else _page(request, case, language)
    return discreet(answer)


def _keep(request: HttpRequest, case_id: UUID, case: Rateable) -> HttpResponse:
    wants_json = request.content_type == "application/json"
    score, comment = _read(request, wants_json)
    try:
        kept = rate_case(case_id=case_id, score=score, comment=comment, at=clock.now())
    except RatingRefused as refusal:
        if wants_json:
            return problem(409, type(refusal).__name__, refusal.words)
        return _page(request, case, request.LANGUAGE_CODE or "", error=str(refusal.words), status=409)
    if wants_json:
        return JsonResponse({"score": kept.score, "thanks": _("Thank you! You can change this for 24 hours.")})
    return HttpResponseRedirect(f"{request.path}?thanks=1&language={request.LANGUAGE_CODE}")


def _read(request: HttpRequest, is_json: bool) -> tuple[int, str]:
    """Score and comment; what is no whole number is no score."""
    try:
        fields = json.loads(request.body) if is_json else request.POST.dict()
        return int(fields.get("score", 0)), str(fields.get("comment", ""))
    except (ValueError, TypeError, AttributeError):
        return 0, ""


def _page(request: HttpRequest, case: Rateable, language: str, *, error: str = "", status: int = 200) -> HttpResponse:
    asked = request.GET.get("score", "")
    context = {
        "case": case,
        "subject": mask_personal(case.subject)[0],
        "chosen": int(asked) if asked in ("1", "2", "3", "4", "5") else case.score,
        "scores": range(1, 6),
        "is_settled": _is_settled(case, clock.now()),
        "thanks": "thanks" in request.GET and case.score is not None,
        "error": error,
        "language": language,
        "languages": NAMES,
    }
    return render(request, "rating/page.html", context, status=status)


def _is_settled(case: Rateable, now: datetime) -> bool:
    return case.rated_at is not None and now - case.rated_at > CHANGEABLE
