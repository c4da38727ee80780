"""Articles as readers find them: what may be read, what answers a question, what goes with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.knowledge.models import Audience, State, Version
from zhoudao.rooms.knowledge.questions import Fit, Piece, asked_for, fit, pieces_of
from zhoudao.rooms.knowledge.texts import Shown, shown
from zhoudao.rooms.knowledge.topics import TOPICS

Who = Literal["public", "staff"]
MOST, CANDIDATES, RELATED, ON_SHELF = 20, 80, 4, 100
_CANDIDATES = """
    SELECT one.id FROM knowledge_version AS one
    JOIN knowledge_article AS article ON article.live_id = one.id
    CROSS JOIN LATERAL (
        SELECT sum(weight) AS held FROM unnest(%(queries)s::tsquery[], %(weights)s::int[]) AS piece (query, weight)
        WHERE one.search @@ piece.query
    ) AS fitting
    WHERE one.search @@ %(any)s::tsquery AND one.audience = ANY(%(audiences)s) AND NOT article.is_release
      AND (one.valid_from IS NULL OR one.valid_from <= %(day)s)
      AND (one.valid_until IS NULL OR one.valid_until >= %(day)s)
    ORDER BY fitting.held DESC, article.code LIMIT %(most)s
"""


@frozen
class Found:
    """An article that may answer a question, in the reader's language."""

    version: Version
    text: Shown
    fit: Fit


@frozen
class Answerable:
    """What an answer may be made of: one published article in one language; `body` is plain text."""

    article_id: UUID
    version_id: UUID
    code: str
    language: str
    title: str
    phrasings: tuple[str, ...]
    body: str
    topics: tuple[str, ...]
    skus: tuple[str, ...]


def visible(audience: Who, at: datetime) -> QuerySet[Version]:
    """The published versions that this audience may read at this moment, their articles with them."""
    day = at.astimezone(clock.zone()).date()
    rows = Version.objects.filter(state=State.PUBLISHED, article__live=F("id"), audience__in=_audiences(audience))
    rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gte=day))
    return rows.select_related("article").defer("search", "words", "heading")


def find_articles(question: str, *, audience: Who, language: str, at: datetime, most: int = MOST) -> list[Found]:
    """The articles that may answer a question, the likeliest first (two statements)."""
    pieces = pieces_of(question)
    ids = _candidates(pieces, audience, at)
    rows = Version.objects.filter(id__in=ids).select_related("article").defer("search")
    fits = [(row, fit(pieces, row.words, row.heading)) for row in rows]
    enough = sorted((one for one in fits if one[1].is_enough), key=lambda one: (-one[1].rank, one[0].article.code))
    return [Found(row, shown(row.texts, language), how) for row, how in enough[:most]]


def answerable(language: str, audience: Who, *, at: datetime) -> list[Answerable]:
    """Everything an answer may be made of in a language, by code (one statement); release notes answer nothing."""
    rows = visible(audience, at).filter(article__is_release=False).order_by("article__code")
    return [_answerable(row, shown(row.texts, language)) for row in rows]


def shelves(audience: Who, language: str, at: datetime) -> list[tuple[str, list[Found]]]:
    """The articles by topic, in the order of `TOPICS`; of several topics, on the first one (one statement)."""
    rows = visible(audience, at).filter(article__is_release=False).order_by("article__code")[: ON_SHELF * len(TOPICS)]
    found: dict[str, list[Found]] = {topic: [] for topic in TOPICS}
    for row in rows:
        topic = row.topics[0] if row.topics else "products"
        found[topic].append(Found(row, shown(row.texts, language), Fit(0, 0)))
    return [(topic, some[:ON_SHELF]) for topic, some in found.items() if some]


def read_article(code: str, *, audience: Who, at: datetime) -> Version | None:
    """The version of an article that this audience may read now (one statement)."""
    return visible(audience, at).filter(article__code=code).first()


def related(version: Version, *, audience: Who, language: str, at: datetime) -> list[Found]:
    """Other articles on the same shelf or product, those first whose titles are nearest (one statement)."""
    wanted = pieces_of("\n".join(one["title"] for one in version.texts.values()))
    rows = visible(audience, at).exclude(id=version.id).filter(article__is_release=False)
    rows = rows.filter(Q(topics__overlap=version.topics) | Q(skus__overlap=version.skus)).defer(None).defer("search")
    told = [Found(row, shown(row.texts, language), fit(wanted, row.words, row.heading)) for row in rows[:ON_SHELF]]
    return sorted(told, key=lambda one: (-one.fit.rank, one.version.article.code))[:RELATED]


def has_articles(audience: Who, at: datetime) -> bool:
    """Whether there is anything to read (one statement)."""
    return visible(audience, at).filter(article__is_release=False).exists()


def _answerable(row: Version, text: Shown) -> Answerable:
    said = (row.article_id, row.id, row.article.code, text.language, text.title, text.phrasings, text.plain)
    return Answerable(*said, tuple(row.topics), tuple(row.skus))


def _candidates(pieces: Sequence[Piece], audience: Who, at: datetime) -> list[UUID]:
    queries = [(asked, piece.weight) for piece in pieces if (asked := asked_for(piece))]
    if not queries:
        return []
    values: dict[str, Any] = {
        "queries": [query for query, _weight in queries],
        "weights": [weight for _query, weight in queries],
        "any": " | ".join(f"({query})" for query, _weight in queries),
        "audiences": _audiences(audience),
        "day": at.astimezone(clock.zone()).date(),
        "most": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        return [id_ for (id_,) in cursor.fetchall()]


def _audiences(audience: Who) -> list[str]:
    """Staff read everything."""
    return list(Audience.values) if audience == "staff" else [Audience.PUBLIC.value, Audience.BOTH.value]
