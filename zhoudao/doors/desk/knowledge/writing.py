"""The editor: three languages side by side, each with how it will be read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.knowledge.asking import draft_of, form_of, found_or_404, moment_of, written_draft
from zhoudao.doors.desk.knowledge.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import tag
from zhoudao.kit.markup import marked
from zhoudao.rooms.knowledge.commands.drafting import begin_article, change_draft
from zhoudao.rooms.knowledge.drafts import Draft, Terms, terms_of
from zhoudao.rooms.knowledge.models import Audience, Miss, State
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, KnowledgeRefused
from zhoudao.rooms.knowledge.texts import SOURCE, Text


@require_http_methods(["GET", "POST"])
@permit("articles:write")
def new(request: HttpRequest) -> HttpResponse:
    """GET: an empty article, or one for a question nothing was found for; POST begins it."""
    viewer, refusal = viewer_of(request), ""
    given = request.POST if request.method == "POST" else request.GET
    is_release = given.get("show") == "releases"
    asked = uuid_in(given.get("miss", ""))
    miss = Miss.objects.filter(id=asked, article=None).first() if asked else None
    draft = _first(miss, is_release)
    if request.method == "POST":
        try:
            draft = draft_of(request.POST)
            made = begin_article(
                draft=draft,
                code=given.get("code", "").strip(),
                is_release=is_release,
                source="miss" if miss else "hand",
                miss_id=miss.id if miss else None,
                viewer=viewer,
                at=clock.now(),
            )
        except KnowledgeRefused as error:
            refusal = said(error)
        else:
            messages.success(request, _("Draft kept."))
            return redirect("article", made.code)
    context = form_of(draft, is_release=is_release) | {"refusal": refusal, "miss": miss, "code": given.get("code", "")}
    return render(request, "desk/knowledge/edit.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("articles:write")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """GET: what the newest version says; POST keeps it as the draft, or as a new one beside what is read."""
    viewer, refusal = viewer_of(request), ""
    article, versions = found_or_404(code, viewer)
    newest = versions[0]
    draft = Draft(written_draft(newest), terms_of(newest), newest.note if newest.state == State.DRAFT else "")
    seen = newest.written_at.isoformat()
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            draft = draft_of(request.POST)
            change_draft(code=code, draft=draft, seen_at=moment_of(seen), viewer=viewer, at=clock.now())
        except ArticleNotFound as error:
            raise Http404 from error
        except KnowledgeRefused as error:
            refusal = said(error)
        else:
            messages.success(request, _("Draft kept."))
            return redirect("article", code)
    context: dict[str, Any] = form_of(draft, is_release=article.is_release)
    context |= {"article": article, "version": newest, "seen": seen, "refusal": refusal}
    return render(request, "desk/knowledge/edit.html", context, status=422 if refusal else 200)


@require_POST
@permit("articles:write")
def preview(request: HttpRequest) -> HttpResponse:
    """How a text will be read."""
    body = mark_safe(marked(request.POST.get("source", "")[:SOURCE]))  # noqa: S308 - cleaned by nh3
    return render(request, "desk/knowledge/_body.html", {"body": body})


def _first(miss: Miss | None, is_release: bool) -> Draft:
    """What is known already: the question that was asked."""
    terms = Terms(audience=Audience.STAFF if is_release else Audience.PUBLIC)
    texts = {tag(miss.language): Text(phrasings=(miss.words,))} if miss else {}
    return Draft(texts, terms)
