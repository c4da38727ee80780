"""The column of saved views, and the sheet that puts one together."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.inbox.views import VIEWS, address_of
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import Kind, Status, Tier
from zhoudao.rooms.cases.queries.desk import counts_of
from zhoudao.rooms.cases.queries.listing import CAP
from zhoudao.rooms.teamwork.models import SavedView, Scope
from zhoudao.rooms.teamwork.queries import is_everywhere
from zhoudao.rooms.teamwork.refusals import TeamworkRefusal, ViewNotFound
from zhoudao.rooms.teamwork.saved_views import (
    SHARE,
    NewView,
    filter_of,
    may_edit,
    remove_view,
    save_view,
    saved_view,
    saved_views,
)

_ANY = ("", gettext_lazy("any"))
_BASES = [
    ("open", gettext_lazy("All that are not resolved")),
    *((code, words) for code, (words, _icon) in VIEWS.items()),
]


class ViewForm(forms.Form):
    """Conditions, a name, readers and a place among the others."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    view = forms.ChoiceField(label=gettext_lazy("Cases"), choices=_BASES)
    in_team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), required=False)
    in_store = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("Store"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[_ANY, *Kind.choices], required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[_ANY, *Tier.choices], required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[_ANY, *Status.choices], required=False)
    place = forms.IntegerField(label=gettext_lazy("Place in the column"), min_value=0, max_value=999, initial=100)
    scope = forms.ChoiceField(choices=Scope.choices)
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label=gettext_lazy("Choose …"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams, stores = Team.objects.order_by("code"), Store.objects.order_by("code")
        own = teams if is_everywhere(viewer) else teams.filter(id__in=viewer.teams or ())
        for name, rows in (("in_team", own), ("team", own), ("in_store", stores)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
            field.empty_label = _("any") if name != "team" else _("Choose …")
        allowed = [Scope.OWN, *([Scope.TEAM] if viewer.may(SHARE) else [])]
        allowed += [Scope.EVERYBODY] if is_everywhere(viewer.within(SHARE)) else []
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)
        scope.choices = [choice for choice in Scope.choices if choice[0] in allowed]

    def conditions(self) -> dict[str, str]:
        """What is asked for, as it is kept."""
        said = self.cleaned_data
        found = {name: said.get(name) or "" for name in ("view", "kind", "tier", "status")}
        places = {"team": said.get("in_team"), "store": said.get("in_store")}
        return found | {name: str(row.pk) if row else "" for name, row in places.items()}

    def wanted(self) -> NewView:
        """The view."""
        said = self.cleaned_data
        team = said["team"]
        return NewView(said["title"], self.conditions(), said["scope"], team.pk if team else None, said["place"])


@require_GET
@permit("cases:read")
def column(request: HttpRequest) -> HttpResponse:
    """Asked for after the list has come: two statements that no list waits for."""
    return _column(request)


@require_http_methods(["GET", "POST"])
@permit("cases:read")
def new(request: HttpRequest) -> HttpResponse:
    """A new view, one's own until shared."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@permit("cases:read")
def edit(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """One of them, to be changed."""
    view = saved_view(viewer_of(request), view_id)
    if view is None:
        raise Http404
    return _edit(request, view)


@require_POST
@permit("cases:read")
def count(request: HttpRequest) -> HttpResponse:
    """How many cases the conditions find now."""
    viewer = viewer_of(request)
    form = ViewForm(request.POST, viewer=viewer)
    form.is_valid()
    view = SavedView(conditions={name: value for name, value in form.conditions().items() if value})
    (found,) = counts_of(viewer, [filter_of(view)], at=now())
    return render(request, "desk/saved/_count.html", {"count": found, "shown": _shown(found)})


@require_POST
@permit("cases:read")
def remove(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Away with the view; its cases stay."""
    try:
        remove_view(view_id=view_id, viewer=viewer_of(request), at=now())
    except ViewNotFound:
        raise Http404 from None
    except TeamworkRefusal as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return toast(_column(request), _("The view is gone."), closes=True)


def _column(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    views = saved_views(viewer)
    filters = [filter_of(view) for view in views]
    found = counts_of(viewer, filters, at=now())
    rows = [
        {"view": view, "address": address_of(asked), "count": _shown(count), "may": may_edit(viewer, view), "key": key}
        for key, (view, asked, count) in enumerate(zip(views, filters, found, strict=True), start=1)
    ]
    return render(request, "desk/saved/_column.html", {"rows": rows})


def _edit(request: HttpRequest, view: SavedView | None) -> HttpResponse:
    viewer = viewer_of(request)
    form = ViewForm(request.POST or None, initial=_initial(request, view), viewer=viewer)
    if request.method == "POST" and form.is_valid():
        try:
            save_view(form.wanted(), viewer=viewer, at=now(), view_id=view.id if view else None)
        except TeamworkRefusal as refusal:
            form.add_error(None, said(refusal))
        else:
            return toast(_column(request), _("Saved."), closes=True)
    context = {"form": form, "view": view, "may": view is None or may_edit(viewer, view)}
    response = render(request, "desk/saved/view.html", context, status=422 if form.errors else 200)
    if form.errors:
        response["HX-Retarget"] = "#sheet-in"
    return response


def _initial(request: HttpRequest, view: SavedView | None) -> dict[str, Any]:
    if view is None:
        return {"scope": Scope.OWN, "view": "open", "place": 100}
    said = view.conditions
    places = {"in_team": said.get("team"), "in_store": said.get("store")}
    return {**said, **places, "title": view.title, "scope": view.scope, "team": view.team_id, "place": view.place}


def _shown(count: int) -> str:
    return f"{CAP:,}+" if count >= CAP else str(count) if count else ""
