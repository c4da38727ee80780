"""`/m/<link>/`: one repair, step by step, whose turn it is, and the quote its customer says yes or no to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.doors.portal.repairs.showing import context_of
from zhoudao.doors.portal.repairs.wording import refused_words
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.repairs.commands.ending import cancel_repair
from zhoudao.rooms.repairs.commands.quoting import answer_quote
from zhoudao.rooms.repairs.links import repair_behind, repair_path
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.refusals import QuoteGone, RepairRefused

_BY = "customer:link"
_ACTS = Limit("repair-act", 20, 3600)
_Act = Callable[[HttpRequest, Repair, str], HttpResponse]


def theirs(*methods: str) -> Callable[[_Act], Callable[..., HttpResponse]]:
    """This will have only the customer's own link open a page or act."""

    def guarded(act: _Act) -> Callable[..., HttpResponse]:
        @wraps(act)
        def view(request: HttpRequest, token: str) -> HttpResponse:
            if (stop := barred(request)) is not None:
                return stop
            found = repair_behind(token)
            return wrong(request) if found is None else act(request, found, speak(request, found.language))

        return permit(PUBLIC)(csrf_exempt(require_http_methods(methods)(view)))  # there is no session to abuse

    return guarded


@theirs("GET", "HEAD")
def repair(request: HttpRequest, found: Repair, language: str) -> HttpResponse:
    """Where it stands."""
    return _page(request, found, language)


@theirs("POST")
def answer(request: HttpRequest, found: Repair, language: str) -> HttpResponse:
    """They agree to the quote they saw, or decline it: once."""
    quote_id, said = uuid_in(request.POST.get("quote", "")), request.POST.get("answer", "")
    if quote_id is None or said not in ("yes", "no"):
        return _page(request, found, language, refused_words(QuoteGone()))

    def does(asked: dict[str, Any]) -> None:
        answer_quote(quote_id=quote_id, is_accepted=said == "yes", **asked)

    return _done(request, found, language, "agreed" if said == "yes" else "declined", does)


@theirs("POST")
def withdraw(request: HttpRequest, found: Repair, language: str) -> HttpResponse:
    """They do not want it any more."""

    def does(asked: dict[str, Any]) -> None:
        cancel_repair(reason="customer", is_customers=True, **asked)

    return _done(request, found, language, "withdrawn", does)


def _done(
    request: HttpRequest, found: Repair, language: str, said: str, does: Callable[[dict[str, Any]], None]
) -> HttpResponse:
    if max(_ACTS.knock(str(found.id)), _ACTS.knock(address_of(request))):
        words = _("That was a lot at once. Please wait a few minutes; everything is still here.")
        return _page(request, found, language, words)
    try:
        does({"repair_id": found.id, "by": By(_BY, store_id=found.store_id), "at": clock.now()})
    except RepairRefused as refusal:
        found.refresh_from_db()
        return _page(request, found, language, refused_words(refusal))
    return discreet(HttpResponseRedirect(f"{repair_path(found.id)}?language={language}&said={said}", status=303))


def _page(request: HttpRequest, found: Repair, language: str, refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = context_of(found, clock.now(), language)
    context |= {"language": language, "languages": NAMES, "said": request.GET.get("said", ""), "refusal": refusal}
    return discreet(render(request, "repairs/page.html", context, status=422 if refusal else 200))
