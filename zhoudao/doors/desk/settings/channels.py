"""The channels customers reach us by: what stands, what works, how a shop page takes up the chat."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.ground.accounts.permits import permit
from zhoudao.rooms.conversations.models import Channel


@require_GET
@permit("settings:read")
def channels(request: HttpRequest) -> HttpResponse:
    """All channel instances, with what last went wrong on each."""
    rows = Channel.objects.select_related("store").defer("secrets_sealed").order_by("kind", "code")
    return settings_page(
        request, "channels.html", {"channels": rows, "base_url": settings.BASE_URL}, here="settings_channels"
    )
