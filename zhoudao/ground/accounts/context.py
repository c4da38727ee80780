"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhoudao.ground.accounts.permits import viewer_of


def page(request: HttpRequest) -> dict[str, Any]:
    """The viewer (read only where a template asks) and where the live stream is."""
    return {"viewer": lambda: viewer_of(request), "live_url": settings.LIVE_URL}
