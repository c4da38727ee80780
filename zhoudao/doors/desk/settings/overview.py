"""Settings: straight to the first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from zhoudao.ground.accounts.permits import permit


@require_GET
@permit("team:read")
def overview(request: HttpRequest) -> HttpResponse:
    """People are what is mostly looked for."""
    return redirect("settings_people")
