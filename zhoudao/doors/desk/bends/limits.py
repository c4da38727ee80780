"""How far each role may bend a case: a table to edit."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.conduct.flows.bends import set_limit
from zhoudao.conduct.flows.models import BendKind, BendLimit
from zhoudao.conduct.flows.refusals import BendLimitUnsound
from zhoudao.doors.desk.bends.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now


@require_http_methods(["GET", "POST"])
@permit("team:read")
def limits(request: HttpRequest) -> HttpResponseBase:
    """GET shows the table; POST keeps one role's line."""
    viewer = viewer_of(request)
    if request.method == "GET":
        return _page(request)
    if not viewer.covers("flows:write"):  # limits are the whole company's
        raise PermissionDenied
    try:
        _save(request, By(viewer.actor))
    except BendLimitUnsound as refusal:
        return _page(request, said(refusal))
    messages.success(request, _("Saved. It holds for what is bent from now on."))
    return redirect("bend_limits")


@transaction.atomic
def _save(request: HttpRequest, by: By) -> None:
    given = request.POST
    for kind in BendKind.values:
        times, days = _whole(given.get(kind, "")), _whole(given.get("days", "0"))
        set_limit(role=given.get("role", ""), kind=kind, per_case=times, most_days=days, at=now(), by=by)


def _page(request: HttpRequest, refusal: str = "") -> HttpResponse:
    known = {(row.role, row.kind): row for row in BendLimit.objects.all()}
    roles = [role for role, rights in ROLES.items() if "flows:bend" in rights or role == "api"]
    kept: dict[str, dict[str, object]] = {role: dict.fromkeys((*BendKind.values, "days"), 0) for role in roles}
    for row in known.values():
        if row.role in kept:
            kept[row.role][row.kind] = row.per_case
            kept[row.role] |= {"days": row.most_days} if row.kind == BendKind.MOVE else {}
    if refusal:  # as it was typed
        given = request.POST
        kept.get(given.get("role", ""), {}).update({name: given.get(name, "") for name in (*BendKind.values, "days")})
    context = {
        "lines": [
            (role, [(kind, words, kept[role][kind]) for kind, words in BendKind.choices], kept[role]["days"])
            for role in roles
        ],
        "kinds": BendKind.choices,
        "may_edit": viewer_of(request).covers("flows:write"),
        "refusal": refusal,
    }
    return render(request, "desk/bends/limits.html", context, status=422 if refusal else 200)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1
