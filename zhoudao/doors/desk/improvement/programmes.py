"""Programmes: the list, one with its plan, money and concerns, and its closing report."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.conduct.improvement.commands import programmes as commands
from zhoudao.conduct.improvement.commands.holding import WRITE, people
from zhoudao.conduct.improvement.commands.programmes import Charter
from zhoudao.conduct.improvement.gantt import Bar, gantt
from zhoudao.conduct.improvement.models import Milestone, Phase, Programme
from zhoudao.conduct.improvement.queries.programmes import adoption, days_late, money_of, programme_of, programmes
from zhoudao.conduct.improvement.queries.register import flow_names, open_ones
from zhoudao.conduct.improvement.refusals import ImprovementRefusal, ProgrammeNotFound, RowUnsound
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.register import card_of
from zhoudao.doors.desk.improvement.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.money import Money

NOTHING = UUID(int=0)


@require_http_methods(["GET", "POST"])
@permit("improvement:read")
def listed(request: HttpRequest) -> HttpResponse:
    """GET: all of them; POST begins one."""
    viewer, refusal = viewer_of(request), ""
    if request.method == "POST":
        try:
            made = commands.begin_programme(charter=_charter(request.POST), viewer=viewer, at=clock.now())
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            return redirect("programme", made.id)
    flows = flow_names(viewer.language)
    context = {
        "rows": [(one, flows.get(one.flow_key, one.flow_key)) for one in programmes()],
        "given": request.POST if refusal else {"threshold": "80", "lead": str(viewer.user_id)},
        "people": people(),
        "flows": flows.items(),
        "may_write": viewer.covers(WRITE),
        "refusal": refusal,
    }
    return render(request, "desk/improvement/programmes.html", context, status=422 if refusal else 200)


@require_GET
@permit("improvement:read")
def programme(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """One."""
    return _shown(request, _found(programme_id))


@require_POST
@permit("improvement:write")
def act(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """One of what can be done with it."""
    viewer, given = viewer_of(request), request.POST
    one = _found(programme_id)
    do = _DO.get(given.get("do", ""))
    if do is None:
        return HttpResponseBadRequest()
    try:
        do(one, given, {"programme_id": one.id, "viewer": viewer}, clock.now())
    except ProgrammeNotFound:
        raise Http404 from None
    except ImprovementRefusal as refusal:
        return _shown(request, _found(programme_id), said(refusal))
    return redirect("programme", one.id)


@require_GET
@permit("improvement:read")
def report(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """What was predicted beside what was achieved, to be printed."""
    one = _found(programme_id)
    version, adopted = adoption(one.flow_key)
    context = _context(request, one) | {"version": version, "adopted": adopted, "unready": one.unready.order_by("at")}
    return render(request, "desk/improvement/programme_report.html", context)


def _shown(request: HttpRequest, one: Programme, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    context = _context(request, one) | {
        "phases": Phase.choices,
        "people": people(),
        "flows": flow_names(viewer.language).items(),
        "open_ones": [each for each in open_ones() if each.programme_id is None],
        "may_write": viewer.covers(WRITE) and one.closed_at is None,
        "percent": f"{one.threshold * 100:g}",
        "marks": range(1, 6),
        "given": request.POST if refusal else {},
        "refusal": refusal,
    }
    return render(request, "desk/improvement/programme.html", context, status=422 if refusal else 200)


def _context(request: HttpRequest, one: Programme) -> dict[str, Any]:
    day = today()
    rows = sorted(one.milestones.select_related("owner"), key=_by_plan)
    concerns = one.concerns.select_related("owner").order_by("closed_at", "id")
    initiatives = one.initiatives.select_related("owner", "store").order_by("due_date", "id")
    return {
        "one": one,
        "flow": flow_names(viewer_of(request).language).get(one.flow_key, one.flow_key) if one.flow_key else "",
        "members": one.members.select_related("user").order_by("user__name", "id"),
        "milestones": [(row, days_late(row, day)) for row in rows],
        "picture": gantt([_bar(row, day) for row in rows], day, _("The plan")),
        "budget": [(row, _money(one, row.planned_minor), _money(one, row.actual_minor)) for row in one.budget.all()],
        "sums": [_money(one, each) for each in money_of(one)],
        "concerns": sorted(concerns, key=lambda each: (each.closed_at is not None, -each.weight)),
        "initiatives": [card_of(each, day) for each in initiatives],
        "today": day,
    }


def _by_plan(row: Milestone) -> tuple[int, date, UUID]:
    return Phase.values.index(row.phase), row.start_date, row.id


def _bar(row: Milestone, day: date) -> Bar:
    late = row.done_date is None and row.due_date < day
    state = "done" if row.done_date else "late" if late else "ahead" if row.start_date > day else "open"
    says = f"{row.get_phase_display()} · {row.words} · {row.start_date} – {row.due_date}"
    return Bar(row.words, row.start_date, row.due_date, state, says)


def _money(one: Programme, minor: int) -> str:
    return Money(minor, one.currency).format(get_language() or "")


def _charter(given: QueryDict) -> Charter:
    try:
        share = float(given.get("threshold", "80")) / 100
    except ValueError:
        raise RowUnsound from None
    lead_id, flow = uuid_in(given.get("lead", "")), given.get("flow", "")
    return Charter(given.get("title", ""), lead_id, given.get("goals", ""), flow, share)


def _found(programme_id: UUID) -> Programme:
    one = programme_of(programme_id)
    if one is None:
        raise Http404
    return one


def _change(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return commands.change_programme(charter=_charter(given), at=at, **who)


def _close(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return commands.close_programme(closing=given.get("closing", ""), at=at, **who)


def _member(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return commands.add_member(user_id=uuid_in(given.get("user", "")), part=given.get("part", ""), **who)


def _milestone(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    days = (_day(given.get("start", "")), _day(given.get("due", "")))
    owner_id = uuid_in(given.get("owner", ""))
    row: dict[str, Any] = {"phase": given.get("phase", ""), "words": given.get("words", ""), "owner_id": owner_id}
    return commands.add_milestone(days=days, **row, **who)


def _tick(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    day = today() if given.get("done") == "1" else None
    commands.tick_milestone(row_id=_row(given), day=day, at=at, **who)
    return None


def _line(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    planned = _minor(one, given.get("planned", ""))
    return commands.add_budget_line(words=given.get("words", ""), planned_minor=planned, **who)


def _spent(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    commands.note_spent(row_id=_row(given), actual_minor=_minor(one, given.get("actual", "")), **who)
    return None


def _concern(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    marks = {name: _mark(given.get(name, "")) for name in ("likelihood", "impact")}
    owner_id = uuid_in(given.get("owner", ""))
    words = {"words": given.get("words", ""), "counter": given.get("counter", ""), "owner_id": owner_id}
    return commands.add_concern(given={**words, **marks, "has_happened": given.get("kind") == "issue"}, **who)


def _settle(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    commands.settle_concern(row_id=_row(given), at=at, **who)
    return None


def _take(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    initiative_id = uuid_in(given.get("initiative", ""))
    commands.take_initiative(initiative_id=initiative_id, is_in=given.get("out") != "1", **who)
    return None


def _drop(one: Programme, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    commands.drop_row(kind=given.get("kind", ""), row_id=_row(given), **who)
    return None


_DO: dict[str, Callable[[Programme, QueryDict, dict[str, Any], datetime], object]] = {
    "change": _change,
    "close": _close,
    "member": _member,
    "milestone": _milestone,
    "tick": _tick,
    "line": _line,
    "spent": _spent,
    "concern": _concern,
    "settle": _settle,
    "take": _take,
    "drop": _drop,
}


def _row(given: QueryDict) -> UUID:
    return uuid_in(given.get("row", "")) or NOTHING


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowUnsound from None


def _mark(text: str) -> int:
    return int(text) if text in ("1", "2", "3", "4", "5") else 0


def _minor(one: Programme, text: str) -> int:
    try:
        return Money.of(Decimal(text.strip().replace(",", "")), one.currency).minor
    except (InvalidOperation, ValueError):
        raise RowUnsound from None
