"""What errors cost in a period: each kind with its meaning, how often, time and money, and the way to the cases."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS, Chosen, chosen
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS
from zhoudao.rooms.tallies.errors import Loss, losses
from zhoudao.rooms.tallies.rates import rates

_DEFAULT = "month"


@frozen
class Line:
    """One kind, ready to be read; `unit` says what one of it is assumed to take, in minutes, 0: it is money."""

    loss: Loss
    cost: str
    share: float
    unit: int
    address: str


@require_GET
@permit("metrics:read")
def page(request: HttpRequest) -> HttpResponse:
    """Four weeks, unless something else is asked for."""
    viewer, query, at = viewer_of(request), request.GET.copy(), clock.now()
    query.setdefault("period", _DEFAULT)
    asked, assumed = chosen(query, at=at), rates()
    found = losses(viewer, asked.asked, assumed, at=at, zone=clock.zone())
    whole = sum(one.cost for one in found)
    context: dict[str, Any] = {
        "chosen": asked,
        "lines": [_line(asked, one, whole) for one in found],
        "whole": _money(whole),
        "happened": sum(one.count for one in found),
        "minutes": sum(one.minutes for one in found),
        "minute": _money(assumed.minute_minor),
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "channels": CHANNEL_KINDS,
        "teams": Team.objects.order_by("code"),
        "stores": Store.objects.order_by("code"),
    }
    return render(request, "desk/board/errors.html", context)


def _line(asked: Chosen, one: Loss, whole: int) -> Line:
    address = f"{reverse('desk')}?{asked.query}&{urlencode({'figure': one.metric.code})}" if one.count else ""
    unit = one.minutes // one.count if one.count else 0
    return Line(one, _money(one.cost) if one.cost else "—", one.cost / whole if whole else 0.0, unit, address)


def _money(minor: int) -> str:
    return Money(minor, clock.currency()).format(get_language() or "")
