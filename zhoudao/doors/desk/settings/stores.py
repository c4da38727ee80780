"""Stores: the shops, the web shop, head office."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.naming import NamedForm, form_page
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused, StoreTerms, change_store, found_store
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock

_HERE = "settings_stores"
_SHOWN = 25
_TERMS = ("kind", "city", "street", "phone")
KIND_WORDS = {
    "shop": pgettext_lazy("store", "Shop"),
    "web": pgettext_lazy("store", "Web shop"),
    "head_office": pgettext_lazy("store", "Head office"),
}


class StoreForm(NamedForm):
    """One store."""

    fixed = ("code", "zone")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(KIND_WORDS.items()))
    city = forms.CharField(label=gettext_lazy("City"), max_length=60, required=False)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone there"), max_length=30, required=False)
    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, required=False)

    def terms(self) -> StoreTerms:
        """What it becomes."""
        given = {name: self.cleaned_data[name] for name in _TERMS}
        return StoreTerms(self.names(), **given)


@require_GET
@permit("settings:read")
def stores(request: HttpRequest) -> HttpResponse:
    """All stores, by code."""
    rows = list(Store.objects.filter(code__gt=request.GET.get("cursor", "")[:40]).order_by("code")[: _SHOWN + 1])
    context = {
        "rows": [(row, KIND_WORDS.get(row.kind, row.kind)) for row in rows[:_SHOWN]],
        "next": rows[_SHOWN - 1].code if len(rows) > _SHOWN else "",
    }
    return settings_page(request, "stores.html", context, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest) -> HttpResponse:
    """A new store."""
    form = StoreForm(request.POST or None, is_new=True, initial={"zone": clock.zone().key})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, By(viewer_of(request).actor)
        try:
            found_store(code=given["code"], zone=given["zone"], terms=form.terms(), by=by, at=clock.now())
        except PlaceRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Its people get their roles under People."))
            return redirect(_HERE)
    return form_page(request, "store.html", form, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def edit(request: HttpRequest, store_id: UUID) -> HttpResponse:
    """One store: what it is called, what and where it is."""
    store = Store.objects.filter(id=store_id).first()
    if store is None:
        raise Http404
    initial = {"names": store.names} | {name: getattr(store, name) for name in _TERMS}
    form = StoreForm(request.POST or None, is_new=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_store(store_id=store.id, terms=form.terms(), by=By(viewer_of(request).actor), at=clock.now())
        except PlaceRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    return form_page(request, "store.html", form, here=_HERE, store=store)
