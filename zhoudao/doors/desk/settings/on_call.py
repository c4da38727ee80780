"""Who is on call: a team's roster, the coming week with its holes, and a test that shows whether people are reached."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.settings.calendars import DAY_WORDS
from zhoudao.doors.desk.settings.on_call_hint import uncovered
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.ground.notices.kinds import WAYS, way_of
from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.routing import RAPID_REACTION
from zhoudao.rooms.staff.queries import teams_seen
from zhoudao.rooms.staff.roster import Entry, Roster, duties_of, holes, roster_of, week_of, who_can_be_called
from zhoudao.rooms.staff.rostering import NobodyOnDuty, RosterMoved, RosterUnsound, page_for_a_test, set_roster

_SHOWN_TESTS = timedelta(hours=1)


@require_GET
@permit("team:read")
def on_call(request: HttpRequest) -> HttpResponse:
    """To the team that takes emergencies, or the first one sees."""
    teams = teams_seen(viewer_of(request))
    if not teams:
        return settings_page(request, "on_call.html", {"teams": []}, here="settings_on_call")
    first = next((team for team in teams if team.code == RAPID_REACTION), teams[0])
    return redirect("settings_on_call_team", code=first.code)


@require_http_methods(["GET", "POST"])
@permit("team:read")
def team(request: HttpRequest, code: str) -> HttpResponse:
    """One team's roster; whoever may writes it."""
    viewer = viewer_of(request)
    teams = teams_seen(viewer)
    here = _team(teams, code)
    shown, refusal, line = roster_of(here.id), "", 0
    if request.method == "POST" and _may_write(viewer, here):
        asked = _asked(request.POST)
        zone, by, version = request.POST.get("zone", ""), By(viewer.actor), request.POST.get("version", "")
        try:
            set_roster(team=here, zone=zone, entries=asked, by=by, at=now(), version=version)
        except RosterMoved as moved:
            refusal = said(moved)
        except RosterUnsound as unsound:
            refusal, line = said(unsound), unsound.line
            shown = replace(shown, zone=zone, entries=asked)
        else:
            messages.success(request, _("Saved. Whoever is on call is called by it from now on."))
            return redirect("settings_on_call_team", code=code)
    context = _context(viewer, here, shown) | {"teams": teams, "refusal": refusal, "bad_line": line}
    return settings_page(request, "on_call.html", context, here="settings_on_call", status=422 if refusal else 200)


@require_POST
@permit("on_call:write")
def test(request: HttpRequest, code: str) -> HttpResponse:
    """Pages whoever is on call now, and shows what becomes of it."""
    viewer = viewer_of(request)
    here, refusal = _team(teams_seen(viewer), code), ""
    address = reverse("settings_on_call_team", args=[code])
    try:
        page_for_a_test(team=here, address=address, by=By(viewer.actor), name=viewer.name, at=now())
    except NobodyOnDuty as nobody:
        refusal = said(nobody)
    return render(
        request, "desk/settings/_on_call_tests.html", {"here": here, "tests": _tests(here), "refusal": refusal}
    )


@require_GET
@permit("team:read")
def tests(request: HttpRequest, code: str) -> HttpResponse:
    """What became of the last tests."""
    here = _team(teams_seen(viewer_of(request)), code)
    return render(request, "desk/settings/_on_call_tests.html", {"here": here, "tests": _tests(here)})


def _team(teams: Sequence[Team], code: str) -> Team:
    found = next((one for one in teams if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _may_write(viewer: Viewer, here: Team) -> bool:
    return viewer.covers("on_call:write", store_id=here.store_id, team_id=here.id)


def _context(viewer: Viewer, here: Team, roster: Roster) -> dict[str, Any]:
    at, duties = now(), duties_of(here.id)
    zone = ZoneInfo(roster.zone) if roster.zone in available_timezones() else ZoneInfo("UTC")
    people = list(who_can_be_called(here.id).select_related("user").order_by("user__name"))
    names = {one.user_id: one.user.name for one in people}
    wishes = {wish.user_id: wish.ways for wish in Wish.objects.filter(user__in=names)}
    blank = Entry(UUID(int=0))
    may_write = _may_write(viewer, here)
    lines = [*roster.entries, *([blank] if may_write else [])]
    return {
        "here": here,
        "roster": roster,
        "zones": sorted(available_timezones()),
        "lines": [_line(number, entry) for number, entry in enumerate(lines, start=1)],
        "people": [(one.user_id, one.user.name, WAYS[way_of("paged", wishes.get(one.user_id, {}))]) for one in people],
        "week": [
            (day, [(span, [names.get(one, "") for one in span.people], span.ends_at <= at) for span in spans])
            for day, spans in week_of(duties, at.astimezone(zone).date(), zone=zone)
        ],
        "holes": [(begins.astimezone(zone), ends.astimezone(zone)) for begins, ends in holes(duties, at, hours=24 * 7)],
        "tests": _tests(here),
        "may_write": may_write,
        "uncovered": uncovered(at=at),
    }


def _line(number: int, entry: Entry) -> dict[str, Any]:
    days = [(day, words, day in entry.days) for day, words in DAY_WORDS.items()]
    return {"number": number, "entry": entry, "days": days, "is_new": entry.user_id == UUID(int=0)}


def _tests(here: Team) -> list[dict[str, Any]]:
    """Whom the tests of the last hour called, and whether they have seen it."""
    address = reverse("settings_on_call_team", args=[here.code])
    rows = Notice.objects.filter(kind="page_test", address=address, at__gte=now() - _SHOWN_TESTS).select_related("user")
    found = list(rows.order_by("-at", "user__name")[:12])
    troubles = dict(Wish.objects.filter(user__in=[row.user_id for row in found]).values_list("user_id", "trouble"))
    return [{"row": row, "trouble": troubles.get(row.user_id, "")} for row in found]


def _asked(asked: QueryDict) -> list[Entry]:
    """The lines somebody is named in, by the order given; rubbish is left for the command to refuse."""
    found = [
        (_number(asked.get(f"order-{line}", ""), line), line, whom)
        for line in asked.getlist("line")
        if (whom := uuid_in(asked.get(f"who-{line}", ""))) is not None
    ]
    return [_entry(asked, line, whom) for _order, line, whom in sorted(found, key=lambda one: one[0])]


def _entry(asked: QueryDict, line: str, whom: UUID) -> Entry:
    return Entry(
        whom,
        tuple(asked.getlist(f"days-{line}")),
        asked.get(f"start-{line}", "") or "00:00",
        asked.get(f"end-{line}", "") or "00:00",
        _date(asked.get(f"from-{line}", "")),
        _date(asked.get(f"until-{line}", "")),
    )


def _number(text: str, line: str) -> float:
    return float(text) if text.isdecimal() and len(text) < 4 else float(line) if line.isdecimal() else 0.0


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
