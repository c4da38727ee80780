"""Decision tables: listed, edited with their test cases, tried, published, compared."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.studio.asked import whole
from zhoudao.doors.desk.studio.scope import reach_of
from zhoudao.doors.desk.studio.table_form import EMPTY, State, TableFormWrong, is_grid, state_of, stored
from zhoudao.doors.desk.studio.table_words import change_lines, said
from zhoudao.doors.desk.studio.words import names_of
from zhoudao.engines.decisions.comparing import compare_tables, compare_tests
from zhoudao.engines.decisions.tables import TableInvalid
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.decisions.commands import KeyWrong, TableRefusal, is_key, publish, try_tests
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.decisions.offers import offered
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now

_PAGE = 25


@require_GET
@permit("flows:read")
def tables(request: HttpRequest) -> HttpResponse:
    """Every table by its live version."""
    rows = list(DecisionVersion.objects.filter(is_live=True).order_by("key"))
    names = names_of(row.published_by for row in rows)
    found = [(row, names[row.published_by], len(row.content.get("rules", []))) for row in rows]
    return render(
        request, "desk/studio/tables.html", {"tables": found, "may_edit": viewer_of(request).may("flows:write")}
    )


@require_GET
@permit("flows:read")
def table(request: HttpRequest, key: str) -> HttpResponse:
    """One table: the live version or another one, to read or to edit; `new` begins one nobody has."""
    viewer = viewer_of(request)
    versions = list(DecisionVersion.objects.filter(key=key).order_by("-version")[:_PAGE])
    number = whole(request.GET.get("version", ""))
    shown = next((row for row in versions if row.version == number or (not number and row.is_live)), None)
    is_new = viewer.may("flows:write") and "new" in request.GET and is_key(key) and not versions
    if shown is None and not is_new:
        raise Http404
    names = names_of(row.published_by for row in versions)
    before = next((row for row in versions if shown and row.version < shown.version), None)
    context = {
        "key": key,
        "shown": shown,
        "versions": [(row, names[row.published_by]) for row in versions],
        "changes": change_lines(_changes(before, shown)) if before and shown else [],
        "before": before,
        "may_edit": viewer.may("flows:write") and reach_of(viewer) is None,
        "offered": offered(key),
        "is_grid": shown is None or is_grid(shown.content),
        "page": {"state": _state(shown), "seen": versions[0].version if versions else 0},
    }
    return render(request, "desk/studio/table.html", context)


@require_GET
@permit("flows:write")
def table_new(request: HttpRequest) -> HttpResponse:
    """To the page of a table nobody has yet, or of the one that has this key."""
    key = request.GET.get("key", "").strip()
    if not is_key(key):
        messages.error(request, said(KeyWrong(KeyWrong.__doc__)))
        return redirect("decision_tables")
    known = DecisionVersion.objects.filter(key=key).exists()
    return redirect(reverse("decision_table", args=[key]) + ("" if known else "?new=1"))


@require_GET
@permit("flows:read")
def table_file(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """The version as a file."""
    row = DecisionVersion.objects.filter(key=key, version=version).first()
    if row is None:
        raise Http404
    content = {"inputs": row.inputs, "content": row.content, "tests": row.tests}
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{key}-{version}.json"'
    return response


@require_POST
@permit("flows:write")
def table_try(request: HttpRequest, key: str) -> HttpResponse:
    """This will run the test cases of what is in the editor, and store nothing; answers in JSON."""
    try:
        content, inputs, tests = stored(_sent(request))
        tried = try_tests(key=key, content=content, inputs=inputs, tests=tests)
    except (TableFormWrong, TableInvalid, TableRefusal) as refusal:
        return JsonResponse({"refusal": said(refusal)}, status=422)
    return JsonResponse({"tests": [{"passed": each.is_passed, "found": each.found} for each in tried]})


@require_POST
@permit("flows:write")
def table_publish(request: HttpRequest, key: str) -> HttpResponse:
    """This will publish what is in the editor, when its test cases pass; answers in JSON."""
    viewer = viewer_of(request)
    if reach_of(viewer) is not None:
        words = _("Decision tables hold for all stores; only who has the role everywhere may publish them.")
        return JsonResponse({"refusal": words}, status=422)
    try:
        content, inputs, tests = stored(_sent(request))
        made = publish(
            key=key,
            content=content,
            inputs=inputs,
            tests=tests,
            by=By(viewer.actor),
            at=now(),
            note=request.POST.get("note", "").strip()[:2000],
            seen=whole(request.POST.get("seen", "")),
        )
    except (TableFormWrong, TableInvalid, TableRefusal) as refusal:
        return JsonResponse(_refused(key, refusal, request), status=422)
    return JsonResponse({"address": reverse("decision_table", args=[made.key])})


def _refused(key: str, refusal: Exception, request: HttpRequest) -> dict[str, Any]:
    """With what changed meanwhile, when somebody else published."""
    newest = getattr(refusal, "newest", None)
    answer: dict[str, Any] = {"refusal": said(refusal)}
    if newest is not None:
        began = DecisionVersion.objects.filter(key=key, version=whole(request.POST.get("seen", ""))).first()
        answer |= {"seen": newest.version, "changes": change_lines(_changes(began, newest)) if began else []}
    return answer


def _changes(before: DecisionVersion, after: DecisionVersion) -> list[Any]:
    if not (is_grid(before.content) and is_grid(after.content)):
        return []
    tables = compare_tables(before.content, after.content, (before.inputs, after.inputs))
    return [*tables, *compare_tests(before.tests, after.tests)]


def _state(shown: DecisionVersion | None) -> State:
    return state_of(shown.content, shown.inputs, shown.tests) if shown else EMPTY


def _sent(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("table", ""))
    except (ValueError, RecursionError) as error:
        raise TableFormWrong(_("The table could not be read.")) from error
