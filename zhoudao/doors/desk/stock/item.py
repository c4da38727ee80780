"""One item: in each place, what moved and why, what comes, and how much there was."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.stock.choosing import day, names_of, place_in, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.orders.commands.stopping import stopped_skus
from zhoudao.rooms.stock.commands.correcting import correct_stock, set_safety
from zhoudao.rooms.stock.commands.receiving import drop_expected, expect_receipt, receive_expected
from zhoudao.rooms.stock.events import REASONS
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, ExpectedReceipt, Warehouse
from zhoudao.rooms.stock.queries.items import LEDGER, expected_of, here_of, history, ledger, totals_of
from zhoudao.rooms.stock.reach import places_kept, places_seen
from zhoudao.rooms.stock.refusals import DateUnsound, ExpectedUnknown, StockRefused


@require_GET
@permit("stock:read")
def item(request: HttpRequest) -> HttpResponse:
    """One item in the places somebody may see; of one of them the ledger and how much there was."""
    viewer, given = viewer_of(request), request.GET
    sku = given.get("sku", "").replace("\0", "")
    here = here_of(sku, list(places_seen(viewer)))
    if not here:
        raise Http404
    wanted = given.get("place", "")
    shown = next((one for one in here if one.balance.warehouse.code == wanted), here[0])
    before = given.get("before", "")
    context = {
        "item": shown.balance.item,
        "here": here,
        "total": totals_of(here),
        "shown": shown,
        "kept": list(places_kept(viewer)),
        "expected": expected_of([one.balance.id for one in here]),
        "reasons": REASONS.items(),
        "stop": stopped_skus([sku]).get(sku),
        "key": uuid4(),
        **_moved(shown.balance, int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None),
    }
    context["is_kept"] = any(one.id == shown.balance.warehouse_id for one in context["kept"])
    return render(request, "desk/stock/item.html", context)


@require_POST
@permit("stock:write")
def act(request: HttpRequest) -> HttpResponse:
    """One thing done with an item in one place; back on its page."""
    viewer, given = viewer_of(request), request.POST
    place = place_in(given.get("place", ""), places_kept(viewer))
    work = _WORK.get(given.get("do", ""))
    if place is None:
        raise Http404
    if work is None:
        return HttpResponseBadRequest()
    try:
        work(given, place, By(viewer.actor))
        messages.success(request, _("Saved."))
    except StockRefused as refusal:
        messages.error(request, said(refusal))
    query = urlencode({"sku": given.get("sku", ""), "place": place.code})
    return redirect(f"{reverse('stock_item')}?{query}")


def _moved(balance: Balance, before: int | None) -> dict[str, Any]:
    rows = ledger(balance.id, before)
    days = history(balance, zone=clock.zone().key, at=clock.now())
    return {
        "rows": rows[:LEDGER],
        "names": names_of({one.actor for one in rows}),
        "older": rows[LEDGER - 1].seq if len(rows) > LEDGER else None,
        "reason_words": REASONS,
        "chart": {
            "labels": [f"{one.day:%m-%d}" for one in days],
            "on_hand": [one.on_hand for one in days],
            "reserved": [one.reserved for one in days],
            "names": [_("On hand"), _("Reserved")],
        },
    }


def _correct(given: QueryDict, place: Warehouse, by: By) -> None:
    correct_stock(
        warehouse_id=place.id,
        sku=given.get("sku", ""),
        difference=whole(given.get("difference", "")),
        reason=given.get("reason", ""),
        key=f"form:{given.get('key', '')[:60]}",
        by=by,
        at=clock.now(),
    )


def _safety(given: QueryDict, place: Warehouse, by: By) -> None:
    safety = whole(given.get("safety", ""))
    set_safety(warehouse_id=place.id, sku=given.get("sku", ""), safety=safety, by=by, at=clock.now())


def _expect(given: QueryDict, place: Warehouse, by: By) -> None:
    due_date = day(given.get("due_date", ""))
    if due_date is None:
        raise DateUnsound(DateUnsound.__doc__)
    goods = Goods(place.id, given.get("sku", ""), whole(given.get("quantity", "")))
    expect_receipt(goods=goods, due_date=due_date, reference=given.get("reference", "")[:80], by=by, at=clock.now())


def _arrived(given: QueryDict, place: Warehouse, by: By) -> None:
    quantity = whole(given.get("quantity", ""))
    key = f"form:{given.get('key', '')[:60]}"
    receive_expected(expected_id=_expected(given, place), quantity=quantity, key=key, by=by, at=clock.now())


def _drop(given: QueryDict, place: Warehouse, by: By) -> None:
    drop_expected(expected_id=_expected(given, place), by=by, at=clock.now())


def _expected(given: QueryDict, place: Warehouse) -> UUID:
    """What is expected in this very place. Raises: ExpectedUnknown."""
    wanted = uuid_in(given.get("expected", ""))
    if wanted is None or not ExpectedReceipt.objects.filter(id=wanted, balance__warehouse=place).exists():
        raise ExpectedUnknown(ExpectedUnknown.__doc__)
    return wanted


_WORK: dict[str, Callable[[QueryDict, Warehouse, By], None]] = {
    "correct": _correct,
    "safety": _safety,
    "expect": _expect,
    "arrived": _arrived,
    "drop": _drop,
}
