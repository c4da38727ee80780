"""Whether a customer is written to about every step, said on their own page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhoudao.conduct.flows.pushing import allow_progress, refuse_progress
from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import speak
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.voice.queries import case_of_progress

_WISHES = {"stop": refuse_progress, "go_on": allow_progress}


@permit(PUBLIC)
@csrf_exempt  # the link itself is the right to say it; there is no session to abuse
@require_POST
def news(request: HttpRequest, token: str) -> HttpResponse:
    """This will stop or go on; anything else changes nothing."""
    if (stop := barred(request)) is not None:
        return stop
    case = case_of_progress(token)
    if case is None:
        return wrong(request)
    language = speak(request, case.conversation.language if case.conversation else "")
    wish = _WISHES.get(request.POST.get("wish", ""))
    if wish is not None:
        wish(case_id=case.id, at=clock.now())
    return discreet(HttpResponseRedirect(f"/p/{token}/?language={language}#news", status=303))
