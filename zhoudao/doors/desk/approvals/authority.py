"""The authority matrix with what was spent under it, and what customers said afterwards."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.teamwork.authority import CURRENCY, month_of, set_limit
from zhoudao.rooms.teamwork.models import AuthorityLimit, GoodwillKind
from zhoudao.rooms.teamwork.refusals import LimitUnsound, TeamworkRefusal
from zhoudao.rooms.teamwork.spending import Spent, spent_in
from zhoudao.rooms.voice.queries import scores_of

_WRITE = "authority:write"


@require_http_methods(["GET", "POST"])
@permit("team:read")
def authority(request: HttpRequest) -> HttpResponseBase:
    """GET shows limits and use; POST keeps one limit."""
    viewer = viewer_of(request)
    if request.method == "GET":
        return _page(request)
    if not viewer.may(_WRITE):
        raise PermissionDenied
    try:
        _save(request, By(viewer.actor))
    except TeamworkRefusal as refusal:
        return _page(request, said(refusal))
    messages.success(request, _("Saved. It holds for what is granted from now on."))
    return redirect("authority")


def _save(request: HttpRequest, by: By) -> None:
    given = request.POST
    set_limit(
        role=given.get("role", ""),
        kind=given.get("kind", ""),
        tier=given.get("tier", ""),
        per_case=_money(given.get("per_case", "")),
        per_month=_money(given.get("per_month", "")),
        at=now(),
        by=by,
    )


def _page(request: HttpRequest, refusal: str = "") -> HttpResponse:
    viewer, month = viewer_of(request), _month(request.GET.get("month", ""))
    spent = spent_in(viewer, month)
    scores = scores_of([case_id for one in spent for case_id in one.cases])
    limits = AuthorityLimit.objects.order_by("role", "kind", "tier")
    typed = request.POST if refusal else QueryDict()
    lines = {(row.role, row.kind, row.tier) for row in limits}
    context: dict[str, Any] = {
        "limits": [(row, *_amounts(row, typed)) for row in limits],
        "typed": typed if (typed.get("role"), typed.get("kind"), typed.get("tier")) not in lines else {},
        "spent": [_shown(one, scores) for one in spent],
        "month": month,
        "kinds": GoodwillKind.choices,
        "tiers": Tier.choices,
        "roles": [role for role in ROLES if role != "api"],
        "currency": CURRENCY,
        "may_edit": viewer.may(_WRITE),
        "refusal": refusal,
    }
    return render(request, "desk/approvals/authority.html", context, status=422 if refusal else 200)


def _shown(one: Spent, scores: dict[Any, int]) -> dict[str, Any]:
    """One line: with the mean of what its cases' customers said, and how many said anything."""
    heard = [scores[case_id] for case_id in one.cases if case_id in scores]
    return {
        "one": one,
        "kind": GoodwillKind(one.kind).label,
        "spent": one.spent.format(get_language() or ""),
        "limit": one.limit.format(get_language() or "") if one.limit else "",
        "rating": f"{sum(heard) / len(heard):.1f}" if heard else "",
        "heard": len(heard),
    }


def _amounts(row: AuthorityLimit, typed: QueryDict) -> tuple[str, str]:
    """In one case and one month: what is kept, or what was typed and refused."""
    if (typed.get("role"), typed.get("kind"), typed.get("tier")) == (row.role, row.kind, row.tier):
        return typed.get("per_case", ""), typed.get("per_month", "")
    return _plain(row.per_case_minor, row), _plain(row.per_month_minor, row)


def _plain(minor: int, row: AuthorityLimit) -> str:
    return f"{Money(minor, row.currency).amount:f}"


def _money(text: str) -> Money:
    try:
        return Money.of(text.strip().replace(",", ""), CURRENCY)
    except BadAmount as error:
        raise LimitUnsound from error


def _month(text: str) -> date:
    if not text:
        return month_of(now())
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadRequest("month") from error
