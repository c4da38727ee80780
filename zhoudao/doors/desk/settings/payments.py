"""Who pays refunds back: payment services set up, changed, and how each answered last."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.settings.service_forms import code_refusal, given_in, listed, part_of, refusal_of
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
    given, code = given_in(request, setup), request.POST.get("code", "").strip()
    if refusal := refusal_of(setup, given) or code_refusal(code):
        return _form(request, setup, None, refusal=refusal)
    try:
        service = add_service(
            code=code.lower(),
            kind=kind,
            sources=listed(request, "sources"),
            currencies=listed(request, "currencies"),
            config=part_of(setup, given, is_secret=False),
            secrets=part_of(setup, given, is_secret=True),
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
    given = given_in(request, setup)
    kept = {name: value for name, value in secrets_of(found).items() if not given.get(name)}
    if refusal := refusal_of(setup, {**given, **kept}):
        return _form(request, setup, found, refusal=refusal)
    try:
        change_service(
            found.id,
            sources=listed(request, "sources"),
            currencies=listed(request, "currencies"),
            config=part_of(setup, given, is_secret=False),
            secrets=part_of(setup, given, is_secret=True),
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
