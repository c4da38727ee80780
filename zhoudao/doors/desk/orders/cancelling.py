"""Single pieces cancelled before anything left: chosen, looked at in money, then done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.orders.pages import order_or_404, said
from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said as refused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.cancellations import Cancellation
from zhoudao.rooms.aftersales.commands.cancelling import Shown, cancel_pieces
from zhoudao.rooms.aftersales.models import RefundState
from zhoudao.rooms.aftersales.queries.cancelling import Plan, cancellable
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.orders.events import REASONS
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.refusals import OrderRefused


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def pieces(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what may be cancelled, and what comes back for what was chosen; POST cancels it, once a form."""
    found = order_or_404(viewer_of(request), order_number, WRITE)
    given = request.GET if request.method == "GET" else request.POST
    lines = list(OrderLine.objects.filter(order=found).order_by("position"))
    counts = {line.id: whole(given.get(f"count-{line.position}", "0") or "0") for line in lines}
    try:
        if request.method == "POST":
            done = _cancelled(request, found, counts)
            messages.success(request, words_of(done))
            return redirect("order", found.number)
        open_ = cancellable(found)
        plan = open_.plan(counts) if any(counts.values()) else None
    except (AftersalesRefused, OrderRefused) as refusal:
        return _drawn(request, found, lines, given, None, refusal=refused(refusal))
    return _drawn(request, found, lines, given, plan)


def _cancelled(request: HttpRequest, found: Order, counts: dict[UUID, int]) -> Cancellation:
    """Raises: AftersalesRefused, OrderRefused."""
    given = request.POST
    return cancel_pieces(
        order_id=found.id,
        counts=counts,
        reason=given.get("reason", ""),
        shown=Shown(_minor(given.get("back", "")), _minor(given.get("left", ""))),
        key=uuid_in(given.get("key", "")) or uuid4(),
        by=By(viewer_of(request).actor, channel="desk"),
        at=clock.now(),
    )


def _minor(text: str) -> int:
    """An amount as our form carries it; below zero when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def words_of(done: Cancellation | None) -> str:
    """That it is done, and what becomes of its money (one statement); nothing of an order without (None)."""
    if done is None:
        return _("The order is cancelled.")
    if done.is_all:
        words = _("That was all of it: the order is cancelled.")
    else:
        words = _("The pieces are cancelled; the rest goes on.")
    if done.request is None:
        return words
    is_free = done.request.refunds.exclude(state=RefundState.ASKED).exists()
    return f"{words} " + (_("Their money is promised back.") if is_free else _("Somebody approves their refund first."))


def _drawn(
    request: HttpRequest,
    found: Order,
    lines: Sequence[OrderLine],
    given: QueryDict,
    plan: Plan | None,
    *,
    refusal: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "order": found,
        "rows": [
            (line, said(line.price_minor, found), given.get(f"count-{line.position}", "")[:9] or "0") for line in lines
        ],
        "reasons": REASONS.items(),
        "reason": given.get("reason", ""),
        "refusal": refusal,
        "key": uuid4(),
        **(_money(plan, found) if plan else {}),
    }
    return render(request, "desk/orders/pieces.html", context, status=422 if refusal else 200)


def _money(plan: Plan, found: Order) -> dict[str, Any]:
    parts = ("paid", plan.money.of("paid")), ("shipping", plan.money.of("shipping")), ("over", -plan.money.over_minor)
    return {
        "plan": plan,
        "parts": {name: said(minor, found) for name, minor in parts if minor},
        "back": said(plan.back_minor, found),
        "less": said(plan.less_minor, found),
        "left": said(plan.left_minor, found),
    }
