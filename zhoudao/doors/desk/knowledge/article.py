"""One article: read, decided on, its versions compared."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.knowledge.asking import found_or_404, people
from zhoudao.doors.desk.knowledge.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import LANGUAGES, tag
from zhoudao.rooms.knowledge.commands.drafting import drop_draft, name_owner, take_up_version
from zhoudao.rooms.knowledge.commands.holding import may_approve
from zhoudao.rooms.knowledge.commands.releases import open_release
from zhoudao.rooms.knowledge.commands.reviewing import archive_article, give_back, publish_version, submit_draft
from zhoudao.rooms.knowledge.models import OPEN, Article, Audience, State, Version
from zhoudao.rooms.knowledge.queries.listing import differences, opinions_of
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, KnowledgeRefused
from zhoudao.rooms.knowledge.texts import shown
from zhoudao.rooms.knowledge.topics import TOPICS


@require_GET
@permit("articles:read")
def article(request: HttpRequest, code: str) -> HttpResponse:
    """What is read, or for who writes the open version (`version=live` for the other); a reader of a release note is
    noted to have it open.
    """
    viewer, now = viewer_of(request), clock.now()
    found, versions = found_or_404(code, viewer)
    can_write = viewer.may("articles:write")
    live = next((one for one in versions if one.id == found.live_id), None)
    written = next((one for one in versions if one.state in OPEN), None) if can_write else None
    version = live if live is not None and (written is None or request.GET.get("version") == "live") else written
    version = version or versions[0]
    language = request.GET.get("language", "")
    reading = open_release(version=version, viewer=viewer, at=now) if found.is_release and version is live else None
    context: dict[str, Any] = {
        "article": found,
        "version": version,
        "live": live,
        "written": written,
        "text": shown(version.texts, language if language in LANGUAGES else viewer.language),
        "languages": [
            (one, LANGUAGES[one], bool(version.texts[one].get("is_converted")))
            for one in LANGUAGES
            if one in version.texts
        ],
        "topics": [TOPICS[topic][0] for topic in version.topics],
        "reading": reading,
        "is_public": version is live and version.audience != Audience.STAFF,
        "count": len(versions),
    }
    context |= _for_writers(found, version, viewer) if can_write else {}
    return render(request, "desk/knowledge/article.html", context)


@require_POST
@permit("articles:write")
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Sent to review, taken back, gone back to, dropped, or given an owner."""
    return _answered(request, code, _kept)


@require_POST
@permit("articles:approve")
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Published, given back, archived."""
    return _answered(request, code, _decided)


def _answered(request: HttpRequest, code: str, does: Callable[[QueryDict, dict[str, Any]], str]) -> HttpResponse:
    viewer = viewer_of(request)
    found_or_404(code, viewer)
    try:
        done = does(request.POST, {"code": code, "viewer": viewer, "at": clock.now()})
    except ArticleNotFound as error:
        raise Http404 from error
    except KnowledgeRefused as refusal:
        messages.error(request, said(refusal))
        return redirect("article", code)
    messages.success(request, done)
    return redirect("article", code) if Article.objects.filter(code=code).exists() else redirect("knowledge")


@require_GET
@permit("articles:write")
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions, and what differs between two: `of` against `against`, else the newest against the one before."""
    found, rows = found_or_404(code, viewer_of(request))
    numbers = {str(one.number): one for one in rows}
    of = numbers.get(request.GET.get("of", ""), rows[0])
    earlier = next((one for one in rows if one.number < of.number), None)
    against = numbers.get(request.GET.get("against", ""), earlier)
    compared = differences(against.texts, of.texts) if against is not None else []
    context = {
        "article": found,
        "versions": rows,
        "of": of,
        "against": against,
        "compared": [(LANGUAGES[language], lines) for language, lines in compared],
        "can_take_up": not any(one.state in OPEN for one in rows),
    }
    return render(request, "desk/knowledge/versions.html", context)


def _decided(given: QueryDict, who: dict[str, Any]) -> str:
    """What an approver asked, done, in words. Raises: KnowledgeRefused"""
    if given.get("do") == "publish":
        publish_version(number=_number(given), **who)
        return _("Published.")
    if given.get("do") == "give_back":
        give_back(number=_number(given), answer=given.get("answer", ""), **who)
        return _("Given back to its writer.")
    if given.get("do") != "archive":
        raise Http404
    archive_article(**who)
    return _("Archived: nobody finds it any more.")


def _kept(given: QueryDict, who: dict[str, Any]) -> str:
    """What a writer asked, done, in words. Raises: KnowledgeRefused"""
    match given.get("do"):
        case "submit":
            submit_draft(**who)
            return _("Sent to review. Who approves is told.")
        case "take_back":
            give_back(number=_number(given), answer="", **who)
            return _("Draft kept.")
        case "drop":
            drop_draft(**who)
            return _("The draft is gone.")
        case "take_up":
            take_up_version(number=_number(given), **who)
            return _("A new draft says what that version said.")
        case "owner":
            name_owner(owner_id=uuid_in(given.get("owner", "")), **who)
            return _("Kept.")
    raise Http404


def _number(given: QueryDict) -> int:
    """The version that was looked at; 0, which none has, where none is named."""
    said = given.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _for_writers(found: Article, version: Version, viewer: Viewer) -> dict[str, Any]:
    said_of = opinions_of(found)
    approves = may_approve(viewer)
    return {
        "can_write": True,
        "approves": approves,
        "is_own": version.written_by_id == viewer.user_id,
        "in_review": version.state == State.REVIEW,
        "is_draft": version.state == State.DRAFT,
        "opinions": [one for one in said_of if one.words][:10],
        "helpful": sum(one.is_helpful for one in said_of),
        "judged": len(said_of),
        "people": people(),
        "reader_language": tag(viewer.language),
    }
