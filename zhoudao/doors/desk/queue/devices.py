"""The screens at a store's entrance: paired with a code, listed, revoked."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.queue.place import Place, place_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.visits.commands.devices import offer_pairing, revoke_device
from zhoudao.rooms.visits.models import Device
from zhoudao.rooms.visits.refusals import VisitNotFound

_MOST = 50


@require_http_methods(["GET", "POST"])
@permit("counter:write")
def devices(request: HttpRequest) -> HttpResponse:
    """Every screen of a store; a code to pair another is shown once."""
    viewer = viewer_of(request)
    place = place_of(request, viewer)
    if place.store is None or place.line is None:
        raise Http404
    code = ""
    if request.method == "POST":
        code = _change(request, place, viewer)
        if not code:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('queue_devices')}?store={place.store.code}")
    rows = Device.objects.filter(store=place.store, paired_at__isnull=False).order_by("-paired_at", "-id")
    context = {
        "place": place,
        "code": code,
        "devices": rows[:_MOST],
        "address": settings.BASE_URL + reverse("portal:kiosk"),
    }
    return render(request, "desk/queue/devices.html", context)


def _change(request: HttpRequest, place: Place, viewer: Viewer) -> str:
    """A new code, or empty when a screen was revoked."""
    assert place.store is not None
    if request.POST.get("do") == "offer":
        name = request.POST.get("name", "").strip() or _("Entrance")
        return offer_pairing(store_id=place.store.id, name=name, viewer=viewer, at=clock.now())
    try:
        revoke_device(device_id=UUID(request.POST.get("device", "")), viewer=viewer, at=clock.now())
    except (ValueError, VisitNotFound) as error:
        raise Http404 from error
    return ""
