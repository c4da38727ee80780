"""The places where goods lie: opened, described, closed."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.naming import NamedForm, form_page
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.stock.commands.warehouses import (
    Terms,
    change_warehouse,
    close_warehouse,
    open_warehouse,
    reopen_warehouse,
)
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.refusals import StockRefused

_HERE, _MOST, _DEAREST = "settings_warehouses", 500, 10_000_000
_PRICES = ("parcel_minor", "way_minor")
_TERMS = ("province", "city", "street", "phone", "latitude", "longitude", "daily_capacity", "priority", *_PRICES)


class AmountField(forms.CharField):
    """An amount of the house's currency, as `12.50`; its value is minor units, nothing written is nothing."""

    def clean(self, value: Any) -> int:
        try:
            minor = Money.of(str(value or "0").strip(), clock.currency()).minor
        except BadAmount as error:
            raise forms.ValidationError(_("This is no amount, such as 1299.00.")) from error
        if not 0 <= minor <= _DEAREST:
            raise forms.ValidationError(_("This is more than anything costs."))
        return minor

    def prepare_value(self, value: Any) -> Any:
        return f"{Money(value, clock.currency()).amount:f}" if isinstance(value, int) else value


class WarehouseForm(NamedForm):
    """One place. A store's stock is one of its own."""

    fixed = ("code", "store")
    store = forms.ModelChoiceField(
        Store.objects.none(), label=gettext_lazy("Store"), required=False, empty_label=gettext_lazy("None: a warehouse")
    )
    province = forms.CharField(label=gettext_lazy("Province"), max_length=60, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=60, required=False)
    street = forms.CharField(label=gettext_lazy("Street and number"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone there"), max_length=30, required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180, required=False)
    daily_capacity = forms.IntegerField(
        label=gettext_lazy("Parcels a day"), min_value=1, max_value=1_000_000, required=False
    )
    priority = forms.IntegerField(label=gettext_lazy("Priority"), min_value=0, max_value=999, initial=100)
    parcel_minor = AmountField(label=gettext_lazy("A parcel costs"), required=False)
    way_minor = AmountField(label=gettext_lazy("and every 100 km"), required=False)

    def __init__(self, data: Any, *, is_new: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, is_new=is_new, initial=initial)
        if is_new:
            taken = Warehouse.objects.exclude(store=None).values("store")
            self.fields["store"].queryset = Store.objects.filter(closed_at=None).exclude(id__in=taken)  # type: ignore[attr-defined]  # a ModelChoiceField's

    def terms(self) -> Terms:
        """What it becomes."""
        return Terms(self.names(), **{name: self.cleaned_data[name] for name in _TERMS})


@require_GET
@permit("settings:read")
def warehouses(request: HttpRequest) -> HttpResponse:
    """All places, those that are chosen first on top."""
    rows = Warehouse.objects.select_related("store").order_by("closed_at", "priority", "code")[:_MOST]
    return settings_page(request, "desk/stock/warehouses.html", {"rows": rows}, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def warehouse(request: HttpRequest, warehouse_id: UUID | None = None) -> HttpResponse:
    """A new place, or one as it is; closed when nothing lies there any more."""
    found = Warehouse.objects.filter(id=warehouse_id).first() if warehouse_id else None
    if warehouse_id and found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in ("names", *_TERMS)} if found else {}
    form = WarehouseForm(request.POST or None, is_new=found is None, initial=initial)
    by = By(viewer_of(request).actor)
    if request.method == "POST" and found is not None and request.POST.get("do") in ("close", "reopen"):
        return _closed(request, found, by)
    if request.method == "POST" and form.is_valid():
        try:
            _save(form, found, by)
        except PlaceRefused as refusal:
            form.refuse(refusal)
        except StockRefused as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(_HERE)
    return form_page(request, "desk/stock/warehouse.html", form, here=_HERE, place=found, currency=clock.currency())


def _save(form: WarehouseForm, found: Warehouse | None, by: By) -> None:
    if found is not None:
        change_warehouse(warehouse_id=found.id, terms=form.terms(), by=by, at=clock.now())
        return
    store = form.cleaned_data["store"]
    code = form.cleaned_data["code"] or (store.code if store else "")
    open_warehouse(code=code, terms=form.terms(), store_id=store.id if store else None, by=by, at=clock.now())


def _closed(request: HttpRequest, found: Warehouse, by: By) -> HttpResponse:
    work = close_warehouse if request.POST["do"] == "close" else reopen_warehouse
    try:
        work(warehouse_id=found.id, by=by, at=clock.now())
        messages.success(request, _("Saved."))
    except StockRefused as refusal:
        messages.error(request, said(refusal))
    return redirect("settings_warehouse", found.id)
