"""Release notes: mine to read, confirmed, and who has not read one yet."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.knowledge.asking import found_or_404
from zhoudao.doors.desk.knowledge.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.receipts import MOST_REMINDERS, REST, may_remind
from zhoudao.ground.installation import clock
from zhoudao.rooms.knowledge.commands.releases import confirm_release, remind_release_readers
from zhoudao.rooms.knowledge.queries.worklists import release_readers, releases_for
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, KnowledgeRefused
from zhoudao.rooms.knowledge.texts import shown


@require_GET
@permit("articles:read")
def mine(request: HttpRequest) -> HttpResponse:
    """The release notes I am asked to read, unread ones first."""
    viewer = viewer_of(request)
    rows = [(version, shown(version.texts, viewer.language), note) for version, note in releases_for(viewer)]
    context = {"rows": rows, "can_write": viewer.may("articles:write"), "sees_readers": viewer.may("team:read")}
    return render(request, "desk/knowledge/releases.html", context)


@require_POST
@permit("articles:read")
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Read and understood."""
    viewer = viewer_of(request)
    found_or_404(code, viewer)
    try:
        confirm_release(code=code, viewer=viewer, at=clock.now())
    except KnowledgeRefused as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Noted: you have read it."))
    return redirect("article", code)


@require_GET
@permit("team:read")
def readers(request: HttpRequest, code: str) -> HttpResponse:
    """Who has read it and who has not."""
    viewer = viewer_of(request)
    article, versions = found_or_404(code, viewer)
    version = next((one for one in versions if one.id == article.live_id), None)
    if version is None or not article.is_release:
        raise Http404
    rows = release_readers(version)
    done = sum(row.read_at is not None for row in rows)
    context: dict[str, Any] = {
        "article": article,
        "version": version,
        "text": shown(version.texts, viewer.language),
        "rows": rows,
        "done": done,
        "share": done / len(rows) if rows else None,
        "may_remind": done < len(rows),
        "can_remind": may_remind(reminders=version.reminders, reminded_at=version.reminded_at, at=clock.now()),
        "is_spent": version.reminders >= MOST_REMINDERS,
        "next_at": version.reminded_at + REST if version.reminded_at else None,
        "most": MOST_REMINDERS,
    }
    return render(request, "desk/knowledge/readers.html", context)


@require_POST
@permit("team:read")
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Those who have not read it are asked again."""
    viewer = viewer_of(request)
    found_or_404(code, viewer)
    try:
        told = remind_release_readers(code=code, viewer=viewer, at=clock.now())
    except ArticleNotFound as error:
        raise Http404 from error
    except KnowledgeRefused as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Reminded: %(count)s") % {"count": told})
    return redirect("release_readers", code)
