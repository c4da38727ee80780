"""What can be booked, how each store offers it, and a store's places."""

from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.commands.services import (
    OfferTerms,
    Terms,
    may_define,
    retire_resource,
    retire_service,
    save_offer,
    save_resource,
    save_service,
)
from zhoudao.rooms.bookings.commands.telling import Reminders, reminder_rule, save_reminders
from zhoudao.rooms.bookings.models import Offer, Resource, Service, Where, Who
from zhoudao.rooms.bookings.reach import MANAGE, stores_of
from zhoudao.rooms.bookings.refusals import BookingRefused, RemindersUnsound
from zhoudao.rooms.bookings.slots import STEPS
from zhoudao.rooms.bookings.staffing import store_people
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.entrances.commands.gateway import gateway
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.models import Need

TAGS = ("zh-Hans", "zh-Hant", "en")
_NUMBERS = (
    *("minutes", "step_minutes", "before_minutes", "after_minutes", "lead_minutes", "horizon_days"),
    *("change_minutes", "place"),
)
_MOST = 100


@require_GET
@permit("bookings:manage")
def services(request: HttpRequest) -> HttpResponse:
    """Everything that can be booked, and a store's places."""
    viewer = viewer_of(request)
    stores = list(stores_of(viewer, MANAGE))
    store = store_of(request, stores)
    offered = {one.service_id: one for one in Offer.objects.filter(store=store).select_related("resource", "calendar")}
    rule = reminder_rule()
    rows = list(Service.objects.filter(retired_at=None).order_by("place", "id")[:_MOST])
    context = {
        "stores": stores,
        "store": store,
        "services": [(one, offered.get(one.id)) for one in rows],
        "places": Resource.objects.filter(store=store, retired_at=None).order_by("id"),
        "may_define": may_define(viewer),
        "tags": TAGS,
        "rule": rule,
        "has_gateway": gateway() is not None,
        "first_hours": rule.first_minutes // 60,
        "second_hours": rule.second_minutes // 60,
    }
    return settings_page(request, "desk/bookings/services.html", context, here="settings_bookings")


