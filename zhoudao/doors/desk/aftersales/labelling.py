"""A prepaid label for a return, chosen and printed for its customer, or taken back as it was never printed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.aftersales.finding import return_or_404
from zhoudao.doors.desk.aftersales.pages import shown
from zhoudao.doors.desk.fulfilment.labels import sheet_answer
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.queries.listing import WRITE
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.return_labels.commands.taking import print_return_label, put_back_label, take_label
from zhoudao.rooms.return_labels.queries.offering import label_of
from zhoudao.rooms.return_labels.refusals import LabelRefused

_DONE = {
    "take": _("It has a prepaid label; the customer is told."),
    "back": _("Noted: its number may be used for another return."),
}


@require_POST
@permit("returns:read")
def label(request: HttpRequest, return_number: str) -> HttpResponse:
    """One of what a colleague may do about a return's prepaid label."""
    viewer, given = viewer_of(request), request.POST
    do, fee = given.get("do", ""), given.get("fee", "")
    if do not in (*_DONE, "print"):
        return HttpResponseBadRequest()
    found = return_or_404(viewer, return_number, WRITE)
    how: dict[str, Any] = {"request_id": found.id, "by": By(viewer.actor), "at": clock.now()}
    try:
        if do == "take":
            known = int(fee) if fee.isdecimal() and len(fee) < 10 else -1
            take_label(carrier=given.get("carrier", "")[:30], fee_minor=known, language=found.language, **how)
        elif do == "back":
            put_back_label(**how)
        else:
            print_return_label(language=found.language, **how)
            return redirect("return_label_paper", found.number)
    except (AftersalesRefused, LabelRefused) as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, str(_DONE[do]))
    return redirect("return", found.number)


@require_GET
@permit("returns:read")
def paper(request: HttpRequest, return_number: str) -> HttpResponse:
    """The label as a PDF as soon as it is made."""
    found = return_or_404(viewer_of(request), return_number, WRITE)
    own = label_of(found)
    if own is None or own.sheet is None:
        return redirect("return", found.number)
    return sheet_answer(request, own.sheet, f"{found.number}.pdf")
