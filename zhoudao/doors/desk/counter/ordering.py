"""An order for somebody who stands at the counter: scanned, priced, placed once, printed."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.counter.order_form import PICKED_UP, WAYS, OrderForm
from zhoudao.doors.desk.counter.order_lines import Row, look_up, named, rows_of, total_of
from zhoudao.doors.desk.counter.taking import changed, placed_by
from zhoudao.doors.desk.counter.tickets import read_ticket
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.queries.orders import order_for
from zhoudao.rooms.cases.queries.serving import serve
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.parcels.links import tracking_url
from zhoudao.rooms.stock.models import Item as StockItem

_HERE = "counter:write"


@require_http_methods(["GET", "POST"])
@permit("counter:write")
def order(request: HttpRequest) -> HttpResponse:
    """The form; each scan and each removed line sends it, and so does placing it."""
    viewer, stores = viewer_of(request), _stores(viewer_of(request))
    who, customer_id = _chosen(request, viewer)
    rows, do = rows_of(request.POST), request.POST.get("do", "add")
    words = request.POST.get("words", "").strip()[:120]
    found: list[StockItem] | None = None
    initial: dict[str, Any] = {"submission_id": uuid4()}
    if request.method == "POST" and do != "place":
        initial = {name: request.POST[name] for name in OrderForm.base_fields if name in request.POST}
        found = changed(rows, do, words)
    data = request.POST if request.method == "POST" and do == "place" else None
    form = OrderForm(stores, str(get_language()), is_known=customer_id is not None, data=data, initial=initial)
    if data is not None and (placed := _place(form, rows, customer_id, viewer, stores)) is not None:
        return redirect("counter_ordered", placed.number)
    store_id = _store_id(form, stores)
    look_up(rows, store_id)
    context = {
        "form": form,
        "stores": stores,
        "who": who,
        "served": serve(viewer, customer_id) if customer_id else None,
        "rows": rows,
        "address_fields": [form[name] for name in ("province", "city", "district", "address")],
        "total": total_of(rows).format(str(get_language())),
        "found": named(found or [], store_id),
        "words": words if found is not None else "",
        "is_lost": found == [],
    }
    return render(request, "desk/counter/order.html", context, status=422 if data is not None else 200)


@require_GET
@permit("counter:write")
def ordered(request: HttpRequest, order_number: str) -> HttpResponse:
    """The order's number, large, with its goods and the way to where it is: to print or to scan."""
    viewer = viewer_of(request)
    mine = Order.objects.filter(number=order_number, source__in=WAYS, store__in=_stores(viewer))
    found = mine.select_related("store").first()
    if found is None:
        raise Http404
    lines = list(OrderLine.objects.filter(order=found).order_by("position"))
    address, language = tracking_url(found.id), str(get_language())
    context = {
        "order": found,
        "lines": [(line, Money(line.goods_minor, found.currency).format(language)) for line in lines],
        "total": found.total.format(language),
        "is_picked_up": found.source == PICKED_UP,
        "address": address,
        "qr": qr_path(address),
        "is_open": order_for(viewer, found.number) is not None,
    }
    return render(request, "desk/counter/ordered.html", context)


def _place(
    form: OrderForm, rows: list[Row], customer_id: UUID | None, viewer: Viewer, stores: list[Store]
) -> Order | None:
    allowed = frozenset(one.id for one in stores)

    def put(items: list[Item]) -> Order:
        wanted = form.submission(items, customer_id, _counter(form.cleaned_data["store"]))
        return place_order(wanted, by=By(viewer.actor), at=clock.now(), only_stores=allowed).order

    return placed_by(form, rows, put)


def _counter(store: str) -> str:
    """The counter of a store as its visits name it, so that both make one record of one number."""
    rows = Channel.objects.filter(kind="counter", store__code=store, is_active=True).order_by("code")
    return rows.values_list("code", flat=True).first() or f"counter-{store}"


def _stores(viewer: Viewer) -> list[Store]:
    """The shops at whose counters they work."""
    rows = Store.objects.filter(kind="shop", closed_at=None).order_by("code")
    mine = viewer.within(_HERE).stores_worked_in
    return list(rows if mine is None else rows.filter(id__in=mine))


def _store_id(form: OrderForm, stores: list[Store]) -> UUID | None:
    chosen = form["store"].value()
    return next((one.id for one in stores if one.code == chosen), stores[0].id if stores else None)


def _chosen(request: HttpRequest, viewer: Viewer) -> tuple[str, UUID | None]:
    asked = request.POST.get("who") or request.GET.get("who", "")
    customer_id = read_ticket(asked, viewer) if asked else None
    return (asked, customer_id) if customer_id else ("", None)
