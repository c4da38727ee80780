"""`/v/<token>/`: who comes when; another time from what is offered; not at all. Nothing but forms."""

from collections.abc import Mapping
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.home.showing import language_of
from zhoudao.doors.portal.languages import NAMES
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.fieldwork.commands.changing import CHANGE, cancel_visit, may_still_change, move_visit
from zhoudao.rooms.fieldwork.links import visit_path
from zhoudao.rooms.fieldwork.models import Visit
from zhoudao.rooms.fieldwork.queries.slots import Slot, slots_for
from zhoudao.rooms.fieldwork.refusals import SlotTaken, TooLateToChange, VisitChanged, VisitRefused

_BY = "customer:link"
_REFUSED: dict[type[VisitRefused], LazyText] = {
    SlotTaken: gettext_lazy("Somebody was faster. Please choose another time."),
    TooLateToChange: gettext_lazy("It begins too soon to be changed here. Please write to us or call."),
    VisitChanged: gettext_lazy("This visit was changed a moment ago. Please look at it again."),
}


@permit(PUBLIC)
@csrf_exempt  # whoever holds the link may change it; nobody is signed in
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """How a visit stands; a POST cancels it."""
    if (stop := barred(request)) is not None:
        return stop
    found = _found(token)
    if found is None:
        return wrong(request)
    refusal = ""
    if request.method == "POST" and request.POST.get("do") == "cancel":
        try:
            cancel_visit(visit_id=found.id, by=By(_BY, store_id=found.store_id), at=clock.now())
            return _back(found)
        except VisitRefused as error:
            refusal = _words(error)
            found = _found(token) or found
    context = {
        "visit": found,
        "person": found.engineer.member.user.name if found.engineer and found.starts_at else "",
        "may_change": may_still_change(found, clock.now()),
        "until": found.starts_at - CHANGE if found.starts_at else None,
        "refusal": refusal,
    }
    return _page(request, "visit.html", context, status=422 if refusal else 200)


@permit(PUBLIC)
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Another time, from those at which somebody able could come."""
    if (stop := barred(request)) is not None:
        return stop
    found = _found(token)
    if found is None:
        return wrong(request)
    if not may_still_change(found, clock.now()):
        return _back(found)
    refusal, was_at = "", found.starts_at
    starts_at = _moment(request.POST.get("start", "")) if request.method == "POST" else None
    if starts_at is not None:
        seen = _moment(request.POST.get("was", ""))
        try:
            by = By(_BY, store_id=found.store_id)
            move_visit(visit_id=found.id, starts_at=starts_at, was_at=seen, by=by, at=clock.now())
            return _back(found)
        except VisitRefused as error:
            refusal = _words(error)
            found = _found(token) or found
            was_at = found.starts_at
    days = _by_day(found)
    day = next((one for one in days if f"{one}" == request.GET.get("day")), next(iter(days), None))
    context = {
        "visit": found,
        "was_at": was_at,
        "days": [(one, len(slots)) for one, slots in days.items()],
        "day": day,
        "slots": days.get(day, []) if day else [],
        "refusal": refusal,
    }
    return _page(request, "move.html", context, status=422 if refusal else 200)


def _found(token: str) -> Visit | None:
    if not 20 <= len(token) <= 40:
        return None
    return Visit.objects.select_related("store", "engineer__member__user").filter(token=token).first()


def _by_day(found: Visit) -> dict[date, list[Slot]]:
    """What is offered: no sooner than may still be changed."""
    now, days = clock.now(), dict[date, list[Slot]]()
    for one in slots_for(found, at=now).slots:
        if one.starts_at >= now + CHANGE:
            days.setdefault(one.starts_at.astimezone(clock.zone()).date(), []).append(one)
    return days


def _words(error: VisitRefused) -> str:
    return str(_REFUSED.get(type(error)) or _("This is not possible just now. Write to us, and we help."))


def _back(found: Visit) -> HttpResponse:
    return discreet(redirect(f"{visit_path(found)}?language={get_language()}"))


def _page(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int) -> HttpResponse:
    around = {"language": language_of(request), "languages": NAMES}
    return discreet(render(request, f"visits/{template}", {**around, **context}, status=status))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
