"""Online shops that post their orders: set up, changed, what each said last; a secret is shown once."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.signed_hooks import new_secret
from zhoudao.rooms.orders.commands.storefronts import add_storefront, change_storefront
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.queries.storefronts import failed_count
from zhoudao.rooms.orders.refusals import OrderRefused, StorefrontUnsound
from zhoudao.rooms.orders.storefronts.setups import Setup, offered, setup_of

_HERE = "settings_storefronts"


@require_safe
@permit("settings:read")
def storefronts(request: HttpRequest) -> HttpResponse:
    """All shops, and which kinds there are."""
    shops = Storefront.objects.select_related("store").order_by("code")
    rows = [(one, setup_of(one.kind), _is_refused(one)) for one in shops]
    context = {"rows": rows, "kinds": offered(), "failed": failed_count() if rows else 0}
    return settings_page(request, "storefronts.html", context, here=_HERE)


def _is_refused(shop: Storefront) -> bool:
    """Whether what came last was not signed as agreed."""
    return shop.refused_at is not None and (shop.heard_at is None or shop.refused_at > shop.heard_at)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new shop of a kind; the secret that we make is shown once."""
    setup = _setup_or_404(kind)
    if request.method == "GET":
        return _form(request, setup, None)
    made = new_secret() if setup.makes_secret else ""
    try:
        shop = add_storefront(
            code=request.POST.get("code", "").strip().lower(),
            kind=kind,
            store_id=_store(request),
            currency=request.POST.get("currency", "").strip().upper(),
            asserts_identity=bool(request.POST.get("asserts_identity")),
            secret=made or request.POST.get("secret", "").strip()[:200],
            by=By(viewer_of(request).actor),
            at=now(),
        )
    except OrderRefused as refusal:
        return _form(request, setup, None, refusal=said(refusal))
    if made:
        return _form(request, setup, shop, made=made)
    messages.success(request, _("Saved."))
    return redirect("settings_storefront", shop.code)


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def storefront(request: HttpRequest, code: str) -> HttpResponse:
    """One shop: its address, what is done over there, a new secret."""
    found = Storefront.objects.filter(code=code).first()
    if found is None:
        raise Http404
    setup = _setup_or_404(found.kind)
    if request.method == "GET":
        return _form(request, setup, found)
    made = new_secret() if setup.makes_secret and request.POST.get("renew") else ""
    given = "" if setup.makes_secret else request.POST.get("secret", "").strip()[:200]
    try:
        found = change_storefront(
            found.id,
            store_id=_store(request),
            currency=request.POST.get("currency", "").strip().upper(),
            asserts_identity=bool(request.POST.get("asserts_identity")),
            is_active=bool(request.POST.get("is_active")),
            secret=made or given,
            by=By(viewer_of(request).actor),
            at=now(),
            real_now=datetime.now(UTC),
        )
    except OrderRefused as refusal:
        return _form(request, setup, found, refusal=said(refusal))
    if made:
        return _form(request, setup, found, made=made)
    messages.success(request, _("Saved."))
    return redirect("settings_storefront", found.code)


def _form(
    request: HttpRequest, setup: Setup, found: Storefront | None, *, refusal: str = "", made: str = ""
) -> HttpResponse:
    given = request.POST if refusal else {}
    stores = list(Store.objects.filter(closed_at=None).exclude(kind="head_office").order_by("-kind", "code"))
    usual = next((str(one.id) for one in stores if one.code == "web"), "")
    context = {
        "setup": setup,
        "shop": found,
        "stores": stores,
        "store": given.get("store", str(found.store_id) if found else usual),
        "code": given.get("code", found.code if found else ""),
        "currency": given.get("currency", found.currency if found else "CNY"),
        "asserts_identity": bool(given.get("asserts_identity")) if given else bool(found and found.asserts_identity),
        "address": f"{settings.BASE_URL}{reverse('storefront_hook', args=[found.code])}" if found else "",
        "refusal": refusal,
        "made": made,
    }
    return settings_page(request, "storefront.html", context, here=_HERE, status=422 if refusal else 200)


def _setup_or_404(kind: str) -> Setup:
    setup = setup_of(kind)
    if setup is None:
        raise Http404
    return setup


def _store(request: HttpRequest) -> UUID:
    """Raises: StorefrontUnsound."""
    store_id = uuid_in(request.POST.get("store", ""))
    if store_id is None:
        raise StorefrontUnsound(StorefrontUnsound.__doc__)
    return store_id
