"""Quality notices: the list, opening one by hand, and the page of one with all that can be done with it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.quality.words import said
from zhoudao.doors.desk.stock.choosing import names_of
from zhoudao.engines.rates import CHANCE
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.orders.commands.stopping import stopped_skus
from zhoudao.rooms.quality.commands.noticing import (
    Address,
    address_notice,
    answer_notice,
    close_notice,
    open_notice,
)
from zhoudao.rooms.quality.commands.stopping import sell_product_again, stop_batch, stop_product
from zhoudao.rooms.quality.commands.words import TAGS, begin_word, stop_word
from zhoudao.rooms.quality.models import Addressee, Measure, QualityNotice
from zhoudao.rooms.quality.queries.notices import (
    evidence_of,
    last_look,
    notice_named,
    notice_page,
    progress_of,
    stop_of,
)
from zhoudao.rooms.quality.queries.rises import LATELY, SHOWN_IN, figures_of, returns_of_rise
from zhoudao.rooms.quality.reach import of_seen_stores
from zhoudao.rooms.quality.refusals import NoticeUnsound, QualityRefused, WordUnsaid
from zhoudao.rooms.quality.telling import WRITE
from zhoudao.rooms.stock.batches import batch_on_label
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.refusals import BatchUnsound

_DONE = {
    "address": _("They are told."),
    "answer": _("The answer is kept."),
    "close": _("The notice is closed."),
    "stop": _("The sale is stopped: orders with it are being held."),
    "stop_batch": _("The batch is stopped: packing refuses it, all else is sold on."),
    "sell": _("It may be sold again: what was held for it goes on."),
    "tell": _("Owners are being told."),
    "tell_no_more": _("Nobody more is told."),
}


@require_GET
@permit("quality:read")
def notices(request: HttpRequest) -> HttpResponse:
    """The newest notices; those not closed unless all are asked for."""
    return _listed(request)


def _listed(request: HttpRequest, refusal: str = "") -> HttpResponse:
    viewer, query = viewer_of(request), request.GET
    stage = "all" if query.get("stage") == "all" else ""
    rows, after = notice_page(stage=stage, after=uuid_in(query.get("after", "")))
    items = {one.sku: str(one) for one in Item.objects.filter(sku__in=[row.sku for row in rows])}
    stops = stopped_skus([row.sku for row in rows])
    context = {
        "rows": [(row, items.get(row.sku, row.sku), row.sku in stops) for row in rows],
        "stage": stage,
        "next": after,
        "look": last_look(),
        "chance": f"{CHANCE:.0%}",
        "may_write": viewer.covers(WRITE),
        "now": clock.now(),
        "refusal": refusal,
        "given": request.POST or query,
    }
    return render(request, "desk/quality/notices.html", context, status=422 if refusal else 200)


@require_POST
@permit("quality:write")
def open_(request: HttpRequest) -> HttpResponse:
    """A notice by hand, with the figures of its product as they stand."""
    viewer, at, given = viewer_of(request), clock.now(), request.POST
    sku = given.get("sku", "").replace("\0", "").strip()[:80]
    try:
        batch = batch_on_label(given.get("batch", "")[:200])
        notice = open_notice(
            sku=sku,
            batch=batch,
            words=given.get("words", ""),
            figures=figures_of(sku, at, batch=batch),
            returns=returns_of_rise(sku, at, batch=batch),
            viewer=viewer,
            at=at,
        )
    except (QualityRefused, BatchUnsound) as refusal:
        return _listed(request, said(refusal))
    return redirect("quality_notice", notice.number)


@require_GET
@permit("quality:read")
def notice(request: HttpRequest, notice_number: str) -> HttpResponse:
    """One notice."""
    return _shown(request, _found(notice_number))


@require_POST
@permit("quality:write")
def act(request: HttpRequest, notice_number: str) -> HttpResponse:
    """One of what can be done with a notice."""
    viewer, do = viewer_of(request), request.POST.get("do", "")
    found = _found(notice_number)
    if do not in _DONE:
        return HttpResponseBadRequest()
    try:
        _do(do, found, request.POST, viewer, clock.now())
    except QualityRefused as refusal:
        return _shown(request, found, said(refusal))
    messages.success(request, str(_DONE[do]))
    return redirect("quality_notice", found.number)


def _do(do: str, found: QualityNotice, given: QueryDict, viewer: Viewer, at: datetime) -> None:
    asked: dict[str, Any] = {"notice_id": found.id, "viewer": viewer, "at": at}
    if do == "address":
        address_notice(address=_address(given), **asked)
    elif do == "answer":
        answer_notice(answer=given.get("answer", ""), measure=given.get("measure", ""), **asked)
    elif do == "tell":
        first, last = days_of(given)
        texts = {tag: given.get(f"text-{tag}", "") for tag in TAGS}
        to_unknown = given.get("unknown") == "yes"
        begin_word(texts=texts, first=first, last=last, zone=clock.zone().key, to_unknown=to_unknown, **asked)
    else:
        _DO[do](**asked)


_DO: dict[str, Callable[..., QualityNotice]] = {
    "close": close_notice,
    "stop": stop_product,
    "stop_batch": stop_batch,
    "sell": sell_product_again,
    "tell_no_more": stop_word,
}


def days_of(given: QueryDict) -> tuple[date, date]:
    """The days a form names. Raises: WordUnsaid."""
    try:
        first, last = (date.fromisoformat(given.get(name, "")) for name in ("first", "last"))
    except ValueError:
        raise WordUnsaid(WordUnsaid.__doc__) from None
    if not date(2000, 1, 1) <= first <= last <= date(2100, 1, 1):
        raise WordUnsaid(WordUnsaid.__doc__)
    return first, last


def _address(given: QueryDict) -> Address:
    try:
        due_date = date.fromisoformat(given.get("due", ""))
    except ValueError:
        raise NoticeUnsound(NoticeUnsound.__doc__) from None
    zone: ZoneInfo = clock.zone()
    due_at = datetime.combine(due_date, time(18), zone)
    return Address(given.get("addressee", ""), due_at, uuid_in(given.get("team", "")), given.get("contact", "")[:200])


def _found(number: str) -> QualityNotice:
    found = notice_named(number)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, found: QualityNotice, refusal: str = "") -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    today = at.astimezone(clock.zone()).date()
    item = Item.objects.filter(sku=found.sku).first()
    context = {
        "notice": found,
        "item": str(item or found.sku),
        "may_stop_batch": bool(found.batch and item and item.asks_batch),
        "evidence": evidence_of(found, of_seen_stores(viewer, "request__store_id")),
        "stop": stop_of(found),
        "progress": progress_of(found),
        "happened": timeline([found.id])[::-1],
        "names": names_of({found.opened_by, found.answered_by, found.closed_by} - {""}),
        "may_write": viewer.covers(WRITE) and found.closed_at is None,
        "may_open": viewer.may("returns:read"),
        "may_orders": viewer.may("orders:read"),
        "addressees": Addressee.choices,
        "measures": Measure.choices,
        "teams": Team.objects.order_by("code"),
        "tags": [(tag, name, request.POST.get(f"text-{tag}", "")) for tag, name in _TAGS],
        "given": request.POST,
        "first": today - SHOWN_IN - LATELY,
        "last": today,
        "due": today + timedelta(days=3),
        "now": at,
        "refusal": refusal,
    }
    return render(request, "desk/quality/notice.html", context, status=422 if refusal else 200)


_TAGS = (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))
