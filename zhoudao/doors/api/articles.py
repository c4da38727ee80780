"""`/articles`: what is written in the knowledge base: found, read, drafted, sent to review, published."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Cursor
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import FALLBACK
from zhoudao.rooms.knowledge.commands.drafting import begin_article, change_draft
from zhoudao.rooms.knowledge.commands.reviewing import publish_version, submit_draft
from zhoudao.rooms.knowledge.drafts import Draft, Terms
from zhoudao.rooms.knowledge.models import Version
from zhoudao.rooms.knowledge.queries.listing import Asked, article_of, page
from zhoudao.rooms.knowledge.queries.reading import find_articles, read_article
from zhoudao.rooms.knowledge.refusals import ArticleNotFound
from zhoudao.rooms.knowledge.texts import Shown, Text, shown

router = Router(tags=["articles"])
_NO_NUL = r"^[^\x00]*$"
ArticleCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]
Language = Literal["zh-Hans", "zh-Hant", "en"]
Audience = Literal["public", "staff", "both"]
Words = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]


class TextIn(Schema):
    """An article in one language; `source` is Markdown or HTML, `phrasings` the questions it answers."""

    title: Annotated[str, StringConstraints(max_length=120)]
    summary: Annotated[str, StringConstraints(max_length=300)] = ""
    source: Annotated[str, StringConstraints(max_length=100_000)]
    phrasings: Annotated[list[Words], Field(max_length=30)] = []


class DraftIn(Schema):
    """What a version is to say and on which terms; days are included."""

    texts: dict[Language, TextIn]
    audience: Audience = "public"
    topics: Annotated[list[ArticleCode], Field(max_length=20)] = []
    skus: Annotated[list[Annotated[str, StringConstraints(max_length=80)]], Field(max_length=200)] = []
    valid_from: date | None = None
    valid_until: date | None = None
    note: Annotated[str, StringConstraints(max_length=300)] = ""

    def draft(self) -> Draft:
        """As the room takes it."""
        texts = {
            str(language): Text(one.title, one.summary, one.source, tuple(one.phrasings))
            for language, one in self.texts.items()
        }
        terms = Terms(
            audience=self.audience,
            topics=tuple(self.topics),
            skus=tuple(self.skus),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )
        return Draft(texts, terms, self.note)


class NewArticle(DraftIn):
    """An article to begin; without a code it gets one."""

    code: Annotated[str, StringConstraints(max_length=60)] = ""


class ArticleItem(Schema):
    """An article in one language. `state` is this version's: draft, review, published or archived."""

    code: str
    version: int
    state: str
    audience: str
    topics: list[str]
    skus: list[str]
    valid_from: date | None
    valid_until: date | None
    language: str
    is_converted: bool
    title: str
    summary: str
    written_at: datetime
    published_at: datetime | None


class ArticleFull(ArticleItem):
    """The same with its text, as harmless HTML and as plain text."""

    body: str
    plain: str
    phrasings: list[str]
    languages: list[str]


class ArticlePage(Schema):
    """A page; `next` is the cursor of the following one, null for the answers to a question."""

    items: list[ArticleItem]
    next: str | None


class ArticlesAsked(Schema):
    """What is asked for: with `question` its answers, the likeliest first; else the articles, last changed first."""

    question: Words = ""
    audience: Literal["public", "staff"] = "staff"
    state: Literal["published", "draft", "review"] = "published"
    language: Language = "zh-Hans"
    cursor: Cursor = ""


class InLanguage(Schema):
    """In which language; the nearest is told where it is not written in it."""

    language: Language = "zh-Hans"


@operations.get(router, "", scope="articles:read", answer=ArticlePage)
def list_articles(request: HttpRequest, asked: Query[ArticlesAsked]) -> ArticlePage:
    """Articles that are read now; drafts and what is in review only with `articles:write`."""
    viewer, now = viewer_in(request), clock.now()
    if asked.question:
        found = find_articles(asked.question, audience=asked.audience, language=asked.language, at=now)
        return ArticlePage(items=[_item(one.version, one.text) for one in found], next=None)
    after = paging.read_id(asked.cursor) if asked.cursor else None
    can_write = viewer.may("articles:write")
    rows, last = page(Asked(state=asked.state, can_write=can_write), at=now, after=after)
    versions = [row.open if asked.state != "published" and row.open else row.shown for row in rows]
    for version, row in zip(versions, rows, strict=True):
        version.article = row.article
    items = [_item(one, shown(one.texts, asked.language)) for one in versions]
    return ArticlePage(items=items, next=paging.write(last) if last else None)


@operations.get(router, "/{code}", scope="articles:read", answer=ArticleFull)
def one_article(request: HttpRequest, code: ArticleCode, asked: Query[InLanguage]) -> ArticleFull:
    """The version of an article that is read now."""
    version = read_article(code, audience="staff", at=clock.now())
    if version is None:
        raise ArticleNotFound
    return _full(version, asked.language)


@operations.post(router, "", scope="articles:write", answers={201: ArticleFull})
def write_article(request: HttpRequest, wanted: NewArticle) -> Status[ArticleFull]:
    """Begin an article with its first draft."""
    viewer = viewer_in(request)
    made = begin_article(draft=wanted.draft(), code=wanted.code, source="api", viewer=viewer, at=clock.now())
    return Status(201, _newest(made.code))


@operations.put(router, "/{code}/draft", scope="articles:write", answer=ArticleFull)
def write_draft(request: HttpRequest, code: ArticleCode, wanted: DraftIn) -> ArticleFull:
    """What the open draft says from now on; of a published article a next version begins."""
    change_draft(code=code, draft=wanted.draft(), seen_at=None, viewer=viewer_in(request), at=clock.now())
    return _newest(code)


@operations.post(router, "/{code}/submit", scope="articles:write", answers={200: ArticleFull})
def submit_article(request: HttpRequest, code: ArticleCode) -> ArticleFull:
    """Send the open draft to review."""
    submit_draft(code=code, viewer=viewer_in(request), at=clock.now())
    return _newest(code)


@operations.post(router, "/{code}/publish", scope="articles:approve", answers={200: ArticleFull})
def publish_article(request: HttpRequest, code: ArticleCode) -> ArticleFull:
    """Have the version in review be the one that is read."""
    publish_version(code=code, number=_newest(code).version, viewer=viewer_in(request), at=clock.now())
    return _newest(code)


def _newest(code: str) -> ArticleFull:
    """The newest version. Raises: ArticleNotFound"""
    found = article_of(code)
    if found is None:
        raise ArticleNotFound
    version = found[1][0]
    version.article = found[0]
    return _full(version, FALLBACK)


def _item(version: Version, text: Shown) -> ArticleItem:
    return ArticleItem(
        code=version.article.code,
        version=version.number,
        state=version.state,
        audience=version.audience,
        topics=version.topics,
        skus=version.skus,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        language=text.language,
        is_converted=text.is_converted,
        title=text.title,
        summary=text.summary,
        written_at=version.written_at,
        published_at=version.decided_at,
    )


def _full(version: Version, language: str) -> ArticleFull:
    text = shown(version.texts, language)
    told = _item(version, text).model_dump()
    return ArticleFull(
        **told, body=text.body, plain=text.plain, phrasings=list(text.phrasings), languages=list(version.texts)
    )
