"""Rights, rows locked, facts noted."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.knowledge.drafts import index_of
from zhoudao.rooms.knowledge.models import OPEN, Article, Version
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, OwnerUnknown
from zhoudao.rooms.knowledge.telling import APPROVE

READ, WRITE = "articles:read", "articles:write"
_INDEX = (
    "UPDATE knowledge_version SET search = array_to_tsvector(array_remove(string_to_array(%s, chr(10)), '')) "
    "WHERE id = %s"
)


def may_approve(viewer: Viewer) -> bool:
    """Whether somebody publishes for the whole company; a program with the scope does."""
    return viewer.covers(APPROVE) if viewer.held else viewer.may(APPROVE) and viewer.is_everywhere


def hold_article(code: str, viewer: Viewer, right: str = WRITE) -> Article:
    """This will lock an article somebody may change. Raises: ArticleNotFound"""
    article = Article.objects.select_for_update().filter(code=code).first()
    if article is None or not (may_approve(viewer) if right == APPROVE else viewer.may(right)):
        raise ArticleNotFound
    return article


def open_version(article: Article) -> Version | None:
    """The version of a locked article that is written or reviewed just now."""
    version = article.versions.filter(state__in=OPEN).first()
    if version is not None:
        version.article = article
    return version


def keep_version(version: Version, *, is_new: bool = False) -> None:
    """This will save a version, and what it is found by."""
    version.save(force_insert=is_new)
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [index_of(version), version.id])


def somebody(user_id: UUID | None) -> UUID | None:
    """Raises: OwnerUnknown"""
    if user_id is None:
        return None
    if not User.objects.filter(id=user_id, is_active=True, grants__isnull=False).exists():
        raise OwnerUnknown
    return user_id


def note(article: Article, fact: Fact, *, actor: str, at: datetime) -> None:
    """This will record a fact about an article whose row is locked or new."""
    record(fact, at=at, by=By(actor), about=[About("article", article.id)])
