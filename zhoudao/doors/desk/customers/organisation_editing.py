"""Writing down an organisation: its name, adviser, tier, own promises and mail domains."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.customers.organisations import organisation_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases import promise_rules
from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.cases.promise_rules import KIND_LABELS
from zhoudao.rooms.customers.commands.organisations import OrganisationRefusal, OrganisationSaid, save_organisation
from zhoudao.rooms.customers.models import Organisation


@require_http_methods(["GET", "POST"])
@permit("organisations:write")
def new(request: HttpRequest) -> HttpResponseBase:
    """GET asks, POST makes one."""
    return _saved(request, None) if request.method == "POST" else _form(request, None, {})


@require_http_methods(["GET", "POST"])
@permit("organisations:write")
def edit(request: HttpRequest, organisation_id: UUID) -> HttpResponseBase:
    """GET asks, POST writes down."""
    one = organisation_or_404(request, organisation_id).one
    return _saved(request, one) if request.method == "POST" else _form(request, one, _as_posted(one))


def _saved(request: HttpRequest, one: Organisation | None) -> HttpResponseBase:
    by = By(viewer_of(request).actor)
    try:
        saved = save_organisation(organisation_id=one.id if one else None, said=_said(request), at=now(), by=by)
    except OrganisationRefusal as refusal:
        return _form(request, one, request.POST.dict(), said(refusal))
    promise_rules.forget()
    messages.success(request, _("Saved. It holds for cases opened from now on."))
    return redirect("organisation", saved.id)


def _said(request: HttpRequest) -> OrganisationSaid:
    given = request.POST
    promises = {
        kind: (_minutes(given.get(f"minutes-{kind}", "")), given.get(f"basis-{kind}", ""))
        for kind in KIND_LABELS
        if given.get(f"minutes-{kind}", "").strip()
    }
    return OrganisationSaid(
        name=given.get("name", ""),
        adviser_id=_id(given.get("adviser", "")),
        tier=given.get("tier", ""),
        promises=promises,
        domains=given.get("domains", "").replace("，", " ").replace(",", " ").split(),
    )


def _form(request: HttpRequest, one: Organisation | None, given: dict[str, Any], refusal: str = "") -> HttpResponse:
    context = {
        "one": one,
        "given": given,
        "refusal": refusal,
        "tiers": Tier.choices,
        "advisers": User.objects.filter(is_active=True).order_by("name"),
        "kinds": [
            (kind, words, given.get(f"minutes-{kind}", ""), given.get(f"basis-{kind}", "business"))
            for kind, words in KIND_LABELS.items()
        ],
    }
    return render(request, "desk/customers/organisation_edit.html", context, status=422 if refusal else 200)


def _as_posted(one: Organisation) -> dict[str, Any]:
    given: dict[str, Any] = {"name": one.name, "adviser": str(one.adviser_id or ""), "tier": one.tier}
    given["domains"] = " ".join(one.domains)
    for kind, (minutes, basis) in one.promises.items():
        given[f"minutes-{kind}"], given[f"basis-{kind}"] = minutes, basis
    return given


def _minutes(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)  # nobody's: refused by name
