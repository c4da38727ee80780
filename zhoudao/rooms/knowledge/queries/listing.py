"""Articles as those see them who write them: the list, one with all its versions, what differs between two."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhoudao.ground.installation import clock
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import needs, terms
from zhoudao.kit.languages import LANGUAGES
from zhoudao.kit.markup import plain_of
from zhoudao.rooms.knowledge.commands.releases import AHEAD
from zhoudao.rooms.knowledge.models import OPEN, Article, Opinion, State, Version

PAGE, LINES = 25, 400


@frozen
class Asked:
    """What of the articles is asked for. `state`: all, published, draft, review, archived or ending."""

    words: str = ""
    state: str = "all"
    is_release: bool = False
    owner_id: UUID | None = None
    can_write: bool = True


@frozen
class Row:
    """An article in the list: the version that stands for it, and what is under way."""

    article: Article
    shown: Version
    open: Version | None
    helpful: int
    unhelpful: int


@frozen
class Difference:
    """A line of a comparison: `mark` is + (new), - (gone) or a blank."""

    mark: str
    text: str


def page(asked: Asked, *, at: datetime, after: UUID | None) -> tuple[list[Row], UUID | None]:
    """A page of the list, last changed first, and where the next one goes on (at most five statements)."""
    rows = _asked(asked, at)
    last = Article.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(beyond("-changed_at", last.changed_at, last.id))
    found = list(rows.select_related("owner").order_by("-changed_at", "-id")[: PAGE + 1])
    return _rows(found[:PAGE], asked), found[PAGE - 1].id if len(found) > PAGE else None


def article_of(code: str) -> tuple[Article, list[Version]] | None:
    """An article with its versions, newest first (two statements)."""
    article = Article.objects.select_related("owner").filter(code=code).first()
    if article is None:
        return None
    rows = article.versions.select_related("written_by", "decided_by").defer("search", "words", "heading")
    return article, list(rows.order_by("-number"))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, list[Difference]]]:
    """What differs between the texts of two versions, by language, line by line; languages alike are left out."""
    found = []
    for language in LANGUAGES:
        old, new = _lines(before.get(language)), _lines(after.get(language))
        if old != new:
            found.append((language, _compared(old, new)))
    return found


def opinions_of(article: Article, *, most: int = 50) -> list[Opinion]:
    """What readers said of an article, newest first (one statement)."""
    return list(article.opinions.select_related("version").order_by("-at", "-id")[:most])


def _compared(old: list[str], new: list[str]) -> list[Difference]:
    lines = difflib.ndiff(old[:LINES], new[:LINES])
    return [Difference(line[0].strip(), line[2:]) for line in lines if line[0] in "+- "]


def _lines(text: Mapping[str, Any] | None) -> list[str]:
    if text is None:
        return []
    said = [text["title"], text["summary"], *plain_of(text["body"]).split("\n"), *text["phrasings"]]
    return [line for line in said if line]


def _asked(asked: Asked, at: datetime) -> QuerySet[Article]:
    rows = Article.objects.filter(is_release=asked.is_release)
    if asked.owner_id:
        rows = rows.filter(owner=asked.owner_id)
    standing = Version.objects.filter(article=OuterRef("id"))
    if not asked.can_write or asked.state in (State.PUBLISHED, "ending"):
        rows = rows.exclude(live=None)
    elif asked.state in OPEN:
        rows = rows.filter(Exists(standing.filter(state=asked.state)))
    elif asked.state == State.ARCHIVED:
        rows = rows.filter(~Exists(standing.exclude(state=State.ARCHIVED)))
    if asked.state == "ending":
        rows = rows.filter(live__valid_until__lte=at.astimezone(clock.zone()).date() + AHEAD)
    return rows.filter(Exists(_holding(standing, asked))) if asked.words.strip() else rows


def _holding(rows: QuerySet[Version], asked: Asked) -> QuerySet[Version]:
    """Versions that hold all that was typed."""
    wanted = terms(asked.words)[:10]
    if not asked.can_write:
        rows = rows.filter(state=State.PUBLISHED)
    for one in wanted:
        rows = rows.filter(words__contains=one)
    found = needs(wanted)
    query = " & ".join([f"'{one}'" for one in found.grams] + [f"'{one}':*" for one in found.beginnings])
    return rows.extra(where=["search @@ %s::tsquery"], params=[query]) if query else rows


def _rows(articles: list[Article], asked: Asked) -> list[Row]:
    """Three statements, however many articles."""
    ids = [one.id for one in articles]
    versions = Version.objects.filter(article__in=ids).defer("search", "words", "heading").order_by("-number")
    standing: dict[UUID, list[Version]] = {}
    for version in versions:
        standing.setdefault(version.article_id, []).append(version)
    counts = Opinion.objects.filter(article__in=ids).values("article").order_by("article")
    said = {
        row["article"]: (row["yes"], row["no"])
        for row in counts.annotate(
            yes=Count("id", filter=Q(is_helpful=True)), no=Count("id", filter=Q(is_helpful=False))
        )
    }
    return [_row(one, standing.get(one.id, []), said.get(one.id, (0, 0)), asked) for one in articles]


def _row(article: Article, versions: list[Version], said: tuple[int, int], asked: Asked) -> Row:
    live = next((one for one in versions if one.id == article.live_id), None)
    written = next((one for one in versions if one.state in OPEN), None) if asked.can_write else None
    return Row(article, live or written or versions[0], written, *said)
