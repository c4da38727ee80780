"""The progress page: done, next, who, until when, whose turn, and what we missed with the reason."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhoudao.conduct.flows.pushing import is_refused
from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.progress.asked import Refused, forms_of
from zhoudao.doors.portal.progress.moments import moment
from zhoudao.doors.portal.progress.promised import apology, promised
from zhoudao.doors.portal.progress.steps import steps_of
from zhoudao.doors.portal.progress.turns import SOLVED, turn_of, turn_words
from zhoudao.doors.portal.returns.section import links_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.incidents.queries import told_to_customers
from zhoudao.rooms.voice.asking import follow_up_rule
from zhoudao.rooms.voice.links import rating_path
from zhoudao.rooms.voice.queries import case_of_progress, given_name, message_counts, rating_of


@permit(PUBLIC)
@require_safe
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """The whole page, or only what changes on it for the page's own refresh."""
    if (stop := barred(request)) is not None:
        return stop
    case = case_of_progress(token)
    if case is None:
        return wrong(request)
    language = speak(request, case.conversation.language if case.conversation else "")
    return discreet(shown(request, case, language))


def shown(
    request: HttpRequest, case: Case, language: str, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    """The page as it stands, with a form that came back and what is wrong with it."""
    part = request.headers.get("X-Part") == "body"
    context = context_of(case, language, clock.now(), refused)
    context |= {"languages": NAMES, "said": request.GET.get("said", "")}
    return render(request, "progress/_body.html" if part else "progress/page.html", context, status=status)


def context_of(case: Case, language: str, now: datetime, refused: Refused | None = None) -> dict[str, Any]:
    """All the page says of a case, with a form that came back."""
    asks = [] if case.status in SOLVED else forms_of(case, language, now, refused)
    promises = list(case.promises.all())
    told = promised(case, promises, now)
    solved = case.status in SOLVED
    theirs, ours = message_counts(case)
    return {
        "language": language,
        "case": case,
        "asks": asks,
        "said": "",
        "subject": mask_personal(case.subject)[0],
        "opened": moment(case.opened_at, now, case.store.zone),
        "steps": steps_of(case, promises, language, now),
        "promises": told,
        "apology": "" if solved else apology(told),
        "turn": turn_of(case, is_asked=bool(asks)),
        "turn_words": turn_words(case, now, is_asked=bool(asks)),
        "known": told_to_customers(case.incident_id, language) if case.incident_id and not solved else "",
        "owner": given_name(case.owner.name) if case.owner else "",
        "messages": {"theirs": theirs, "ours": ours},
        "rating_path": rating_path(case.id) if solved else "",
        "news": "" if solved or not follow_up_rule().tells_progress else "off" if is_refused(case) else "on",
        "rating": rating_of(case.id) if solved else None,
        "returns": links_of(case.conversation.returns.order_by("-id")) if case.conversation else (),
    }
