"""The list of articles: 25 at a time, by state, by words, those that end soon."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.knowledge.models import State
from zhoudao.rooms.knowledge.queries.listing import Asked, page
from zhoudao.rooms.knowledge.texts import shown

_STATES = [
    ("all", pgettext_lazy("articles", "All")),
    *((state.value, state.label) for state in State),
    ("ending", pgettext_lazy("articles", "Ending soon")),
]


@require_GET
@permit("articles:read")
def listed(request: HttpRequest) -> HttpResponse:
    """Articles, or with `show=releases` release notes, last changed first."""
    viewer, given, now = viewer_of(request), request.GET, clock.now()
    can_write = viewer.may("articles:write")
    state = given.get("state", "all")
    asked = Asked(
        words=given.get("q", "")[:200],
        state=state if state in dict(_STATES) else "all",
        is_release=given.get("show") == "releases",
        owner_id=viewer.user_id if given.get("owner") == "me" else None,
        can_write=can_write,
    )
    rows, after = page(asked, at=now, after=uuid_in(given.get("after", "")))
    query = given.copy()
    query["after"] = str(after or "")
    context: dict[str, Any] = {
        "rows": [(row, shown(row.shown.texts, viewer.language)) for row in rows],
        "next": query.urlencode() if after else "",
        "asked": asked,
        "states": _STATES,
        "can_write": can_write,
        "today": now.astimezone(clock.zone()).date(),
    }
    return render(request, "desk/knowledge/list.html", context)
