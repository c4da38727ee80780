"""People: who may sign in, with which roles, where."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.settings.access import ROLE_WORDS, AccessForm, InviteForm, Rows, where
from zhoudao.doors.desk.settings.on_call_hint import uncovered
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts import managing
from zhoudao.ground.accounts.commands import EmailTaken, NewUser
from zhoudao.ground.accounts.grants import Held
from zhoudao.ground.accounts.managing import (
    BeyondOwnRights,
    LastAdministrator,
    PersonUnknown,
    may_change,
    renew_password,
    set_access,
)
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now

_HERE = "settings_people"


@require_GET
@permit("team:read")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with their roles and where they hold."""
    viewer = viewer_of(request)
    rows = User.objects.prefetch_related("grants__store", "grants__team").order_by("-is_active", "name", "id")
    context = {"rows": [_row(user, viewer) for user in rows], "uncovered": uncovered(at=now())}
    return settings_page(request, "people.html", context, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("team:write")
def invite(request: HttpRequest) -> HttpResponse:
    """A new person: their first password is shown once and must be changed."""
    viewer, told = viewer_of(request), request.POST or None
    form, rows = InviteForm(told), Rows(viewer, told, [Held("agent")])
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        password = secrets.token_urlsafe(10)
        new = NewUser(form.cleaned_data["email"], form.cleaned_data["name"], must_change_password=True)
        try:
            user = managing.invite(new=new, password=password, grants=rows.grants(), viewer=viewer, at=now())
        except EmailTaken as refusal:
            form.add_error("email", said(refusal))
        except BeyondOwnRights as refusal:
            form.add_error(None, said(refusal))
        else:
            made = {"form": None, "user_made": user, "password": password}
            return settings_page(request, "person.html", made, here=_HERE)
    return _shown(request, form, rows, {})


@require_http_methods(["GET", "POST"])
@permit("team:write")
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person's roles; of somebody who may do more than the viewer, only what they are."""
    viewer, told = viewer_of(request), request.POST or None
    user = User.objects.prefetch_related("grants__store", "grants__team").filter(id=user_id).first()
    if user is None:
        raise Http404
    form = AccessForm(told, initial={"is_active": user.is_active})
    rows = Rows(viewer, told, _held(user))
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        is_active = form.cleaned_data["is_active"]
        try:
            set_access(user_id=user.id, grants=rows.grants(), is_active=is_active, viewer=viewer, at=now())
        except (LastAdministrator, BeyondOwnRights) as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    return _shown(request, form, rows, {"person": user} | _row(user, viewer))


@require_POST
@permit("team:write")
def password(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new password for who forgot theirs: shown once, to be changed at the next sign-in."""
    try:
        given = renew_password(user_id=user_id, viewer=viewer_of(request), at=now())
    except PersonUnknown:
        raise Http404 from None
    except BeyondOwnRights as refusal:
        messages.error(request, said(refusal))
        return redirect("settings_person", user_id)
    made = {"form": None, "user_made": User.objects.get(id=user_id), "password": given}
    return settings_page(request, "person.html", made, here=_HERE)


def _shown(request: HttpRequest, form: AccessForm, rows: Rows, more: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors or rows.error else 200
    return settings_page(request, "person.html", {"form": form, "rows": rows} | more, here=_HERE, status=status)


def _held(user: User) -> list[Held]:
    held = [Held(grant.role, grant.store_id, grant.team_id) for grant in user.grants.all()]
    return sorted(held, key=lambda one: (one.role, str(one.store_id), str(one.team_id)))


def _row(user: User, viewer: Viewer) -> dict[str, Any]:
    grants = sorted(user.grants.all(), key=lambda grant: (grant.role, str(grant.store), str(grant.team)))
    held = [(ROLE_WORDS.get(grant.role, grant.role), where(grant.store, grant.team)) for grant in grants]
    return {"person": user, "held": held, "may_change": may_change(viewer, user)}
