"""Working hours: the week in plain times, special days; changed as text that is checked."""

import re
from itertools import takewhile
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.settings.naming import NamedForm, form_page
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.engines.worktime.calendar import DAYS
from zhoudao.engines.worktime.errors import (
    BadCalendar,
    BadDay,
    BadWindow,
    EmptyWindow,
    NeverOpen,
    OverlappingWindows,
    UnknownZone,
)
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases import calendars as running
from zhoudao.rooms.staff.commands import save_calendar
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.staff.places import found_calendar

_MOST_SPECIAL = 400  # more than a year has
_WINDOW = re.compile(r"\d{1,2}:\d\d[–~-]\d{1,2}:\d\d")
DAY_WORDS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


_FACTS = ("day", "window", "other_day", "other", "zone", "found")
_WRONG: dict[type[BadCalendar], LazyText] = {
    BadCalendar: gettext_lazy("These working hours cannot be used."),
    BadDay: gettext_lazy("A special day begins with its date, as 2026-10-01."),
    BadWindow: gettext_lazy("“{window}” is no time: write 09:00–12:00, between 00:00 and 24:00."),
    EmptyWindow: gettext_lazy("“{window}” ends when it begins; a whole day is 00:00–24:00."),
    OverlappingWindows: gettext_lazy("“{window}” and “{other}” ({other_day}) share time."),
    NeverOpen: gettext_lazy("Without any hours nothing would ever come due; give at least one day hours."),
    UnknownZone: gettext_lazy("There is no such time zone."),
}


class CalendarForm(NamedForm):
    """New working hours."""

    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, required=False)


@require_GET
@permit("settings:read")
def calendars(request: HttpRequest) -> HttpResponse:
    """All calendars with their weeks."""
    rows = [_view(row) for row in Calendar.objects.prefetch_related("teamsettings_set__team").order_by("code")]
    return settings_page(request, "calendars.html", {"calendars": rows}, here="settings_calendars")


@require_http_methods(["GET", "POST"])
@permit("settings:write")
def add(request: HttpRequest) -> HttpResponse:
    """New working hours: a name and a zone; they begin as an office week and are then changed like any."""
    form = CalendarForm(request.POST or None, is_new=True, initial={"zone": clock.zone().key})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, By(viewer_of(request).actor)
        try:
            row = found_calendar(code=given["code"], names=form.names(), zone=given["zone"], by=by, at=clock.now())
        except PlaceRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved. Now say when the week's days begin and end."))
            return redirect("settings_calendar", row.id)
    return form_page(request, "calendar_new.html", form, here="settings_calendars")


@require_http_methods(["GET", "POST"])
@permit("settings:read")
def calendar(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """One calendar: its week, editable by whoever may."""
    row = Calendar.objects.filter(id=calendar_id).first()
    if row is None:
        raise Http404
    view, refusal = _view(row), ""
    if request.method == "POST" and viewer_of(request).may("settings:write"):
        content = row.content | {"week": _week(request.POST)}
        if "special_days" in request.POST:
            content["specials"] = _specials(request.POST["special_days"])
        try:
            save_calendar(code=row.code, names=row.names, content=content)
        except BadCalendar as error:
            refusal = _refused(error)
            view["days"] = [(day, words, request.POST.get(day, "")) for day, words in DAY_WORDS.items()]
            view["special_lines"] = request.POST.get("special_days", view["special_lines"])
        else:
            running.forget()
            messages.success(request, _("Saved. Clocks count by these hours from now on."))
            return redirect("settings_calendars")
    context = {"calendar": view, "refusal": refusal}
    return settings_page(request, "calendar.html", context, here="settings_calendars", status=422 if refusal else 200)


def _refused(error: BadCalendar) -> str:
    """What is wrong, on which day, in the reader's language."""
    where = {name: str(DAY_WORDS.get(value, value)) for name, value in error.where.items()}
    day = where.get("day", "")
    words = str(_WRONG.get(type(error), _WRONG[BadCalendar])).format(**dict.fromkeys(_FACTS, "") | where)
    return _("%(day)s: %(words)s") % {"day": day, "words": words} if day else words


def _view(row: Calendar) -> dict[str, Any]:
    week = row.content.get("week", {})
    days = [(day, DAY_WORDS[day], ", ".join("–".join(pair) for pair in week.get(day, []))) for day in DAYS]
    special = [
        (day, one.get("name", ""), ", ".join("–".join(pair) for pair in one.get("windows", [])))
        for day, one in sorted(row.content.get("specials", {}).items())
    ]
    lines = "\n".join(" ".join(part for part in (day, windows, name) if part) for day, name, windows in special)
    return {"row": row, "days": days, "zone": row.content.get("zone", ""), "special": special, "special_lines": lines}


def _week(asked: QueryDict) -> dict[str, list[list[str]]]:
    return {
        day: [_pair(part) for part in asked.get(day, "").replace("，", ",").split(",") if part.strip()] for day in DAYS
    }


def _specials(text: str) -> dict[str, dict[str, Any]]:
    """A day a line: its date, its hours (none: closed), its name."""
    lines = [line.replace("，", " ").replace(",", " ").split() for line in text.splitlines() if line.strip()]
    found = {}
    for day, *rest in lines[:_MOST_SPECIAL]:
        windows = list(takewhile(_WINDOW.fullmatch, rest))
        name = " ".join(rest[len(windows) :])[:60]
        found[day] = {"name": name, "windows": [_pair(window) for window in windows]}
    return found


def _pair(text: str) -> list[str]:
    return [side.strip() for side in text.replace("-", "–").replace("~", "–").split("–")]
