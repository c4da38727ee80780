"""What is done with a repair, each with its command; and its pictures."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.repairs.finding import minor_of, repair_or_404
from zhoudao.doors.desk.repairs.pages import shown
from zhoudao.doors.desk.stock.choosing import sku_in, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files import store
from zhoudao.ground.files.kinds import INLINE
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.installation import clock
from zhoudao.ground.vault.box import Unreadable
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.fieldwork.refusals import VisitRefused
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.refusals import ParcelRefused
from zhoudao.rooms.repairs.commands.ending import cancel_repair, close_repair, give_up, hand_back, note_paid
from zhoudao.rooms.repairs.commands.owning import note_batch
from zhoudao.rooms.repairs.commands.parts import add_part, bring_back, drop_part, keep_parts
from zhoudao.rooms.repairs.commands.quoting import Priced, answer_quote, send_quote
from zhoudao.rooms.repairs.commands.reading import take_over
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS
from zhoudao.rooms.repairs.commands.triaging import Judged, triage_repair
from zhoudao.rooms.repairs.commands.visiting import begin_there, finish_there, plan_visit
from zhoudao.rooms.repairs.commands.working import add_photos, begin_repair, check_repair, finish_repair, log_work
from zhoudao.rooms.repairs.kinds import PhotoOf
from zhoudao.rooms.repairs.models import Repair, RepairPhoto
from zhoudao.rooms.repairs.queries.listing import WRITE
from zhoudao.rooms.repairs.refusals import RepairRefused
from zhoudao.rooms.stock.reach import places_seen
from zhoudao.rooms.stock.refusals import StockRefused, WarehouseUnknown

_Asked = dict[str, Any]
_COVERED = {"yes": True, "no": False}


def _triage(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    given = request.POST
    covered = _COVERED.get(given.get("covered", ""))
    judged = Judged(given.get("fault", ""), given.get("place", ""), whole(given.get("minutes", "")), covered)
    triage_repair(judged=judged, **asked)


def _quote(request: HttpRequest, found: Repair, asked: _Asked) -> None:
    given = request.POST
    parts = [_priced(given, row, found.currency) for row in range(1, 4) if given.get(f"sku-{row}", "").strip()]
    labour = minor_of(given, "labour", found.currency)
    send_quote(labour_minor=labour, parts=parts, valid_days=whole(given.get("valid_days", "")), **asked)


def _priced(given: QueryDict, row: int, currency: str) -> Priced:
    sku = sku_in(given.get(f"sku-{row}", ""))
    return Priced(sku, whole(given.get(f"count-{row}", "1")), minor_of(given, f"price-{row}", currency))


def _answer(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    quote_id = uuid_in(request.POST.get("quote", "")) or uuid4()
    answer_quote(quote_id=quote_id, is_accepted=request.POST.get("answer") == "yes", **asked)


def _add_part(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    add_part(sku=sku_in(request.POST.get("sku", "")), quantity=whole(request.POST.get("quantity", "")), **asked)


def _drop_part(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    drop_part(part_id=uuid_in(request.POST.get("part", "")) or uuid4(), **asked)


def _bring_back(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    part_id, count = uuid_in(request.POST.get("part", "")) or uuid4(), whole(request.POST.get("quantity", ""))
    bring_back(part_id=part_id, quantity=count, **asked)


def _keep(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    places = places_seen(viewer_of(request)).filter(closed_at=None, code=request.POST.get("warehouse", ""))
    place = places.first()
    if place is None:
        raise WarehouseUnknown(WarehouseUnknown.__doc__)
    keep_parts(warehouse_id=place.id, **asked)


def _begin(_request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    begin_repair(**asked)


def _log(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    given = request.POST
    key = uuid_in(given.get("key", "")) or uuid4()
    log_work(minutes=whole(given.get("minutes", "")), words=given.get("words", ""), key=key, **asked)


def _batch(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    note_batch(batch=request.POST.get("batch", "")[:200], **asked)


def _photos(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    photos = [one.read() for one in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]]
    of = request.POST.get("of", "")
    add_photos(photos=photos, of=PhotoOf(of) if of in PhotoOf.values else PhotoOf.BEFORE, **asked)


def _take(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    take_over(reading_id=uuid_in(request.POST.get("reading", "")) or uuid4(), **asked)


def _finish(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    finish_repair(is_solved=request.POST.get("solved") == "yes", **asked)


def _check(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    check_repair(is_passed=request.POST.get("passed") == "yes", **asked)


def _hand(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    given = request.POST
    label = Label(given.get("carrier", ""), given.get("tracking_number", ""))
    hand_back(handing=given.get("handing", ""), label=label, **asked)


def _paid(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    note_paid(reference=request.POST.get("reference", ""), **asked)


def _close(_request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    close_repair(**asked)


def _cancel(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    cancel_repair(reason=request.POST.get("reason", ""), **asked)


def _give_up(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    give_up(reason=request.POST.get("reason", ""), **asked)


def _plan(_request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    plan_visit(**asked)


def _arrive(_request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    begin_there(**asked)


def _leave(request: HttpRequest, _found: Repair, asked: _Asked) -> None:
    finish_there(is_solved=request.POST.get("solved") == "yes", **asked)


_DO: dict[str, tuple[Callable[[HttpRequest, Repair, _Asked], None], LazyText]] = {
    "triage": (_triage, _("Judged; the customer is told.")),
    "quote": (_quote, _("The quote is sent.")),
    "answer": (_answer, _("The answer is noted.")),
    "part": (_add_part, _("The part is planned.")),
    "drop": (_drop_part, _("The part is planned no more.")),
    "back": (_bring_back, _("Booked back into stock.")),
    "keep": (_keep, _("Stock keeps the parts.")),
    "begin": (_begin, _("Begun; the parts are taken.")),
    "log": (_log, _("Noted.")),
    "batch": (_batch, _("Noted.")),
    "photos": (_photos, _("The pictures are kept.")),
    "take": (_take, _("Taken over from the photo.")),
    "finish": (_finish, _("The work is ended.")),
    "check": (_check, _("Checked.")),
    "hand": (_hand, _("Handed back.")),
    "paid": (_paid, _("Noted as paid.")),
    "visit": (_plan, _("The visit is planned; the customer is told.")),
    "arrive": (_arrive, _("Begun; the parts are taken.")),
    "leave": (_leave, _("The work is ended.")),
    "close": (_close, _("The repair is over.")),
    "cancel": (_cancel, _("The repair is cancelled.")),
    "give_up": (_give_up, _("Ended as beyond repair. What the customer gets instead is asked for on the order.")),
}


@require_POST
@permit("repairs:read")
def act(request: HttpRequest, repair_number: str) -> HttpResponse:
    """One of what a colleague may do with a repair."""
    viewer, do = viewer_of(request), request.POST.get("do", "")
    if do not in _DO:
        return HttpResponseBadRequest()
    found = repair_or_404(viewer, repair_number, WRITE)
    command, done = _DO[do]
    try:
        command(request, found, {"repair_id": found.id, "by": By(viewer.actor), "at": clock.now()})
    except (RepairRefused, ParcelRefused, StockRefused, VisitRefused) as refusal:
        return shown(request, repair_or_404(viewer, repair_number), refusal=said(refusal))
    messages.success(request, str(done))
    here = "repair_visit" if request.POST.get("here") == "visit" else "repair"
    return redirect(here, found.number)


@require_GET
@permit("repairs:read")
@cache_control(private=True, max_age=3600)
def photo(request: HttpRequest, repair_number: str, picture_id: UUID) -> HttpResponse:
    """A picture of a repair: shown, never run."""
    found = repair_or_404(viewer_of(request), repair_number)
    row = RepairPhoto.objects.filter(repair=found, id=picture_id).select_related("file").first()
    return _picture(row.file if row else None)


@require_GET
@permit("repairs:read")
@cache_control(private=True, max_age=3600)
def signature(request: HttpRequest, repair_number: str) -> HttpResponse:
    """What was drawn as a signature."""
    return _picture(repair_or_404(viewer_of(request), repair_number).signature)


def _picture(file: StoredFile | None) -> HttpResponse:
    if file is None:
        raise Http404
    try:
        content = store.read(file)
    except Unreadable:
        raise Http404 from None
    kind = file.content_type
    response = HttpResponse(content, content_type=kind if kind in INLINE else "application/octet-stream")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
