"""Who got a product: as a list, and as a file. They stay masked; the order's page unmasks, and notes it."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.board.asking import days_in
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.sheets import TYPES, Cell, written
from zhoudao.rooms.quality.models import QualityNotice
from zhoudao.rooms.quality.queries.batches import UNKNOWN
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.queries.notices import notice_named
from zhoudao.rooms.quality.queries.owners import MOST, Goods, Got, got
from zhoudao.rooms.quality.queries.rises import LATELY, SHOWN_IN
from zhoudao.rooms.targets.exporting import note_export

SEE = "orders:read"  # it names orders


@require_GET
@permit("orders:read")
def recall(request: HttpRequest, notice_number: str) -> HttpResponse:
    """The orders that got it, a page at a time."""
    viewer, query = viewer_of(request), request.GET.copy()
    notice, (first, last) = _notice(viewer, notice_number), _days(query)
    goods = _goods(notice, query)
    rows, after = got(_cohort(viewer, first, last), goods, after=uuid_in(query.get("after", "")))
    kept = QueryDict(mutable=True)
    kept.update(
        {"from": first.isoformat(), "until": last.isoformat()} | ({"batch": UNKNOWN} if goods.is_unknown else {})
    )
    context = {"notice": notice, "rows": rows, "first": first, "last": last, "query": kept.urlencode(), "next": after}
    context |= {"is_unknown": goods.is_unknown, "unknown": UNKNOWN}
    return render(request, "desk/quality/recall.html", context)


@require_GET
@permit("orders:read")
def as_file(request: HttpRequest, notice_number: str) -> HttpResponse:
    """The same as a file, masked; that somebody took it is noted."""
    viewer, form, at = viewer_of(request), request.GET.get("format", "csv"), clock.now()
    if form not in TYPES:
        raise BadRequest("format")
    notice, (first, last) = _notice(viewer, notice_number), _days(request.GET)
    goods = _goods(notice, request.GET)
    rows, _after = got(_cohort(viewer, first, last), goods, most=MOST)
    note_export("recall", form, len(rows), viewer=viewer, at=at)
    header = [
        *(_("Order number"), _("Store"), _("Delivered"), _("Pieces"), _("Name"), _("Phone")),
        *(pgettext("address", "Province"), pgettext("address", "City")),
        *([pgettext("goods", "Batch")] if notice.batch else []),
    ]
    batch: list[Cell] = [_("Batch not known") if goods.is_unknown else notice.batch] if notice.batch else []
    content = written(form, _("Recall list"), header, [[*_row(one), *batch] for one in rows])
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="recall-{notice.number}.{form}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _row(one: Got) -> list[Cell]:
    there = one.delivered_at.astimezone(clock.reader_zone())
    return [
        *(one.order.number, str(one.order.store), there, one.pieces),
        *(one.who.name, one.who.phone, one.order.province, one.order.city),
    ]


def _goods(notice: QualityNotice, query: QueryDict) -> Goods:
    return Goods(notice.sku, notice.batch, is_unknown=bool(notice.batch) and query.get("batch") == UNKNOWN)


def _notice(viewer: Viewer, number: str) -> QualityNotice:
    found = notice_named(number) if viewer.may("quality:read") else None
    if found is None:
        raise Http404
    return found


def _days(query: QueryDict) -> tuple[date, date]:
    today = clock.now().astimezone(clock.zone()).date()
    return days_in(query) or (today - SHOWN_IN - LATELY, today)


def _cohort(viewer: Viewer, first: date, last: date) -> Cohort:
    zone = clock.zone()
    start, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    there = viewer.within(SEE)
    stores = (
        None
        if there.is_everywhere
        else list(Store.objects.filter(of_their_stores(there, "id")).values_list("id", flat=True))
    )
    return Cohort(start, end, end, stores)
