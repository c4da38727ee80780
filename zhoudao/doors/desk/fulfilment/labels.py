"""Labels: printed for one parcel or all of a wave, opened as a PDF by whoever asked; and how a place prints them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.fulfilment.finding import tote_or_404, wave_or_404
from zhoudao.doors.desk.papers import pdf_answer
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.fulfilment.commands.labelling import print_label, print_wave, set_labels
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.fulfilment.reach import CONFIRM, places_worked
from zhoudao.rooms.fulfilment.refusals import FulfilmentRefused
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.refusals import ParcelRefused


@require_POST
@permit("picking:write")
def label(request: HttpRequest, tote_id: UUID) -> HttpResponse:
    """The label of a parcel is wanted; who had it printed is recorded, as it says where somebody lives."""
    viewer = viewer_of(request)
    found = tote_or_404(viewer, tote_id)
    carrier, number = request.POST.get("carrier", ""), request.POST.get("tracking_number", "").strip()[:80]
    named = Label(carrier, number) if carrier or number else None
    asked: dict[str, Any] = {"language": viewer.language, "by": By(viewer.actor), "at": clock.now()}
    try:
        sheet = print_label(tote_id=found.id, label=named, **asked)
    except (FulfilmentRefused, ParcelRefused) as refusal:
        messages.error(request, said(refusal))
        return redirect("tote", found.id)
    return redirect("labels", sheet.id)


@require_POST
@permit("picking:write")
def of_wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The labels of a whole wave are wanted."""
    viewer = viewer_of(request)
    found = wave_or_404(viewer, wave_id)
    try:
        sheet = print_wave(wave_id=found.id, language=viewer.language, by=By(viewer.actor), at=clock.now())
    except FulfilmentRefused as refusal:
        messages.error(request, said(refusal))
        return redirect("wave", found.id)
    return redirect("labels", sheet.id)


@require_GET
@permit("picking:write")
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The PDF as soon as it is made; until then the page asks again by itself. It is its asker's alone: each reading of
    an address is recorded where it was asked for.
    """
    found = LabelSheet.objects.filter(id=sheet_id, asked_by=viewer_of(request).actor).select_related("file").first()
    if found is None:
        raise Http404
    return sheet_answer(request, found, f"labels-{found.id.hex[-8:]}.pdf")


def sheet_answer(request: HttpRequest, found: LabelSheet, name: str) -> HttpResponse:
    """The PDF under this name, or the page that waits for it."""
    is_part = bool(getattr(request, "htmx", False))
    if found.file is not None:
        if is_part:
            return HttpResponse(headers={"HX-Redirect": request.path})
        return pdf_answer(found.file, name, is_shown=True)
    faults = {"no_pango": _("The library that makes PDFs (Pango) is not installed on the server.")}
    context = {"sheet": found, "here": request.path, "fault": faults.get(found.fault, _("The PDF could not be made."))}
    return render(request, "desk/fulfilment/_sheet.html" if is_part else "desk/fulfilment/sheet.html", context)


@require_POST
@permit("picking:confirm")
def setup(request: HttpRequest) -> HttpResponse:
    """How a place prints its labels."""
    given = request.POST
    place = places_worked(viewer_of(request).within(CONFIRM)).filter(code=given.get("place", "")).first()
    if place is None:
        raise Http404
    try:
        set_labels(warehouse_id=place.id, format=given.get("format", ""), is_whole=given.get("person") == "whole")
        messages.success(request, _("Saved."))
    except FulfilmentRefused as refusal:
        messages.error(request, said(refusal))
    return redirect("packing")
