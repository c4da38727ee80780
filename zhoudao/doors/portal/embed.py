"""`/portal/embed?token=…`: the company's own app or mini-program opens the portal with its user known already."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from zhoudao.doors.portal.framing import let_frame
from zhoudao.doors.portal.guessing import barred
from zhoudao.doors.portal.guests import device_of, own_path, remember_in_app
from zhoudao.doors.portal.home.showing import home_page
from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.app_tokens import NotTrusted
from zhoudao.rooms.entrances.commands.by_app import enter_by_app, key_named


@permit(PUBLIC)
@require_GET
def embed(request: HttpRequest) -> HttpResponse:
    """A token is good once; where it leads is one of our own pages, and the token is in no address after that."""
    if (stop := barred(request)) is not None:
        return stop
    token = request.GET.get("token", "")
    try:
        entered = enter_by_app(
            token=token,
            device=device_of(request),
            audience=settings.BASE_URL,
            at=clock.now(),
            real_now=datetime.now(UTC),
        )
    except NotTrusted:
        GUESSES.knock(address_of(request))
        key = key_named(token)
        origins = key.origins if key else []
        context = {"guest": None, "act": "", "origins": " ".join(origins)}
        return let_frame(home_page(request, "not_in.html", context, status=403), origins)
    return remember_in_app(redirect(own_path(request.GET.get("to", ""))), entered)
