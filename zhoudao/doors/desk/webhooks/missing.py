"""What is not there, or not theirs to see: pages answer alike, also when it goes while they work."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from zhoudao.ground.webhooks.refusals import SendingNotFound, WebhookNotFound

View = Callable[..., HttpResponse]


def or_missing(view: View) -> View:
    """This will have a page answer 404 when its webhook or delivery is not found."""

    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return view(request, **named)
        except (WebhookNotFound, SendingNotFound) as refusal:
            raise Http404 from refusal

    return answer
