"""Writing, editing, sharing and retiring macros."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.macros.forms import MacroForm, initial_of, mended, words_of
from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.teamwork import macros as room
from zhoudao.rooms.teamwork.macros import NewMacro, may_edit, retire_macro, save_macro
from zhoudao.rooms.teamwork.models import Macro, Scope
from zhoudao.rooms.teamwork.refusals import MacroBroken, MacroNotFound, TeamworkRefusal
from zhoudao.rooms.teamwork.steps import Steps, check


@require_GET
@permit("cases:write")
def macros(request: HttpRequest) -> HttpResponse:
    """All one may run; one that cannot run says what to mend."""
    viewer = viewer_of(request)
    rows = [
        {
            "row": row,
            "lines": words_of(Steps.of(row.steps)),
            "may": may_edit(viewer, row),
            "trouble": _trouble(request, row),
        }
        for row in room.macros(viewer)[:100]
    ]
    return settings_page(request, "desk/macros/macros.html", {"rows": rows}, here="macros")


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def new(request: HttpRequest) -> HttpResponse:
    """A new one, one's own until shared."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def macro(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    """One to be changed."""
    row = room.macros(viewer_of(request)).filter(id=macro_id).first()
    if row is None:
        raise Http404
    return _edit(request, row)


@require_POST
@permit("cases:write")
def retire(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    """No longer offered; or offered again."""
    is_retired = request.POST.get("back") is None
    try:
        retire_macro(macro_id=macro_id, viewer=viewer_of(request), at=now(), is_retired=is_retired)
    except MacroNotFound:
        raise Http404 from None
    except TeamworkRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Retired. It is no longer offered.") if is_retired else _("Offered again."))
    return redirect("macros")


def _edit(request: HttpRequest, row: Macro | None) -> HttpResponse:
    viewer = viewer_of(request)
    form = MacroForm(request.POST or None, initial=_initial(row), viewer=viewer)
    may = row is None or may_edit(viewer, row)
    if request.method == "POST" and form.is_valid():
        team = form.cleaned_data["team"]
        scope, title = form.cleaned_data["scope"], form.cleaned_data["title"]
        wanted = NewMacro(title, form.steps(), scope, team.id if team else None)
        try:
            save_macro(wanted, viewer=viewer, at=now(), macro_id=row.id if row else None)
        except MacroBroken as refusal:
            form.add_error(None, mended(refusal))
        except TeamworkRefusal as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved. It is offered from now on."))
            return redirect("macros")
    context = {"form": form, "row": row, "may": may, "trouble": _trouble(request, row) if row else ""}
    return settings_page(request, "desk/macros/macro.html", context, here="macros", status=422 if form.errors else 200)


def _initial(row: Macro | None) -> dict[str, Any]:
    if row is None:
        return {"scope": Scope.OWN}
    return initial_of(Steps.of(row.steps)) | {"title": row.title, "scope": row.scope, "team": row.team_id}


def _trouble(request: HttpRequest, row: Macro) -> str:
    try:
        check(Steps.of(row.steps), viewer_of(request))
    except MacroBroken as refusal:
        return mended(refusal)
    return ""
