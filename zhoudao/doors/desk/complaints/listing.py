"""The list of causes, as managers keep it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.complaints.causes import CauseNotFound, CauseUnsound, kept_causes, named, retire_cause, save_cause

_TAGS = ("zh-Hans", "zh-Hant", "en")


@require_http_methods(["GET", "POST"])
@permit("causes:write")
def listing(request: HttpRequest) -> HttpResponse:
    """All of them; one is named, added, retired or taken up."""
    refusal = ""
    if request.method == "POST":
        try:
            _change(request.POST, By(viewer_of(request).actor))
        except (CauseUnsound, CauseNotFound) as error:
            refusal = said(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_causes")
    context = {"rows": [(row, named(row)) for row in kept_causes()], "refusal": refusal, "tags": _TAGS}
    path = "desk/complaints/causes_list.html"
    return settings_page(request, path, context, here="settings_causes", status=422 if refusal else 200)


def _change(asked: QueryDict, by: By) -> None:
    code = asked.get("code", "")
    if asked.get("do") in ("retire", "take_up"):
        retire_cause(code=code, is_retired=asked["do"] == "retire", by=by, at=now())
    else:
        save_cause(code=code, names={tag: asked.get(f"name-{tag}", "") for tag in _TAGS}, by=by, at=now())
