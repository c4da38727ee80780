"""Granting something to the customer of a case."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.grants import roles_at
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.teamwork.authority import CURRENCY, authorities
from zhoudao.rooms.teamwork.goodwill import grant_goodwill, withdraw_goodwill
from zhoudao.rooms.teamwork.models import Goodwill, GoodwillKind
from zhoudao.rooms.teamwork.refusals import AmountUnsound, ApprovalNotFound, TeamworkRefusal
from zhoudao.rooms.teamwork.spending import goodwill_of


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def grant(request: HttpRequest, number: str) -> HttpResponse:
    """GET asks what and how much; POST grants it, or asks who may."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    if request.method == "GET":
        return _sheet(request, case)
    try:
        one = grant_goodwill(
            case_id=case.id,
            kind=request.POST.get("kind", ""),
            amount=_amount(request.POST.get("amount", "")),
            reason=request.POST.get("reason", ""),
            viewer=viewer,
            at=now(),
        )
    except (TeamworkRefusal, CaseRefusal) as refusal:
        response = _sheet(request, case, said(refusal))
        response["HX-Retarget"] = "#sheet-in"
        return response
    is_granted = one.state == Goodwill.State.GRANTED
    text = _("Granted.") if is_granted else _("Above your limit: approval is asked for.")
    return toast(_section(request, case), text, closes=True)


@require_POST
@permit("cases:write")
def withdraw(request: HttpRequest, number: str, goodwill_id: UUID) -> HttpResponse:
    """It is no longer asked for."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    try:
        withdraw_goodwill(goodwill_id=goodwill_id, viewer=viewer, at=now())
    except ApprovalNotFound:
        raise Http404 from None
    except TeamworkRefusal as refusal:
        return toast(_section(request, case), said(refusal), is_bad=True)
    return toast(_section(request, case), _("No longer asked."))


def goodwill_context(case_ids: list[UUID]) -> dict[str, Any]:
    """What a case's customer was granted, or waits for (one statement)."""
    return {"goodwill": [(one, money(one)) for one in goodwill_of(case_ids)]}


def _section(request: HttpRequest, case: Case) -> HttpResponse:
    return render(request, "desk/approvals/_goodwill.html", {"row": case} | goodwill_context([case.id]))


def _sheet(request: HttpRequest, case: Case, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    kinds, roles = [], roles_at(viewer.held, case.store_id, case.team_id)
    for code, words in GoodwillKind.choices:
        best = next(iter(authorities(roles, code, case.tier, CURRENCY)), None)
        limit = Money(best.limit.per_case_minor, CURRENCY) if best else None
        kinds.append((code, words, limit.format(viewer.language) if limit else ""))
    context = {"case": case, "kinds": kinds, "currency": CURRENCY, "refusal": refusal, "said": request.POST}
    return render(request, "desk/approvals/grant.html", context, status=422 if refusal else 200)


def money(one: Goodwill) -> str:
    """An amount as people of the page's language write it."""
    return Money(one.amount_minor, one.currency).format(get_language() or "")


def _amount(text: str) -> Money:
    try:
        return Money.of(text.strip().replace("，", "").replace(",", ""), CURRENCY)
    except BadAmount as error:
        raise AmountUnsound from error
