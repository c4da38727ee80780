"""Holding an order by hand, and the form that puts right what is wrong in it."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.orders.hold_words import evidence_of
from zhoudao.doors.desk.orders.pages import order_or_404, shown
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.queries.orders import WRITE
from zhoudao.rooms.orders.commands.correcting import Correction, correct_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.models import Commercial, Order, OrderLine
from zhoudao.rooms.orders.queries.holds import holds_of
from zhoudao.rooms.orders.refusals import FAULTS, OrderRefused, OrderUnsound
from zhoudao.rooms.orders.sealed import masked, recipient_of
from zhoudao.rooms.orders.submission import Recipient

_HOURS = (1, 4, 24, 72)
_WHO: dict[str, LazyText] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "province": gettext_lazy("Province"),
    "city": gettext_lazy("City"),
    "district": gettext_lazy("District"),
    "address": pgettext_lazy("order", "Street and number"),
}


@require_POST
@permit("orders:write")
def hold(request: HttpRequest, order_number: str) -> HttpResponse:
    """Held for what a person found."""
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    hours = request.POST.get("hours", "")
    due_at = clock.now() + timedelta(hours=int(hours) if hours in map(str, _HOURS) else _HOURS[1])
    try:
        open_hold(
            order_id=found.id, reason=request.POST.get("reason", ""), due_at=due_at, by=By(viewer.actor), at=clock.now()
        )
    except OrderRefused as refusal:
        return shown(request, found, refusal=said(refusal))
    messages.success(request, _("The order is held."))
    return redirect("order", found.number)


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def correct(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what may be put right; POST keeps it, and has the detectors look again. Who gets it stays hidden: what
    is left empty stays as it is.
    """
    viewer = viewer_of(request)
    found = order_or_404(viewer, order_number, WRITE)
    if found.commercial != Commercial.PLACED:
        return redirect("order", found.number)
    lines = list(OrderLine.objects.filter(order=found).order_by("position"))
    if request.method == "GET":
        return _form(request, found, lines)
    try:
        correction = Correction(_recipient(request.POST, found), _lines(request.POST, lines, found.currency))
        fixed = correct_order(order_id=found.id, correction=correction, by=By(viewer.actor), at=clock.now())
    except OrderUnsound as refusal:
        faults = {fault.field: str(FAULTS[fault.code]) for fault in refusal.faults}
        return _form(request, found, lines, faults=faults, status=422)
    except OrderRefused as refusal:
        return _form(request, found, lines, refusal=said(refusal), status=422)
    still = fixed.open_holds
    messages.success(
        request, _("Saved. It still waits for %(n)s.") % {"n": still} if still else _("Saved: the order goes on.")
    )
    return redirect("order", found.number)


def _form(
    request: HttpRequest,
    found: Order,
    lines: list[OrderLine],
    *,
    faults: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    given, faults = request.POST, faults or {}
    hidden = masked(recipient_of(found))
    context = {
        "order": found,
        "rows": [_row(line, given, faults, found.currency) for line in lines],
        "who": [
            (name, words, given.get(name, getattr(found, name, "")), getattr(hidden, name))
            for name, words in _WHO.items()
        ],
        "holds": [(one, evidence_of(one)) for one in holds_of(found) if one.is_open],
        "refusal": refusal or faults.get("discount_minor", ""),
        "may_unmask": viewer_of(request).may("customers:unmask") and bool(found.recipient_sealed),
    }
    return render(request, "desk/orders/correct.html", context, status=status)


def _row(line: OrderLine, given: QueryDict, faults: dict[str, str], currency: str) -> dict[str, Any]:
    place = f"lines.{line.position}"
    return {
        "line": line,
        "price": given.get(f"price-{line.position}") or str(Money(line.price_minor, currency).amount),
        "quantity": given.get(f"quantity-{line.position}") or line.quantity,
        "fault": faults.get(f"{place}.quantity") or faults.get(f"{place}.price_minor") or "",
    }


def _recipient(given: QueryDict, found: Order) -> Recipient:
    """Who gets it as it was typed; what was left empty stays as it is, unseen."""
    now = recipient_of(found)
    return Recipient(**{name: given.get(name, "").strip() or getattr(now, name) for name in _WHO})


def _lines(given: QueryDict, lines: list[OrderLine], currency: str) -> dict[int, tuple[int, int]]:
    """What the lines should be; what is no number is 0, which no order takes."""
    wanted = {}
    for line in lines:
        typed = given.get(f"quantity-{line.position}", ""), given.get(f"price-{line.position}", "")
        if any(typed):
            wanted[line.position] = _whole(typed[0]), _minor(typed[1], currency)
    return wanted


def _whole(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 10 else 0


def _minor(text: str, currency: str) -> int:
    try:
        return Money.of(Decimal(text.strip()), currency).minor
    except (InvalidOperation, ValueError, ArithmeticError):
        return 0
