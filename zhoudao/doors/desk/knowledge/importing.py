"""Articles taken over from a file, on a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.knowledge.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.knowledge.commands.importing import Taken, import_articles
from zhoudao.rooms.knowledge.reading_files import MOST_BYTES, read_file
from zhoudao.rooms.knowledge.refusals import ImportUnreadable, KnowledgeRefused

_SHOWN = 50
_WHY: dict[str, LazyText] = {
    "title_or_text_missing": gettext_lazy("title or text is missing"),
    "said_twice": gettext_lazy("this article in this language stands in an earlier row"),
    "language_unknown": gettext_lazy("the language is none of zh-Hans, zh-Hant and en"),
    "audience_unknown": gettext_lazy("the audience is none of public, staff and both"),
    "topic_unknown": gettext_lazy("there is no such topic"),
    "day_unsound": gettext_lazy("this is no day: write 2026-12-31"),
}


@require_http_methods(["GET", "POST"])
@permit("articles:write")
def page(request: HttpRequest) -> HttpResponse:
    """GET says what is taken; POST takes it and says what became of it."""
    refusal, taken, file = "", None, request.FILES.get("file")
    if request.method == "POST":
        try:
            if file is None or (file.size or 0) > MOST_BYTES:
                raise ImportUnreadable
            read = read_file(file.name or "", file.read())
            taken = import_articles(
                read=read,
                is_sent=request.POST.get("review") == "1",
                viewer=viewer_of(request),
                at=clock.now(),
            )
        except KnowledgeRefused as error:
            refusal = said(error)
    context: dict[str, Any] = {"refusal": refusal, "taken": taken, "wrong": _said(taken) if taken else []}
    return render(request, "desk/knowledge/import.html", context, status=422 if refusal else 200)


def _said(taken: Taken) -> list[tuple[int, str]]:
    return [(one.row, str(_WHY[one.why]) if one.why in _WHY else _refused(one.why)) for one in taken.wrong[:_SHOWN]]


def _refused(name: str) -> str:
    return said(type(name, (Exception,), {})())
