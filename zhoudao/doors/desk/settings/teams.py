"""Teams: who shares a queue, and by which hours."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.naming import NamedForm, form_page
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases import calendars
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.staff.places import TeamTerms, change_team, open_team

_HERE = "settings_teams"
_SHOWN = 25


class TeamForm(NamedForm):
    """One team."""

    fixed = ("code", "store")
    calendar = forms.ChoiceField(label=gettext_lazy("Working hours"))
    store = forms.ChoiceField(label=gettext_lazy("Store"), required=False)

    def __init__(self, data: Any, *, is_new: bool, initial: dict[str, Any], language: str) -> None:
        super().__init__(data, is_new=is_new, initial=initial)
        hours = [(str(row.id), pick(row.names, language)) for row in Calendar.objects.order_by("code")]
        self._offer("calendar", hours)
        if is_new:
            stores = [(str(row.id), str(row)) for row in Store.objects.filter(closed_at=None).order_by("code")]
            self._offer("store", [("", _("The whole company")), *stores])

    def terms(self) -> TeamTerms:
        """What it becomes."""
        return TeamTerms(self.names(), uuid_in(self.cleaned_data["calendar"]))

    def store_id(self) -> UUID | None:
        """Whose it is."""
        return uuid_in(self.cleaned_data["store"])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@require_GET
@permit("settings:read")
def teams(request: HttpRequest) -> HttpResponse:
    """All teams, by code, with their hours and how many work in them."""
    found = Team.objects.filter(code__gt=request.GET.get("cursor", "")[:40]).annotate(people=Count("members"))
    rows = list(found.select_related("store", "settings__calendar").order_by("code")[: _SHOWN + 1])
    context = {"rows": rows[:_SHOWN], "next": rows[_SHOWN - 1].code if len(rows) > _SHOWN else ""}
    return settings_page(request, "teams.html", context, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest) -> HttpResponse:
    """A new team."""
    form = _form(request, is_new=True, initial={})
    if request.method == "POST" and form.is_valid():
        code, by = form.cleaned_data["code"], By(viewer_of(request).actor)
        try:
            open_team(code=code, terms=form.terms(), store_id=form.store_id(), by=by, at=now())
        except PlaceRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Say in the routing table which cases it gets, and who works in it."))
            return redirect(_HERE)
    return form_page(request, "team.html", form, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def edit(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: what it is called, and its hours."""
    team = Team.objects.select_related("settings", "store").filter(id=team_id).first()
    if team is None:
        raise Http404
    kept = getattr(team, "settings", None)
    form = _form(
        request, is_new=False, initial={"names": team.names, "calendar": str(kept.calendar_id) if kept else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_team(team_id=team.id, terms=form.terms(), by=By(viewer_of(request).actor), at=now())
        except PlaceRefused as refusal:
            form.refuse(refusal)
        else:
            calendars.forget()
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    return form_page(request, "team.html", form, here=_HERE, team=team)


def _form(request: HttpRequest, *, is_new: bool, initial: dict[str, Any]) -> TeamForm:
    return TeamForm(request.POST or None, is_new=is_new, initial=initial, language=viewer_of(request).language)
