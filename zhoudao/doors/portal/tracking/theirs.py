"""Pages and acts of an order's own customer: the link itself is the right."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.guessing import barred, wrong
from zhoudao.doors.portal.languages import speak
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.links import order_behind

BY = "customer:link"
_Act = Callable[..., HttpResponse]  # of the request, the order, its link, the language, and what else the address names


def theirs(*methods: str) -> Callable[[_Act], _Act]:
    """This will have only the customer's own link open a page or act; one that only looks is like a wrong one."""

    def guarded(act: _Act) -> _Act:
        @wraps(act)
        def view(request: HttpRequest, token: str, **named: Any) -> HttpResponse:
            if (stop := barred(request)) is not None:
                return stop
            found = order_behind(token)
            if found is None or not found[1]:
                return wrong(request)
            order = found[0]
            return act(request, order, token, speak(request, order.language), **named)

        return permit(PUBLIC)(csrf_exempt(require_http_methods(methods)(view)))  # there is no session to abuse

    return guarded


def too_much(limit: Limit, request: HttpRequest, order: Order) -> str:
    """The words for somebody who does this too often; empty when they may. Counted."""
    if max(limit.knock(str(order.id)), limit.knock(address_of(request))):
        return _("That was a lot at once. Please wait a few minutes; everything is still here.")
    return ""
