"""Setting a queue up: its hours, what numbers are given for, and the poster at the entrance."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.queue.page import poster_address
from zhoudao.doors.desk.queue.place import Place, place_of
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.commands.needs import MOST_STEPS, Wanted, retire_need, save_need, set_line
from zhoudao.rooms.visits.models import Need
from zhoudao.rooms.visits.reach import MANAGE
from zhoudao.rooms.visits.refusals import VisitRefused

_TAGS = ("zh-Hans", "zh-Hant", "en")
_KINDS = (Kind.AFTER_SALES, Kind.INQUIRY, Kind.VALUE_ADDED, Kind.COMPLAINT, Kind.FEEDBACK)


@require_GET
@permit("counter:write")
def poster(request: HttpRequest) -> HttpResponse:
    """The QR code that customers scan, to print."""
    place = place_of(request, viewer_of(request))
    if place.line is None:
        raise Http404
    address = poster_address(place.line.store.code)
    return render(request, "desk/queue/poster.html", {"place": place, "address": address, "qr": qr_path(address)})


@require_http_methods(["GET", "POST"])
@permit("queue:write")
def needs(request: HttpRequest) -> HttpResponse:
    """The hours and needs of a store's queue."""
    viewer = viewer_of(request)
    place = place_of(request, viewer, permission=MANAGE)
    refusal = ""
    if request.method == "POST":
        try:
            _save(request.POST, place, viewer)
        except VisitRefused as error:
            refusal = said(error)
        else:
            messages.success(request, _("Saved."))
            assert place.store is not None
            return redirect(f"{reverse('queue_needs')}?store={place.store.code}")
    context = {
        "place": place,
        "refusal": refusal,
        "needs": [_shown(need) for need in _offered(place)],
        "new": _shown(None),
        "given": request.POST if refusal else None,
        "calendars": Calendar.objects.order_by("code"),
        "kinds": [(kind.value, kind.label) for kind in _KINDS],
        "tags": _TAGS,
    }
    return render(request, "desk/queue/needs.html", context, status=422 if refusal else 200)


def _offered(place: Place) -> list[Need]:
    return list(Need.objects.filter(store=place.store, retired_at=None).order_by("letter")) if place.line else []


def _shown(need: Need | None) -> dict[str, Any]:
    """A need as its form shows it: names by language, steps a line each in Simplified Chinese / English."""
    steps = need.steps if need else []
    return {
        "need": need,
        "names": [(tag, need.names.get(tag, "") if need else "") for tag in _TAGS],
        "steps": "\n".join(" / ".join(step["names"].get(tag, "") for tag in _TAGS).rstrip(" /") for step in steps),
    }


def _save(given: QueryDict, place: Place, viewer: Viewer) -> None:
    if place.store is None:
        raise Http404
    store_id, at, do = place.store.id, clock.now(), given.get("do", "")
    need_id = uuid_in(given.get("need", ""))
    if do == "line":
        calendar = uuid_in(given.get("calendar", ""))
        set_line(store_id=store_id, calendar_id=calendar, is_paused="is_paused" in given, viewer=viewer, at=at)
    elif do == "retire":
        retire_need(store_id=store_id, need_id=need_id or UUID(int=0), viewer=viewer, at=at)
    elif do == "save":
        save_need(store_id=store_id, need_id=need_id, wanted=_wanted(given), viewer=viewer, at=at)
    else:
        raise Http404


def _wanted(given: QueryDict) -> Wanted:
    lines = [line for line in given.get("steps", "").splitlines() if line.strip()]
    priority = given.get("priority", "0")
    return Wanted(
        names={tag: given.get(f"name-{tag}", "") for tag in _TAGS},
        letter=given.get("letter", "").strip().upper(),
        kind=given.get("kind", ""),
        priority=int(priority) if priority.lstrip("-").isdigit() else 99,
        steps=tuple(_step(line) for line in lines[: MOST_STEPS + 1]),
        takes_items="takes_items" in given,
    )


def _step(line: str) -> dict[str, str]:
    """`登记 / 登記 / Register`; what is left out falls back."""
    parts = [part.strip() for part in line.split("/")]
    return {tag: part for tag, part in zip(_TAGS, parts, strict=False) if part}
