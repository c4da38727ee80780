"""The network's settings: service points, and what engineers can do."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.naming import NamedForm, form_page
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.rooms.fieldwork.commands.network import (
    EngineerTerms,
    PointTerms,
    change_point,
    close_point,
    open_point,
    retire_engineer,
    save_engineer,
)
from zhoudao.rooms.fieldwork.models import Engineer, Kind, ServicePoint
from zhoudao.rooms.fieldwork.places import Place
from zhoudao.rooms.fieldwork.queries.board import engineers_listed, points_listed
from zhoudao.rooms.fieldwork.refusals import VisitRefused
from zhoudao.rooms.staff.models import Calendar, Member

_HERE = "settings_network"
_POINT = ("kind", "province", "city", "street", "latitude", "longitude", "phone", "store", "calendar")


class PointForm(NamedForm):
    """One service point."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    province = forms.CharField(label=gettext_lazy("Province"), max_length=60, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=60, required=False)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=120, required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone there"), max_length=20, required=False)
    store = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("Store"), required=False)
    calendar = forms.ModelChoiceField(Calendar.objects.none(), label=gettext_lazy("Working hours"))

    def __init__(self, data: Any, *, is_new: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, is_new=is_new, initial=initial)
        self.fields["store"].queryset = Store.objects.filter(closed_at=None).order_by("code")  # type: ignore[attr-defined]  # a ModelChoiceField's
        self.fields["calendar"].queryset = Calendar.objects.order_by("code")  # type: ignore[attr-defined]  # as above
        self.fields["calendar"].label_from_instance = _named  # type: ignore[attr-defined]  # as above

    def terms(self) -> PointTerms:
        """What it becomes."""
        said_ = self.cleaned_data
        return PointTerms(
            names=self.names(),
            place=Place(*(said_[name] for name in ("province", "city", "latitude", "longitude"))),
            calendar_id=said_["calendar"].id,
            kind=said_["kind"],
            street=said_["street"],
            phone=said_["phone"],
            store_id=said_["store"].id if said_["store"] else None,
        )


class EngineerForm(forms.Form):
    """What one engineer can do, and where. Lists are words with commas; papers are `code` or `code 2027-06-30`."""

    person = forms.ModelChoiceField(Member.objects.none(), label=gettext_lazy("Colleague"))
    point = forms.ModelChoiceField(ServicePoint.objects.none(), label=gettext_lazy("Service point"))
    skills = forms.CharField(label=gettext_lazy("Skills"), max_length=600)
    brands = forms.CharField(label=gettext_lazy("Brands"), max_length=600, required=False)
    certified = forms.CharField(label=gettext_lazy("Certifications"), max_length=600, required=False)
    radius_km = forms.IntegerField(label=gettext_lazy("Works up to (km)"), min_value=1, max_value=2000, initial=50)
    visits_a_day = forms.IntegerField(label=gettext_lazy("Visits a day"), min_value=1, max_value=20, initial=6)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180, required=False)

    def __init__(self, data: Any, *, is_new: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        people = Member.objects.filter(user__is_active=True, engineer=None).select_related("user")
        self.fields["person"].queryset = people.order_by("user__name", "user_id")  # type: ignore[attr-defined]  # a ModelChoiceField's
        self.fields["person"].label_from_instance = lambda member: member.user.name  # type: ignore[attr-defined]  # as above
        open_ = ServicePoint.objects.filter(closed_at=None)
        self.fields["point"].queryset = open_.order_by("code")  # type: ignore[attr-defined]  # as above
        self.fields["point"].label_from_instance = _named  # type: ignore[attr-defined]  # as above
        if not is_new:
            del self.fields["person"]

    def clean_certified(self) -> dict[str, date | None]:
        """Codes with the last day each is valid."""
        found: dict[str, date | None] = {}
        for part in _parts(self.cleaned_data["certified"]):
            code, _space, day = part.partition(" ")
            try:
                found[code] = date.fromisoformat(day.strip()) if day.strip() else None
            except ValueError as error:
                raise forms.ValidationError(_("A day is written as 2027-06-30.")) from error
        return found

    def terms(self) -> EngineerTerms:
        """What they can do from now on."""
        said_ = self.cleaned_data
        return EngineerTerms(
            point_id=said_["point"].id,
            skills=_parts(said_["skills"]),
            brands=_parts(said_["brands"]),
            certified=said_["certified"],
            **{name: said_[name] for name in ("radius_km", "visits_a_day", "latitude", "longitude")},
        )


@require_GET
@permit("settings:read")
def points(request: HttpRequest) -> HttpResponse:
    """All service points and engineers."""
    context = {"points": points_listed(), "engineers": engineers_listed(), "today": clock.now().date()}
    return settings_page(request, "desk/visits/points.html", context, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def point(request: HttpRequest, point: str = "") -> HttpResponse:
    """A new service point, or one as it is; closed when nobody works from it."""
    found = ServicePoint.objects.filter(code=point).first() if point else None
    if point and found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in ("names", *_POINT)} if found else {}
    form = PointForm(request.POST or None, is_new=found is None, initial=initial)
    by, at = By(viewer_of(request).actor), clock.now()
    is_closing = found is not None and request.POST.get("do") == "close"
    if request.method == "POST" and (is_closing or form.is_valid()):
        try:
            if found is not None and is_closing:
                close_point(point_id=found.id, by=by, at=at)
            elif found is not None:
                change_point(point_id=found.id, terms=form.terms(), by=by, at=at)
            else:
                open_point(code=form.cleaned_data["code"], terms=form.terms(), by=by, at=at)
        except PlaceRefused as refusal:
            form.refuse(refusal)
        except VisitRefused as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    return form_page(request, "desk/visits/point.html", form, here=_HERE, point=found)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def engineer(request: HttpRequest, engineer_id: UUID | None = None) -> HttpResponse:
    """A colleague who begins to visit customers, or one as they are."""
    rows = Engineer.objects.select_related("member__user", "point").prefetch_related("certifications")
    found = rows.filter(member_id=engineer_id).first() if engineer_id else None
    if engineer_id and found is None:
        raise Http404
    form = EngineerForm(request.POST or None, is_new=found is None, initial=_as_it_is(found) if found else {})
    by, at = By(viewer_of(request).actor), clock.now()
    is_leaving = found is not None and request.POST.get("do") == "retire"
    if request.method == "POST" and (is_leaving or form.is_valid()):
        try:
            if found is not None and is_leaving:
                retire_engineer(user_id=found.member_id, by=by, at=at)
            else:
                user_id = found.member_id if found else form.cleaned_data["person"].pk
                save_engineer(user_id=user_id, terms=form.terms(), by=by, at=at)
        except VisitRefused as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    status = 422 if form.errors else 200
    context = {"form": form, "engineer": found}
    return settings_page(request, "desk/visits/engineer.html", context, here=_HERE, status=status)


def _as_it_is(found: Engineer) -> dict[str, Any]:
    papers = (f"{one.code} {one.expires_date or ''}".strip() for one in found.certifications.all())
    lists = {"skills": ", ".join(found.skills), "brands": ", ".join(found.brands), "certified": ", ".join(papers)}
    same = ("point", "radius_km", "visits_a_day", "latitude", "longitude")
    return lists | {name: getattr(found, name) for name in same}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]


def _named(row: Calendar | ServicePoint) -> str:
    return pick(row.names, get_language())
