"""Lists of orders handed in: uploaded, looked at column by column, taken in by a worker, and what was wrong."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.contrib.django import app

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files.store import FileEmpty, FileTooLarge
from zhoudao.ground.installation import clock
from zhoudao.ground.vault.box import Unreadable
from zhoudao.kit.money import Money
from zhoudao.kit.text import mask_name, mask_phone
from zhoudao.rooms.cases.queries.orders import WRITE, order_stores
from zhoudao.rooms.orders.commands.handing_in import (
    ListNotOpen,
    first_orders,
    hand_in,
    save_map,
    settle,
    whole_list,
    wrong_of,
)
from zhoudao.rooms.orders.commands.importing import Wrong, rehearse
from zhoudao.rooms.orders.commands.placing import Placed
from zhoudao.rooms.orders.lists.mapping import FIELDS, NEEDED, MapUnsound, OrderMap
from zhoudao.rooms.orders.lists.reading import Drawn
from zhoudao.rooms.orders.lists.telling import reasons, rows_of, wrong_rows
from zhoudao.rooms.orders.models import OrderList, OrderListMap

_RECENT, _LOOKED_AT, _NAMED = 12, 8, 30
_KEPT = ("source", "store", "currency", "zone", "is_history", "words")
_PAST = ("approved_at", "shipped_at", "delivered_at", "cancelled_at", "status")
TROUBLES: dict[str, LazyText] = {
    "merged": gettext_lazy("The cells {where} are merged: separate them, and fill in every row."),
    "formula": gettext_lazy("The cell {where} is a formula: paste it as a value."),
    "large": gettext_lazy("It is too long: at most 100,000 rows and 50 MB unpacked."),
    "titles": gettext_lazy("Its first row must name the columns."),
    "unreadable": gettext_lazy("It is no CSV or Excel file that we can read."),
}


@dataclass(frozen=True)
class Looked:
    """A first order as it would be taken, or what is wrong with it."""

    rows: str
    number: str
    who: str
    total: str
    goods: int
    is_there: bool
    wrong: Sequence[str]


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def lists(request: HttpRequest) -> HttpResponse:
    """GET: the lists one handed in, and the form for another. POST: hands one in."""
    viewer = viewer_of(request)
    refusal = ""
    if request.method == "POST" and viewer.user_id is not None:
        file = request.FILES.get("file")
        try:
            if isinstance(file, UploadedFile):
                row = hand_in(name=str(file.name), content=file.read(), user_id=viewer.user_id, at=clock.now())
                app.configure_task("desk.read_list").defer(list_id=str(row.id))
                return redirect("order_list", row.id)
            refusal = _("Choose a file.")
        except FileTooLarge:
            refusal = _("The file is larger than 20 MB: hand it in in parts.")
        except FileEmpty:
            refusal = _("This file is empty.")
    rows = OrderList.objects.filter(asked_by_id=viewer.user_id).order_by("-handed_in_at", "-id")[:_RECENT]
    context = {"rows": rows, "refusal": refusal}
    return render(request, "desk/orders/lists.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("orders:write")
def order_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list: what its columns say and how its first orders would be taken; then how far it is."""
    viewer, row = viewer_of(request), _own(request, list_id)
    if request.method == "GET" or row.state != OrderList.State.OPEN:
        return _shown(request, row, _how(row.how, row, viewer))
    said = request.POST
    if said.get("do") == "use":
        saved = OrderListMap.objects.filter(name=said.get("saved", "")).first()
        return _shown(request, row, _how(saved.how if saved else row.how, row, viewer))
    how = _asked(said, row, viewer)
    try:
        how.check()
        if said.get("do") == "save":
            return _save(request, row, how)
        settle(list_id=row.id, how=how, begins=said.get("do") == "begin")
    except (MapUnsound, ListNotOpen):
        return _shown(request, row, how, refusal=_unsound(how))
    if said.get("do") == "begin":
        app.configure_task("desk.take_list").defer(list_id=str(row.id))
    return redirect("order_list", row.id)


