"""Who tells where parcels are: sources set up, changed, and what each said last."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.parcels.commands.sources import add_source, change_source
from zhoudao.rooms.parcels.models import TrackingSource
from zhoudao.rooms.parcels.refusals import ParcelRefused
from zhoudao.rooms.parcels.setups import Setup, offered, setup_of

_HERE = "settings_tracking"
TROUBLES = {
    "not_trusted": gettext_lazy("It does not accept our key."),
    "not_there": gettext_lazy("It knows nothing of the last parcel it was asked about yet."),
    "unreachable": gettext_lazy("It cannot be reached."),
    "too_slow": gettext_lazy("It takes too long to answer."),
    "forbidden": gettext_lazy("This address may not be asked."),
    "refused": gettext_lazy("It refused what it was asked."),
    "broken": gettext_lazy("It answers with errors."),
}


@require_safe
@permit("settings:read")
def sources(request: HttpRequest) -> HttpResponse:
    """All sources, and which kinds there are."""
    rows = [(one, setup_of(one.kind), TROUBLES.get(one.trouble, "")) for one in TrackingSource.objects.order_by("code")]
    return settings_page(request, "tracking.html", {"rows": rows, "kinds": offered()}, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new source of a kind; the secret that we make is shown once."""
    setup = _setup_or_404(kind)
    if request.method == "GET":
        return _form(request, setup, None)
    given, made = _given(request, setup), new_secret() if setup.made else ""
    missing = [field.name for field in setup.fields if field.is_needed and len(given[field.name]) < field.shortest]
    code = request.POST.get("code", "").strip()
    if missing or not code.replace("-", "").isalnum() or not code.isascii() or len(code) > 40:
        return _form(request, setup, None, refusal=_("Something is missing here, or too short."))
    try:
        source = add_source(
            code=code.lower(),
            kind=kind,
            carriers=_carriers(request),
            config=_plain(setup, given),
            secrets=_secrets(setup, given) | ({setup.made: made} if made else {}),
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except ParcelRefused as refusal:
        return _form(request, setup, None, refusal=said(refusal))
    if made:
        return _form(request, setup, source, made=made)
    messages.success(request, _("Saved."))
    return redirect("settings_tracking_source", source.code)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: its address, what it is for, and new keys."""
    found = TrackingSource.objects.filter(code=code).first()
    if found is None:
        raise Http404
    setup = _setup_or_404(found.kind)
    if request.method == "GET":
        return _form(request, setup, found)
    given, made = _given(request, setup), new_secret() if setup.made and request.POST.get("renew") else ""
    try:
        found = change_source(
            found.id,
            carriers=_carriers(request),
            config=_plain(setup, given),
            secrets=_secrets(setup, given) | ({setup.made: made} if made else {}),
            is_active=bool(request.POST.get("is_active")),
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except ParcelRefused as refusal:
        return _form(request, setup, found, refusal=said(refusal))
    if made:
        return _form(request, setup, found, made=made)
    messages.success(request, _("Saved."))
    return redirect("settings_tracking_source", found.code)


def _form(
    request: HttpRequest, setup: Setup, found: TrackingSource | None, *, refusal: str = "", made: str = ""
) -> HttpResponse:
    given, config = request.POST if refusal else {}, found.config if found else {}
    fields = [
        (field, "" if field.is_secret else given.get(field.name, config.get(field.name, field.default)))
        for field in setup.fields
    ]
    context = {
        "setup": setup,
        "source": found,
        "fields": fields,
        "code": given.get("code", found.code if found else ""),
        "carriers": given.get("carriers", ", ".join(found.carriers) if found else ""),
        "address": f"{settings.BASE_URL}{reverse('tracking_hook', args=[found.code])}" if found else "",
        "trouble": TROUBLES.get(found.trouble, "") if found else "",
        "refusal": refusal,
        "made": made,
    }
    return settings_page(request, "tracking_source.html", context, here=_HERE, status=422 if refusal else 200)


def _setup_or_404(kind: str) -> Setup:
    setup = setup_of(kind)
    if setup is None:
        raise Http404
    return setup


def _given(request: HttpRequest, setup: Setup) -> dict[str, str]:
    return {field.name: request.POST.get(field.name, "").strip()[:300] for field in setup.fields}


def _plain(setup: Setup, given: dict[str, str]) -> dict[str, str]:
    return {field.name: given[field.name] for field in setup.fields if not field.is_secret and given[field.name]}


def _secrets(setup: Setup, given: dict[str, str]) -> dict[str, Any]:
    return {field.name: given[field.name] for field in setup.fields if field.is_secret and given[field.name]}


def _carriers(request: HttpRequest) -> list[str]:
    return request.POST.get("carriers", "").replace("，", ",").split(",")
