"""What things should cost, looked at and set: one, or many pasted as `SKU, price` lines."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.orders.commands.pricing import set_list_prices
from zhoudao.rooms.orders.queries.prices import list_prices
from zhoudao.rooms.orders.refusals import OrderRefused

WRITE = "flows:write"  # whoever sets what holds an order sets what it is measured by


class _LineWrong(Exception):
    """A line is no SKU and price."""


@require_http_methods(["GET", "POST"])
@permit("orders:read")
def prices(request: HttpRequest) -> HttpResponse:
    """The list by SKU; POST sets prices."""
    viewer, refusal = viewer_of(request), ""
    if request.method == "POST":
        if not viewer.may(WRITE):
            return HttpResponse(status=403)
        try:
            wanted = _read(request.POST.get("lines", ""))
            changed = set_list_prices(prices=wanted, currency=clock.currency(), by=By(viewer.actor), at=clock.now())
        except _LineWrong as wrong:
            refusal = _("Line %(n)s is no SKU and price: %(words)s") % {"n": wrong.args[0], "words": wrong.args[1]}
        except OrderRefused as wrong:
            refusal = said(wrong)
        else:
            messages.success(request, _("%(n)s prices changed.") % {"n": changed})
            return redirect("order_prices")
    words, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    if "\0" in words + after:
        raise BadRequest("q")
    rows, following = list_prices(words, after=after)
    context = {
        "rows": [(row, Money(row.price_minor, row.currency).format(get_language() or "zh-hans")) for row in rows],
        "next": following,
        "words": words,
        "may_write": viewer.may(WRITE),
        "currency": clock.currency(),
        "given": request.POST.get("lines", ""),
        "refusal": refusal,
    }
    return render(request, "desk/orders/prices.html", context, status=422 if refusal else 200)


def _read(text: str) -> dict[str, int]:
    """{SKU: minor units} of lines `SKU, price` (a tab or semicolon does as well). Raises: _LineWrong."""
    wanted: dict[str, int] = {}
    for number, line in enumerate(text.replace("\0", "").splitlines(), start=1):
        if not line.strip():
            continue
        sku, _mark, price = line.replace("\t", ",").replace(";", ",").replace("，", ",").rpartition(",")
        try:
            wanted[sku.strip()] = Money.of(price.strip().lstrip("¥"), clock.currency()).minor
        except BadAmount as error:
            raise _LineWrong(number, line.strip()[:60]) from error
        if not sku.strip():
            raise _LineWrong(number, line.strip()[:60])
    return wanted
