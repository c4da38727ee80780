"""The list of repairs, the bench, and the page of one with everything on one screen."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.repairs.finding import money, repair_or_404
from zhoudao.doors.desk.stock.choosing import names_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.fieldwork.models import OPEN as VISIT_OPEN
from zhoudao.rooms.fieldwork.queries.visits import visits_of
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.repairs.commands.visiting import SUBJECT
from zhoudao.rooms.repairs.events import ENDED_FOR
from zhoudao.rooms.repairs.kinds import BEFORE_WORK, OPEN, Fault, Handing, Place, State
from zhoudao.rooms.repairs.models import PhotoReading, Quote, Repair
from zhoudao.rooms.repairs.queries.devices import rivals_of
from zhoudao.rooms.repairs.queries.listing import (
    MOST_COUNTED,
    WRITE,
    RepairPage,
    bench,
    counted,
    is_repeated,
    repair_for,
    repair_page,
    repairs_named,
)
from zhoudao.rooms.repairs.sealed import signer_of, words_of, work_words
from zhoudao.rooms.repairs.warranties import WHY, parts_until, standing
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.queries.items import waiting_of
from zhoudao.rooms.stock.reach import places_seen

_WORKED = (State.IN_REPAIR, State.DONE, State.READY, State.HANDED)
_BENCH = (State.APPROVED, State.WAITING, State.IN_REPAIR, State.DONE, State.READY)


@require_GET
@permit("repairs:read")
def repairs(request: HttpRequest) -> HttpResponse:
    """The newest repairs by where they stand; or those that are exactly named."""
    viewer, query = viewer_of(request), request.GET
    words = query.get("q", "").strip()
    state = query.get("state", "open")
    state = state if state in State.values or state in ("open", "all") else "open"
    place = query.get("place", "") if query.get("place", "") in Place.values else ""
    if words:
        page = RepairPage(repairs_named(viewer, words), None)
    else:
        asked = "" if state == "all" else state
        page = repair_page(viewer, state=asked, place=place, after=uuid_in(query.get("after", "")))
    counts = counted(viewer)
    is_many = sum(counts.values()) > MOST_COUNTED
    context = {
        "rows": page.rows,
        "next": page.next,
        "words": words,
        "state": state,
        "place": place,
        "places": Place.choices,
        "tabs": [(one.value, one.label, f"{counts[one.value]}{'+' if is_many else ''}") for one in OPEN],
        "over": [(one.value, one.label) for one in State if one not in OPEN],
    }
    return render(request, "desk/repairs/repairs.html", context)


@require_GET
@permit("repairs:read")
def bench_page(request: HttpRequest) -> HttpResponse:
    """What lies in the workshop, by what is to be done with it, the oldest first."""
    viewer = viewer_of(request)
    rows = bench(viewer, _BENCH)
    names = names_of({one.repaired_by for one in rows if one.repaired_by})
    columns = []
    for state in _BENCH:
        here = [(one, names.get(one.repaired_by, "")) for one in rows if one.state == state]
        columns.append((state.value, state.label, here))
    return render(request, "desk/repairs/bench.html", {"columns": columns, "has_any": bool(rows)})


@require_GET
@permit("repairs:read")
def repair(request: HttpRequest, repair_number: str) -> HttpResponse:
    """One repair: the device and its warranty, what it is, what it costs, its parts, and what is to be done next."""
    return shown(request, repair_or_404(viewer_of(request), repair_number))


@require_GET
@permit("repairs:read")
def visit(request: HttpRequest, repair_number: str) -> HttpResponse:
    """A repair at the customer's place, on the engineer's phone: what to bring, before and after, what came of it."""
    viewer = viewer_of(request)
    found = repair_or_404(viewer, repair_number)
    planned = visits_of(SUBJECT, found.id)
    context = {
        "repair": found,
        "device": found.device,
        "visit": next(iter(planned), None),
        **_warranty(found),
        "words": mask_personal(words_of(found))[0],
        "photos": list(found.photos.select_related("file").order_by("at", "id")),
        **_work(found),
        **_may(viewer, found),
        "is_planned": bool(planned) and planned[0].state in VISIT_OPEN,
        "asked_id": uuid4(),
    }
    return render(request, "desk/repairs/visit.html", context)


def shown(request: HttpRequest, found: Repair, *, refusal: str = "") -> HttpResponse:
    """The page of a repair."""
    viewer = viewer_of(request)
    quotes = list(found.quotes.order_by("-sent_at", "-id"))
    visits = visits_of(SUBJECT, found.id) if found.place == Place.FIELD else []
    context = {
        "repair": found,
        "device": found.device,
        **_warranty(found),
        "rivals": rivals_of(found.device) if found.device.is_disputed else [],
        "is_repeated": is_repeated(found),
        "words": mask_personal(words_of(found))[0],
        "photos": list(found.photos.select_related("file").order_by("at", "id")),
        "readings": [(one, _may_take(found, one)) for one in found.readings.order_by("id")],
        "quotes": [_quote(one) for one in quotes],
        "live_quote": next((_quote(one) for one in quotes if one.is_live), None),
        "visits": visits,
        "is_visited": bool(visits) and visits[0].state not in VISIT_OPEN,
        "owed": money(found.owed_minor, found.currency) if found.owed_minor else "",
        "signer": mask_personal(signer_of(found))[0],
        **_work(found),
        "cases": _cases(viewer, found),
        "happened": timeline([found.id])[::-1],
        **_may(viewer, found),
        **_choices(viewer, found),
        "why_ended": ENDED_FOR.get(found.ended_for, ""),
        "given": request.POST,
        "asked_id": uuid4(),
        "refusal": refusal,
    }
    return render(request, "desk/repairs/repair.html", context, status=422 if refusal else 200)


def _may_take(found: Repair, one: PhotoReading) -> bool:
    """Whether the photo says something that is not noted yet."""
    device = found.device
    is_named = bool(one.serial) and device.serial_key is None and one.sku == device.sku
    return found.is_open and (is_named or bool(one.error_code and not found.error_code))


def _warranty(found: Repair) -> dict[str, Any]:
    today = clock.now().astimezone(ZoneInfo(found.store.zone)).date()
    return {
        "covered_words": WHY.get(found.covered_why, ""),
        "standing": standing(found.device, today),
        "part_terms": parts_until(found.device),
    }


def _quote(one: Quote) -> dict[str, Any]:
    lines = [(sku, name, count, money(price, one.currency)) for sku, name, count, price in one.lines]
    sums = {name: money(getattr(one, f"{name}_minor"), one.currency) for name in ("labour", "parts", "total")}
    return {"quote": one, "lines": lines, **sums}


def _work(found: Repair) -> dict[str, Any]:
    parts, works = list(found.parts.select_related("warehouse").order_by("id")), list(found.works.order_by("at", "id"))
    items = Item.objects.in_bulk({one.sku for one in parts}) if parts else {}
    missing = waiting_of({one.batch for one in parts if one.batch and not one.taken})
    names = names_of({*(one.actor for one in works), found.triaged_by, found.repaired_by, found.checked_by})
    return {
        "parts": [
            (one, str(items.get(one.sku, one.sku)), missing.get((one.batch or one.id, one.sku), 0)) for one in parts
        ],
        "has_planned": any(one.batch is None for one in parts),
        "has_kept": any(one.batch and not one.taken for one in parts),
        "works": [(one, names.get(one.actor, one.actor), mask_personal(work_words(one))[0]) for one in works],
        "minutes": sum(one.minutes for one in works),
        "triaged_by": names.get(found.triaged_by, found.triaged_by),
        "repaired_by": names.get(found.repaired_by, found.repaired_by),
        "checked_by": names.get(found.checked_by, found.checked_by),
    }


def _may(viewer: Viewer, found: Repair) -> dict[str, bool]:
    """What this viewer may do with it now."""
    may_write, state = repair_for(viewer, found.number, WRITE) is not None, found.state
    rights = {
        "may_triage": state in (State.REPORTED, State.TRIAGED, State.APPROVED),
        "may_quote": state in (State.TRIAGED, State.QUOTED) and not found.is_covered,
        "may_answer": state == State.QUOTED,
        "may_part": state in (State.TRIAGED, State.APPROVED, State.WAITING, State.IN_REPAIR),
        "may_keep": state in (State.APPROVED, State.WAITING, State.IN_REPAIR),
        "may_begin": state in (State.APPROVED, State.WAITING),
        "may_plan": state == State.APPROVED and found.place == Place.FIELD and found.order_id is not None,
        "may_work": state == State.IN_REPAIR,
        "may_bring_back": state in _WORKED,
        "may_check": state == State.DONE and viewer.actor != found.repaired_by,
        "is_own_work": state == State.DONE and viewer.actor == found.repaired_by,
        "may_hand": state == State.READY,
        "may_sign": state in (State.READY, State.HANDED) and found.signed_at is None,
        "may_pay": found.is_owing and found.is_open,
        "may_close": state == State.HANDED and not found.is_owing,
        "may_cancel": state in (*BEFORE_WORK, State.IN_REPAIR),
        "may_photo": found.is_open,
    }
    return {"may_write": may_write} | {name: may_write and able for name, able in rights.items()}


def _choices(viewer: Viewer, found: Repair) -> dict[str, Any]:
    return {
        "faults": Fault.choices,
        "places": Place.choices,
        "handings": [one for one in Handing.choices if one[0] != Handing.THERE],
        "carriers": CARRIERS.items(),
        "reasons": ENDED_FOR.items(),
        "warehouses": list(places_seen(viewer).filter(closed_at=None)) if found.is_open else [],
        "quote_rows": range(1, 4),
    }


def _cases(viewer: Viewer, found: Repair) -> list[Case]:
    if not viewer.may("cases:read") or found.conversation_id is None:
        return []
    main = found.conversation.main_id if found.conversation else None
    threads = [one for one in (found.conversation_id, main) if one is not None]
    return list(Case.objects.filter(visible(viewer.within("cases:read")), conversation_id__in=threads)[:3])
