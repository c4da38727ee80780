"""People: who may sign in, with which roles, where."""

import secrets
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.commands import EmailTaken, NewUser, create_user
from zhoudao.ground.accounts.managing import LastAdministrator, Scope, set_access
from zhoudao.ground.accounts.models import Store, Team, User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now

ROLE_WORDS = {
    "administrator": gettext_lazy("Administrator"),
    "process_manager": gettext_lazy("Process manager"),
    "team_lead": gettext_lazy("Team lead"),
    "agent": gettext_lazy("Agent"),
    "order_clerk": gettext_lazy("Order clerk"),
    "warehouse_worker": gettext_lazy("Warehouse worker"),
    "after_sales_clerk": gettext_lazy("After-sales clerk"),
    "engineer": gettext_lazy("Engineer"),
    "store_staff": gettext_lazy("Store staff"),
    "adviser": gettext_lazy("Adviser"),
    "analyst": gettext_lazy("Analyst"),
}


class AccessForm(forms.Form):
    """Roles, where they hold, and whether the person may sign in."""

    roles = forms.MultipleChoiceField(choices=list(ROLE_WORDS.items()), widget=forms.CheckboxSelectMultiple)
    store = forms.ModelChoiceField(Store.objects.order_by("code"), required=False)
    teams = forms.ModelMultipleChoiceField(Team.objects.order_by("code"), required=False)
    is_active = forms.BooleanField(required=False)

    def scope(self) -> Scope:
        """Where."""
        store, teams = self.cleaned_data["store"], self.cleaned_data["teams"]
        return Scope(store.id if store else None, tuple(team.id for team in teams))


class InviteForm(AccessForm):
    """A new person."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


@require_GET
@permit("team:read")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with their roles and where they hold."""
    rows = [
        _row(user)
        for user in User.objects.prefetch_related("grants__store", "grants__team").order_by("-is_active", "name")
    ]
    return settings_page(request, "people.html", {"rows": rows}, here="settings_people")


@require_http_methods(["GET", "POST"])
@permit("team:write")
def invite(request: HttpRequest) -> HttpResponse:
    """A new person: their first password is shown once and must be changed."""
    form = InviteForm(request.POST or None, initial={"roles": ["agent"], "is_active": True})
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(10)
        new = NewUser(form.cleaned_data["email"], form.cleaned_data["name"], must_change_password=True)
        try:
            user = create_user(new, password=password, roles=[])
        except EmailTaken as refusal:
            form.add_error("email", said(refusal))
        else:
            _set(request, user.id, form)
            context = {"form": None, "user_made": user, "password": password}
            return settings_page(request, "person.html", context, here="settings_people")
    return settings_page(request, "person.html", _context(form), here="settings_people", status=_status(form))


@require_http_methods(["GET", "POST"])
@permit("team:write")
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person's roles."""
    user = User.objects.prefetch_related("grants").filter(id=user_id).first()
    if user is None:
        raise Http404
    form = AccessForm(request.POST or None, initial=_initial(user))
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, user.id, form)
        except LastAdministrator as refusal:
            form.add_error("roles", said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_people")
    context = _context(form) | {"person": user}
    return settings_page(request, "person.html", context, here="settings_people", status=_status(form))


def _set(request: HttpRequest, user_id: UUID, form: AccessForm) -> None:
    roles, is_active = form.cleaned_data["roles"], form.cleaned_data["is_active"]
    by = By(viewer_of(request).actor)
    set_access(user_id=user_id, roles=roles, scope=form.scope(), is_active=is_active, by=by, at=now())


def _row(user: User) -> dict[str, Any]:
    grants = list(user.grants.all())
    places = {str(grant.team or grant.store) for grant in grants if grant.team or grant.store}
    return {
        "person": user,
        "roles": sorted({str(ROLE_WORDS.get(grant.role, grant.role)) for grant in grants}),
        "places": sorted(places) or ([_("Everywhere")] if grants else []),
    }


def _initial(user: User) -> dict[str, Any]:
    grants = list(user.grants.all())
    return {
        "roles": sorted({grant.role for grant in grants}),
        "store": next((grant.store_id for grant in grants if grant.store_id), None),
        "teams": [grant.team_id for grant in grants if grant.team_id],
        "is_active": user.is_active,
    }


def _context(form: AccessForm) -> dict[str, Any]:
    return {"form": form, "known_roles": sorted(ROLES)}


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
