"""What customers say of delivered orders: who answers, and what they give, by carrier and place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import PERIODS
from zhoudao.doors.desk.order_board.asking import chosen
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.voice.said_of_orders import said_of_orders


@require_GET
@permit("metrics:read")
def said(request: HttpRequest) -> HttpResponse:
    """The answers of a period."""
    viewer = viewer_of(request)
    asked = chosen(request.GET, viewer, at=clock.now())
    context = {
        "chosen": asked,
        "periods": [(code, words) for code, (_days, words) in PERIODS.items()],
        "found": said_of_orders(asked.asked),
        "may_open": viewer.may("orders:read"),
    }
    return render(request, "desk/order_board/said.html", context)
