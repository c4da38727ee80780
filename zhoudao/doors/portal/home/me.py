"""What is known of somebody who is signed in, and where they are."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.guests import for_guests
from zhoudao.doors.portal.home.preferences import form_of, preferences_of
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.doors.portal.progress.moments import moment
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.customers.queries import group_ids, masked
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.entrances.queries import passes_of

_ICONS = {"email": "mail", "phone": "phone", "member": "star"}


@permit(PUBLIC)
@require_safe
@for_guests
def me(request: HttpRequest, guest: Pass) -> HttpResponse:
    """Addresses and devices."""
    language_of(request)
    real_now, zone = datetime.now(UTC), clock.zone().key
    group = group_ids(guest.customer_id)
    passes = [
        {
            "id": one.id,
            "device": one.device,
            "seen": moment(one.seen_at, real_now, zone).near,
            "is_here": one.id == guest.id,
        }
        for one in passes_of(group, real_now=real_now)
    ]
    profile = preferences_of(guest.customer_id)
    context = {"identities": _identities(group), "passes": passes, "preferences": form_of(profile) if profile else None}
    return home_page(request, "me.html", context)


def _identities(group: list[Any]) -> list[dict[str, Any]]:
    rows = Identity.objects.filter(customer_id__in=group, kind__in=_ICONS).order_by("suggested", "created_at", "id")
    found = list(rows)
    box.warm(one.value_sealed for one in found)
    return [{"icon": _ICONS[one.kind], "text": masked(one), "is_proven": not one.suggested} for one in found]
