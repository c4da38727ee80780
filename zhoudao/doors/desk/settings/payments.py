"""Who pays refunds back: payment services set up, changed, and how each answered last."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.aftersales.answers import TROUBLES
from zhoudao.rooms.aftersales.commands.services import add_service, change_service, secrets_of
from zhoudao.rooms.aftersales.models import PaymentService
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.aftersales.setups import Setup, offered, setup_of

_HERE = "settings_payments"
Given = dict[str, str]


@require_safe
@permit("settings:read")
def services(request: HttpRequest) -> HttpResponse:
    """All payment services, and which kinds there are."""
    rows = [(one, setup_of(one.kind), TROUBLES.get(one.trouble, "")) for one in PaymentService.objects.order_by("code")]
    return settings_page(request, "payments.html", {"rows": rows, "kinds": offered()}, here=_HERE)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new payment service of a kind."""
    setup = _setup_or_404(kind)
    if request.method == "GET":
        return _form(request, setup, None)
    given, code = _given(request, setup), request.POST.get("code", "").strip()
    is_code = code.replace("-", "").isalnum() and code.isascii() and len(code) <= 40
    if refusal := _refusal(setup, given) or ("" if is_code else _("Something is missing here, or too short.")):
        return _form(request, setup, None, refusal=refusal)
    try:
        service = add_service(
            code=code.lower(),
            kind=kind,
            sources=_list(request, "sources"),
            currencies=_list(request, "currencies"),
            config=_part(setup, given, is_secret=False),
            secrets=_part(setup, given, is_secret=True),
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except AftersalesRefused as refused:
        return _form(request, setup, None, refusal=said(refused))
    messages.success(request, _("Saved."))
    return redirect("settings_payment_service", service.code)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One payment service: where it tells us, what it serves, and new keys; those left empty stay."""
    found = PaymentService.objects.filter(code=code).first()
    if found is None:
        raise Http404
    setup = _setup_or_404(found.kind)
    if request.method == "GET":
        return _form(request, setup, found)
    given = _given(request, setup)
    kept = {name: value for name, value in secrets_of(found).items() if not given.get(name)}
    if refusal := _refusal(setup, {**given, **kept}):
        return _form(request, setup, found, refusal=refusal)
    try:
        change_service(
            found.id,
            sources=_list(request, "sources"),
            currencies=_list(request, "currencies"),
            config=_part(setup, given, is_secret=False),
            secrets=_part(setup, given, is_secret=True),
            is_active=bool(request.POST.get("is_active")),
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except AftersalesRefused as refused:
        return _form(request, setup, found, refusal=said(refused))
    messages.success(request, _("Saved."))
    return redirect("settings_payment_service", found.code)


def _form(request: HttpRequest, setup: Setup, found: PaymentService | None, *, refusal: str = "") -> HttpResponse:
    given, config = request.POST if refusal else {}, found.config if found else {}
    fields = [
        (field, "" if field.is_secret else given.get(field.name, config.get(field.name, field.default)))
        for field in setup.fields
    ]
    context = {
        "setup": setup,
        "service": found,
        "fields": fields,
        "code": given.get("code", found.code if found else ""),
        "sources": given.get("sources", ", ".join(found.sources) if found else ""),
        "currencies": given.get("currencies", ", ".join(found.currencies) if found else "CNY"),
        "address": f"{settings.BASE_URL}{reverse('payments_hook', args=[found.code])}" if found else "",
        "trouble": TROUBLES.get(found.trouble, "") if found else "",
        "refusal": refusal,
    }
    return settings_page(request, "payment_service.html", context, here=_HERE, status=422 if refusal else 200)


def _setup_or_404(kind: str) -> Setup:
    setup = setup_of(kind)
    if setup is None:
        raise Http404
    return setup


def _given(request: HttpRequest, setup: Setup) -> Given:
    return {field.name: request.POST.get(field.name, "").strip()[: field.longest] for field in setup.fields}


def _refusal(setup: Setup, given: Given) -> str:
    """Why this cannot be saved, in words; empty: it can."""
    if any(field.is_needed and not given[field.name] for field in setup.fields):
        return _("Something is missing here, or too short.")
    wrong = setup.wrong({name: value for name, value in given.items() if value})
    words = next((str(field.words) for field in setup.fields if field.name == wrong), "")
    return _("This cannot be right: %(field)s") % {"field": words} if wrong else ""


def _part(setup: Setup, given: Given, *, is_secret: bool) -> Given:
    return {one.name: given[one.name] for one in setup.fields if one.is_secret == is_secret and given[one.name]}


def _list(request: HttpRequest, name: str) -> list[str]:
    return request.POST.get(name, "").replace("，", ",").split(",")