@require_GET
@permit("orders:write")
def progress(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """How far it is; asked again each second, and the whole page once it is through."""
    row = _own(request, list_id)
    response = render(request, "desk/orders/_list_progress.html", {"row": row})
    if row.state not in (OrderList.State.READING, OrderList.State.RUNNING):
        response["HX-Redirect"] = reverse("order_list", args=[row.id])
    return response


@require_GET
@permit("orders:write")
def wrong(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """The rows that were not taken, with what is wrong: to be put right and handed in again."""
    row = _own(request, list_id)
    try:
        whole = whole_list(row)
    except Unreadable as gone:
        raise Http404 from gone
    out = io.StringIO()
    csv.writer(out).writerows(wrong_rows(whole, OrderMap.of(row.how), wrong_of(row)))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="wrong.csv"'
    return response


def _own(request: HttpRequest, list_id: UUID) -> OrderList:
    row = OrderList.objects.filter(id=list_id, asked_by_id=viewer_of(request).user_id).first()
    if row is None:
        raise Http404
    return row


def _save(request: HttpRequest, row: OrderList, how: OrderMap) -> HttpResponse:
    name = request.POST.get("name", "").strip()
    if not name:
        return _shown(request, row, how, refusal=_("Give the map a name."))
    settle(list_id=row.id, how=how)
    save_map(name=name, how=how, by=By(viewer_of(request).actor), at=clock.now())
    messages.success(request, _("The map is saved; you find it again with the next list."))
    return redirect("order_list", row.id)


def _shown(request: HttpRequest, row: OrderList, how: OrderMap, *, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    context: dict[str, Any] = {"row": row, "how": how, "refusal": refusal}
    if row.state == OrderList.State.OPEN:
        looked, trouble = _look(row, how, viewer)
        context |= {
            "columns": [(name, words, name in NEEDED, how.columns.get(name, "")) for name, words in FIELDS.items()],
            "past": _PAST,
            "stores": order_stores(viewer, WRITE),
            "saved": list(OrderListMap.objects.order_by("name").values_list("name", flat=True)[:100]),
            "looked": looked,
            "trouble": trouble,
        }
    elif row.state == OrderList.State.UNREADABLE:
        context["trouble"] = str(TROUBLES.get(row.trouble, TROUBLES["unreadable"])).format(where=row.trouble_at)
    else:
        context["wrong"] = [(rows_of(one), reasons(one, how)) for one in wrong_of(row)[:_NAMED]]
        context["more"] = max(0, row.wrong_count - _NAMED)
    return render(request, "desk/orders/list.html", context, status=422 if refusal else 200)


def _look(row: OrderList, how: OrderMap, viewer: Viewer) -> tuple[list[Looked], str]:
    """The first orders, taken and taken back at once."""
    try:
        how.check()
        drawn = first_orders(row, how, _LOOKED_AT)
    except MapUnsound:
        return [], _unsound(how)
    there = viewer.within(WRITE)
    outcomes = rehearse(drawn, by=By(viewer.actor), at=clock.now(), only_stores=there.stores_worked_in)
    return [_looked(one, outcome, how) for one, outcome in zip(drawn, outcomes, strict=True)], ""


def _looked(one: Drawn, outcome: Placed | Wrong, how: OrderMap) -> Looked:
    rows = rows_of(Wrong(one.rows))
    if isinstance(outcome, Wrong) or one.taking is None:
        number = one.taking.submission.external_number if one.taking else ""
        return Looked(rows, number, "", "", 0, False, reasons(outcome, how) if isinstance(outcome, Wrong) else ())
    wanted, order = one.taking.submission, outcome.order
    name, phone = wanted.recipient.name or wanted.buyer_name, wanted.recipient.phone
    who = " ".join(filter(None, (mask_name(name) if name else "", mask_phone(phone) if phone else "")))
    total = Money(order.total_minor, order.currency).format(get_language() or "zh-hans")
    return Looked(rows, wanted.external_number, who, total, order.line_count, outcome.is_repeat, ())


def _how(said: dict[str, Any], row: OrderList, viewer: Viewer) -> OrderMap:
    """A map as it is kept, for this list: a column it does not have says nothing."""
    known = set(row.titles)
    columns = {name: title for name, title in said.get("columns", {}).items() if title in known}
    usual: dict[str, Any] = {"source": "list", "zone": clock.zone().key, **said}
    kept = {
        name: usual[name] for name in ("source", "store", "currency", "zone", "is_history", "words") if name in usual
    }
    return OrderMap(columns=columns, **kept)


def _asked(said: QueryDict, row: OrderList, viewer: Viewer) -> OrderMap:
    known, stores = set(row.titles), {store.code for store in order_stores(viewer, WRITE)}
    columns = {name: said.get(f"column_{name}", "") for name in FIELDS}
    return OrderMap(
        source=said.get("source", "").strip()[:40],
        columns={name: title for name, title in columns.items() if title in known},
        store=said.get("store", "") if said.get("store") in stores else "",
        currency=said.get("currency", "").strip().upper()[:3],
        zone=said.get("zone", "").strip()[:60],
        is_history=bool(said.get("is_history")),
        words=row.how.get("words", {}),
    )


def _unsound(how: OrderMap) -> str:
    """What to do so that the list can be taken in."""
    missing = [str(FIELDS[name]) for name in NEEDED if not how.columns.get(name)]
    if missing:
        return _("Choose the column for: %(names)s.") % {"names": ", ".join(missing)}
    return _(
        "The source is a name of letters and digits, the currency three capital letters, the zone as Asia/Shanghai."
    )