@require_http_methods(["GET", "POST"])
@permit("bookings:manage")
def service(request: HttpRequest, service_id: UUID | None = None) -> HttpResponse:
    """One service: what it is everywhere, and how one store offers it."""
    viewer = viewer_of(request)
    found = Service.objects.filter(id=service_id, retired_at=None).first() if service_id else None
    if (service_id and found is None) or (service_id is None and not may_define(viewer)):
        raise Http404
    stores = list(stores_of(viewer, MANAGE))
    store = store_of(request, stores)
    refusal = ""
    if request.method == "POST":
        try:
            saved = _save(request.POST, found, store, viewer)
        except BookingRefused as error:
            refusal = said(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(reverse("settings_booking", args=[saved.id]) if saved else reverse("settings_bookings"))
    context = _form(found, store, request.POST if refusal else None) | {
        "stores": stores,
        "store": store,
        "may_define": may_define(viewer),
        "refusal": refusal,
    }
    path = "desk/bookings/service.html"
    return settings_page(request, path, context, here="settings_bookings", status=422 if refusal else 200)


@require_POST
@permit("bookings:manage")
def reminders(request: HttpRequest) -> HttpResponse:
    """When customers are reminded, everywhere."""
    viewer, given = viewer_of(request), request.POST
    if not may_define(viewer):
        raise Http404
    try:
        quiet = [time.fromisoformat(given[name]) if given.get(name) else None for name in ("quiet_from", "quiet_until")]
        hours = [_number(given.get(name, "")) for name in ("first", "second")]
        rule = Reminders(hours[0] * 60, hours[1] * 60, "tells_missed" in given, quiet[0], quiet[1], "texts" in given)
        save_reminders(rule, viewer=viewer, at=clock.now())
        messages.success(request, _("Saved."))
    except (ValueError, RemindersUnsound):
        messages.error(request, said(RemindersUnsound()))
    return redirect("settings_bookings")


@require_POST
@permit("bookings:manage")
def places(request: HttpRequest) -> HttpResponse:
    """Places of a store are added, changed, or offered no more."""
    viewer, given = viewer_of(request), request.POST
    store = store_of(request, list(stores_of(viewer, MANAGE)))
    if store is None:
        raise Http404
    resource_id, units = uuid_in(given.get("place", "")), given.get("units", "")
    try:
        if given.get("do") == "retire":
            wanted = resource_id or UUID(int=0)
            retire_resource(resource_id=wanted, store_id=store.id, viewer=viewer, at=clock.now())
        else:
            save_resource(
                resource_id=resource_id,
                store_id=store.id,
                names=_names(given, "name"),
                units=int(units) if units.isascii() and units.isdigit() else 0,
                viewer=viewer,
                at=clock.now(),
            )
        messages.success(request, _("Saved."))
    except BookingRefused as error:
        messages.error(request, said(error))
    return redirect(f"{reverse('settings_bookings')}?store={store.code}")


def _save(given: QueryDict, found: Service | None, store: Store | None, viewer: Viewer) -> Service | None:
    """The service that was saved; None when it was retired."""
    at, do = clock.now(), given.get("do", "")
    if do == "retire" and found is not None:
        retire_service(service_id=found.id, viewer=viewer, at=at)
        return None
    if do == "offer" and found is not None and store is not None:
        save_offer(service_id=found.id, store_id=store.id, terms=_offer_terms(given), viewer=viewer, at=at)
        return found
    if do != "service":
        raise Http404
    return save_service(service_id=found.id if found else None, terms=_terms(given), viewer=viewer, at=at)


def _terms(given: QueryDict) -> Terms:
    numbers = {name: _number(given.get(name, "")) for name in _NUMBERS}
    lines = [line for line in given.get("questions", "").splitlines() if line.strip()]
    return Terms(
        names=_names(given, "name"),
        kind=given.get("kind", ""),
        where=given.get("where", ""),
        who=given.get("who", ""),
        skill=given.get("skill", "")[:40],
        questions=tuple(_question(line) for line in lines),
        **numbers,
    )


def _question(line: str) -> dict[str, str]:
    """`哪个型号？ / 哪個型號？ / Which model?`; what is left out falls back."""
    parts = [part.strip() for part in line.split("/")]
    return {tag: part for tag, part in zip(TAGS, parts, strict=False) if part}


def _offer_terms(given: QueryDict) -> OfferTerms:
    return OfferTerms(
        is_on="is_on" in given,
        calendar_id=uuid_in(given.get("calendar", "")),
        resource_id=uuid_in(given.get("resource", "")),
        need_id=uuid_in(given.get("need", "")),
        people=[one for one in map(uuid_in, given.getlist("person")) if one],
    )


def _form(found: Service | None, store: Store | None, given: QueryDict | None) -> dict[str, Any]:
    offer = Offer.objects.filter(service=found, store=store).first() if found else None
    chosen = set(offer.people.values_list("id", flat=True)) if offer else set[UUID]()
    people: list[User] = list(store_people(store.id)) if store else []
    asked = found.questions if found else []
    shown = found or Service(minutes=30, kind=Kind.INQUIRY)
    return {
        "service": found,
        "shown": shown,
        "given": given,
        "names": [(tag, given.get(f"name-{tag}", "") if given else shown.names.get(tag, "")) for tag in TAGS],
        "numbers": {name: given.get(name, "") if given else getattr(shown, name) for name in _NUMBERS},
        "questions": "\n".join(" / ".join(one["names"].get(tag, "") for tag in TAGS).rstrip(" /") for one in asked),
        "kinds": Kind.choices,
        "wheres": Where.choices,
        "whos": Who.choices,
        "steps": STEPS,
        "offer": offer,
        "calendars": Calendar.objects.order_by("code"),
        "resources": Resource.objects.filter(store=store, retired_at=None).order_by("id"),
        "needs": Need.objects.filter(store=store, retired_at=None).order_by("letter"),
        "people": [(one, one.pk in chosen) for one in people],
    }


def _names(given: QueryDict, name: str) -> dict[str, str]:
    return {tag: given.get(f"{name}-{tag}", "") for tag in TAGS}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
