"""What readers say of an article, and what they looked for and did not find."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.ids import uuid7
from zhoudao.kit.languages import tag
from zhoudao.kit.text import PERSONAL, Kind, clip, fold, mask_personal
from zhoudao.rooms.knowledge.commands.holding import WRITE, note
from zhoudao.rooms.knowledge.events import ArticleJudged
from zhoudao.rooms.knowledge.models import Article, Miss, Opinion
from zhoudao.rooms.knowledge.queries.reading import visible
from zhoudao.rooms.knowledge.refusals import ArticleNotFound

MOST_MISSES = 5_000  # of which the rarest give way to new ones
_KINDS: frozenset[Kind] = PERSONAL | frozenset[Kind](["email"])
_UPSERT = """
    INSERT INTO knowledge_miss AS m (id, words, language, count, first_at, last_at)
    VALUES (%(id)s, %(words)s, %(language)s, 1, %(at)s, %(at)s)
    ON CONFLICT (words) DO UPDATE SET count = m.count + 1, last_at = greatest(m.last_at, excluded.last_at),
        dismissed_at = NULL
"""


@transaction.atomic
def judge_article(
    *, code: str, visitor: bytes, is_helpful: bool, words: str, language: str, actor: str, at: datetime
) -> Opinion:
    """This will note whether an article customers read helped this visitor; said again, the last word counts.

    Raises: ArticleNotFound
    """
    version = visible("public", at).filter(article__code=code).first()
    if version is None:
        raise ArticleNotFound
    article = Article.objects.select_for_update().get(id=version.article_id)
    said = mask_personal(clip(words.replace("\0", "").strip(), 500), _KINDS)[0]
    opinion, is_new = Opinion.objects.update_or_create(
        version=version,
        visitor=visitor,
        defaults={"article": article, "is_helpful": is_helpful, "language": tag(language), "at": at},
    )
    if said:
        opinion.words = said
        opinion.save(update_fields=["words"])
    if is_new:
        fact = ArticleJudged(article.code, version.number, tag(language), is_helpful)
        note(article, fact, actor=actor, at=at)
    return opinion


@transaction.atomic
def note_miss(*, words: str, language: str, at: datetime) -> str:
    """This will count that nothing was found for these words, with personal data masked; returns what is kept."""
    told = clip(" ".join(fold(_nobodys(words.replace("\0", "")[:500])).split()), 80)
    if len(told) < 2 or not any(one.isalpha() for one in told):
        return ""
    values: dict[str, Any] = {"id": uuid7(), "words": told, "language": tag(language), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)
    if Miss.objects.count() > MOST_MISSES:
        rarest = Miss.objects.exclude(words=told).order_by("count", "last_at").values("id")[:100]
        Miss.objects.filter(id__in=list(rarest.values_list("id", flat=True))).delete()
    return told


@transaction.atomic
def dismiss_miss(*, miss_id: UUID | None, viewer: Viewer, at: datetime) -> None:
    """This will take words off the list until somebody looks for them again.

    Raises: ArticleNotFound
    """
    if miss_id is None or not viewer.may(WRITE) or not Miss.objects.filter(id=miss_id).update(dismissed_at=at):
        raise ArticleNotFound


def _nobodys(words: str) -> str:
    """The words with a star for each number or address of somebody's: they are read together with everybody's."""
    pieces, done = [], 0
    for span in mask_personal(words, _KINDS)[1]:
        pieces += [words[done : span.start], "*"]
        done = span.end
    return "".join([*pieces, words[done:]])
