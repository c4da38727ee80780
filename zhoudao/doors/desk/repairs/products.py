"""What photos of a product may show: what its serial numbers look like, which there are, what its error codes mean."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import LANGUAGES
from zhoudao.rooms.repairs.commands.describing import drop_error_code, list_serials, set_error_code, set_masks
from zhoudao.rooms.repairs.kinds import Fault, Severity
from zhoudao.rooms.repairs.models import Make
from zhoudao.rooms.repairs.refusals import RepairRefused

EDIT = "quality:write"  # what it says is believed in every store
_ROWS = 25
_MOST_CODES = 200


@require_GET
@permit("repairs:read")
def products(request: HttpRequest) -> HttpResponse:
    """The products, and one of them."""
    return _shown(request, request.GET.get("sku", "").strip())


@require_POST
@permit("quality:write")
def act(request: HttpRequest) -> HttpResponse:
    """What is said of a product is changed, by who may do so everywhere."""
    viewer, given = viewer_of(request), request.POST
    if not viewer.within(EDIT).is_everywhere:
        raise PermissionDenied
    sku, do = given.get("sku", "").strip(), given.get("do", "")
    asked: dict[str, Any] = {"sku": sku, "by": By(viewer.actor), "at": clock.now()}
    if do not in ("masks", "serials", "code", "drop"):
        return HttpResponseBadRequest()
    try:
        messages.success(request, _do(request, do, asked))
    except RepairRefused as refusal:
        return _shown(request, sku, refusal=said(refusal))
    return redirect(f"{reverse('repairs_products')}?{urlencode({'sku': sku})}")


def _do(request: HttpRequest, do: str, asked: dict[str, Any]) -> str:
    given = request.POST
    if do == "masks":
        set_masks(masks=given.get("masks", ""), **asked)
    elif do == "serials":
        count = list_serials(text=given.get("serials", ""), **asked)
        return _("%(count)s new serial numbers are registered.") % {"count": count}
    elif do == "code":
        words = {language: given.get(f"words-{language}", "") for language in LANGUAGES}
        code, fault = given.get("code", ""), given.get("fault", "")
        set_error_code(code=code, fault=fault, severity=given.get("severity", ""), words=words, **asked)
    else:
        drop_error_code(code=given.get("code", ""), **asked)
    return _("Noted.")


def _shown(request: HttpRequest, sku: str, *, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    found = Make.objects.filter(sku=sku).first() if sku else None
    after = request.GET.get("after", "")
    rows = list(Make.objects.filter(sku__gt=after).order_by("sku")[: _ROWS + 1]) if not sku else []
    context = {
        "rows": rows[:_ROWS],
        "next": rows[_ROWS - 1].sku if len(rows) > _ROWS else "",
        "sku": sku,
        "make": found,
        "codes": list(found.error_codes.order_by("code")[:_MOST_CODES]) if found else [],
        "made": found.made.count() if found else 0,
        "may_edit": viewer.within(EDIT).is_everywhere,
        "faults": Fault.choices,
        "severities": Severity.choices,
        "languages": LANGUAGES.items(),
        "given": request.POST,
        "refusal": refusal,
    }
    return render(request, "desk/repairs/products.html", context, status=422 if refusal else 200)
