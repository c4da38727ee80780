"""The parcels of an order: shown, and handed over by hand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.orders.pages import order_or_404, shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel, renumber_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.models import Parcel, State
from zhoudao.rooms.parcels.refusals import ParcelNotFound, ParcelRefused

_MOST = 9_999


@require_POST
@permit("orders:write")
def hand_over(request: HttpRequest, order_number: str) -> HttpResponse:
    """A parcel left: with which carrier, under which number, and how many of each line."""
    viewer, given = viewer_of(request), request.POST
    found = order_or_404(viewer, order_number, WRITE)
    try:
        hand_over_parcel(
            order_id=found.id,
            label=_label(given),
            lines=_lines(given, found),
            parcel_id=uuid_in(given.get("asked_id", "")),
            by=By(viewer.actor),
            at=clock.now(),
        )
    except (OrderRefused, ParcelRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, _("The parcel is handed over, and the customer is told."))
    return redirect("order", found.number)


@require_POST
@permit("orders:write")
def renumber(request: HttpRequest, order_number: str, parcel_id: UUID) -> HttpResponse:
    """Its carrier or number was typed wrongly."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    try:
        if not Parcel.objects.filter(id=parcel_id, order=found).exists():
            raise ParcelNotFound(ParcelNotFound.__doc__)
        renumber_parcel(parcel_id=parcel_id, label=_label(request.POST), by=By(viewer.actor), at=clock.now())
    except (OrderRefused, ParcelRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, _("Saved."))
    return redirect("order", found.number)


@require_POST
@permit("orders:write")
def delivered(request: HttpRequest, order_number: str, parcel_id: UUID) -> HttpResponse:
    """A colleague knows that it arrived."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    if not Parcel.objects.filter(id=parcel_id, order=found).exists():
        return shown(request, found, refusal=said(ParcelNotFound(ParcelNotFound.__doc__)))
    note_by_hand(parcel_id=parcel_id, state=State.DELIVERED, by=By(viewer.actor), at=clock.now())
    messages.success(request, _("The parcel is delivered."))
    return redirect("order", found.number)


def _label(given: QueryDict) -> Label:
    return Label(given.get("carrier", ""), given.get("tracking_number", "")[:80])


def _lines(given: QueryDict, found: Order) -> dict[UUID, int]:
    """How many of each line were typed; what is no number is more than anybody ordered."""
    typed: Sequence[tuple[Any, str]] = [
        (line_id, given.get(f"pieces-{position}", "").strip())
        for line_id, position in found.lines.values_list("id", "position")
    ]
    return {line_id: int(text) if text.isdecimal() and len(text) < 5 else _MOST for line_id, text in typed if text}
