"""`/answers/`: topics, search, articles, and whether they helped. What is not for customers does not exist here."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from zhoudao.doors.portal.home.showing import language_of
from zhoudao.doors.portal.languages import NAMES, known
from zhoudao.doors.portal.limits import Limit, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.kept import Kept
from zhoudao.kit.languages import LANGUAGES, pick, tag
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.knowledge.commands.hearing import judge_article, note_miss
from zhoudao.rooms.knowledge.queries.reading import (
    Found,
    find_articles,
    has_articles,
    read_article,
    related,
    shelves,
)
from zhoudao.rooms.knowledge.refusals import ArticleNotFound
from zhoudao.rooms.knowledge.texts import shown
from zhoudao.rooms.knowledge.topics import TOPICS

LONGEST, OFFERED, ON_HOME = 200, 6, 5
SEARCHES = Limit("answers-search", 120, 600)
MISSES = Limit("answers-miss", 10, 600)
JUDGED = Limit("answers-judged", 30, 600)
FILLED: Kept[str, bool] = Kept(30.0)


@frozen
class Shelf:
    """A topic with its articles; `more` are not shown on the first page."""

    code: str
    words: str
    icon: str
    articles: list[Found]
    more: int


@permit(PUBLIC)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The topics; with `topic` one of them whole, with `q` what was found, with `offer` that alone, while one types."""
    language, question = language_of(request), request.GET.get("q", "").strip()[:LONGEST]
    if question and SEARCHES.knock(address_of(request)):
        return _page(request, "slow.html", {"question": question}, status=429)
    if question:
        return _found(request, question, language)
    topic = request.GET.get("topic", "")
    found = shelves("public", language, clock.now())
    if topic and topic not in dict(found):
        raise Http404
    wanted = [(code, some) for code, some in found if code == topic or not topic]
    drawn = [_shelf(code, some, len(some) if topic else ON_HOME) for code, some in wanted]
    return _page(request, "home.html", {"shelves": drawn, "topic": topic})


@permit(PUBLIC)
@require_safe
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One article, in the visitor's language or the nearest, with what goes with it."""
    language, now = language_of(request), clock.now()
    version = read_article(code, audience="public", at=now)
    if version is None or version.article.is_release:
        return _page(request, "missing.html", {}, status=404)
    context = {
        "version": version,
        "text": shown(version.texts, language),
        "names": LANGUAGES,
        "wanted": tag(language),
        "topics": [(topic, TOPICS[topic][0]) for topic in version.topics],
        "related": related(version, audience="public", language=language, at=now),
        "said": request.GET.get("said", ""),
    }
    return _page(request, "article.html", context)


@permit(PUBLIC)
@csrf_exempt  # nobody is signed in, and the most a forger does is say that an article helped
@require_POST
def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Whether it helped; then, if it did not, what was missing."""
    language, address = language_of(request), address_of(request)
    is_helpful = request.POST.get("helpful") == "yes"
    if not JUDGED.knock(address):
        try:
            judge_article(
                code=code,
                visitor=box.blind_index("answers.visitor", f"{address} {request.headers.get('User-Agent', '')[:200]}"),
                is_helpful=is_helpful,
                words=request.POST.get("words", ""),
                language=language,
                actor="customer:portal",
                at=clock.now(),
            )
        except ArticleNotFound:
            return _page(request, "missing.html", {}, status=404)
    said = "yes" if is_helpful else "thanks" if request.POST.get("words", "").strip() else "no"
    return redirect(f"{reverse('portal:answer', args=[code])}?language={language}&said={said}#helped")


def _found(request: HttpRequest, question: str, language: str) -> HttpResponse:
    now = clock.now()
    found = find_articles(question, audience="public", language=language, at=now)
    if request.GET.get("offer"):
        return _page(request, "_offers.html", {"found": found[:OFFERED]})
    if not found and request.method == "GET" and not MISSES.knock(address_of(request)):
        note_miss(words=question, language=language, at=now)
    has_help = Channel.objects.filter(kind="form", is_active=True).exists()
    return _page(request, "found.html", {"question": question, "found": found, "has_help": has_help})


def _shelf(code: str, articles: list[Found], most: int) -> Shelf:
    words, icon = TOPICS[code]
    return Shelf(code, str(words), icon, articles[:most], max(0, len(articles) - most))


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    language = language_of(request)
    around = {"language": language, "languages": NAMES, "company": pick(clock.company(), language)}
    answer = render(request, f"help_centre/{template}", around | context, status=status)
    answer["Cache-Control"] = "private, no-cache"
    if known(request.GET.get("language", "")):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SECURE)
    return answer


def is_filled() -> bool:
    """Whether there is anything to look up; known for half a minute."""
    return FILLED.get("public", lambda: has_articles("public", clock.now()))
