"""Articles begun, drafts changed, taken up from an earlier version, thrown away."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.knowledge.commands.holding import (
    WRITE,
    hold_article,
    keep_version,
    note,
    open_version,
    somebody,
)
from zhoudao.rooms.knowledge.drafts import Draft, code_for, fill, sound_code, terms_of
from zhoudao.rooms.knowledge.events import ArticleChanged, ArticleDrafted, DraftDropped, OwnerNamed
from zhoudao.rooms.knowledge.models import Article, Miss, State, Version
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, ChangedMeanwhile, CodeTaken, NotADraft
from zhoudao.rooms.knowledge.texts import written


@transaction.atomic
def begin_article(
    *,
    draft: Draft,
    code: str = "",
    is_release: bool = False,
    owner_id: UUID | None = None,
    source: str = "hand",
    miss_id: UUID | None = None,
    viewer: Viewer,
    at: datetime,
) -> Article:
    """This will begin an article with its first draft; without a code it gets one, without an owner its writer's.

    Raises: ArticleNotFound (no right), CodeUnsound, CodeTaken, OwnerUnknown, NothingWritten, TextTooLong, TermsUnsound
    """
    if not viewer.may(WRITE):
        raise ArticleNotFound
    title = next((one.title for one in draft.texts.values() if one.title.isascii()), "")
    chosen = sound_code(code) if code else code_for(title)
    if not code and Article.objects.filter(code=chosen).exists():
        chosen = code_for("")
    owner = somebody(owner_id) or viewer.user_id
    article = Article(code=chosen, is_release=is_release, owner_id=owner, made_at=at, changed_at=at)
    version = Version(article=article, number=1, written_at=at, written_by_id=viewer.user_id)
    fill(version, draft, is_release=is_release)
    try:
        with transaction.atomic():
            article.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken from error
    keep_version(version, is_new=True)
    if miss_id is not None:
        Miss.objects.filter(id=miss_id, article=None).update(article=article)
    note(article, ArticleDrafted(article.code, 1, source), actor=viewer.actor, at=at)
    return article


@transaction.atomic
def change_draft(*, code: str, draft: Draft, seen_at: datetime | None, viewer: Viewer, at: datetime) -> Version:
    """This will have the open draft say this; of a published article a new version is begun. `seen_at`: when the
    version that was opened had been written; None takes whatever is there.

    Raises: ArticleNotFound, NotADraft (in review), ChangedMeanwhile, NothingWritten, TextTooLong, TermsUnsound
    """
    article = hold_article(code, viewer)
    version = open_version(article)
    newest = version or article.versions.order_by("-number").first()
    if seen_at is not None and newest is not None and newest.written_at != seen_at:
        raise ChangedMeanwhile
    if version is not None and version.state != State.DRAFT:
        raise NotADraft
    if version is None:
        version = _next(article, viewer, at)
        note(article, ArticleDrafted(article.code, version.number, "version"), actor=viewer.actor, at=at)
    else:
        note(article, ArticleChanged(article.code, version.number), actor=viewer.actor, at=at)
    version.written_at, version.written_by_id = at, viewer.user_id
    fill(version, draft, is_release=article.is_release)
    keep_version(version)
    _touch(article, at)
    return version


@transaction.atomic
def take_up_version(*, code: str, number: int, viewer: Viewer, at: datetime) -> Version:
    """This will go back to an earlier version: a new draft says what it said. An open draft must be dropped first.

    Raises: ArticleNotFound, NotADraft
    """
    article = hold_article(code, viewer)
    earlier = article.versions.filter(number=number).first()
    if earlier is None:
        raise ArticleNotFound
    if open_version(article) is not None:
        raise NotADraft
    version = _next(article, viewer, at)
    earlier.article = article
    fill(version, Draft(written(earlier.texts), terms_of(earlier), earlier.note), is_release=article.is_release)
    keep_version(version)
    _touch(article, at)
    note(article, ArticleDrafted(article.code, version.number, "version"), actor=viewer.actor, at=at)
    return version


@transaction.atomic
def drop_draft(*, code: str, viewer: Viewer, at: datetime) -> bool:
    """This will throw the open draft away; an article that had nothing else goes with it. Returns whether it stays.

    Raises: ArticleNotFound, NotADraft
    """
    article = hold_article(code, viewer)
    version = open_version(article)
    if version is None or version.state != State.DRAFT:
        raise NotADraft
    note(article, DraftDropped(article.code, version.number), actor=viewer.actor, at=at)
    version.delete()
    if article.versions.exists():
        _touch(article, at)
        return True
    Miss.objects.filter(article=article).update(article=None)
    article.delete()
    return False


@transaction.atomic
def name_owner(*, code: str, owner_id: UUID | None, viewer: Viewer, at: datetime) -> Article:
    """This will have somebody look after an article.

    Raises: ArticleNotFound, OwnerUnknown
    """
    article = hold_article(code, viewer)
    owner = somebody(owner_id)
    if owner == article.owner_id:
        return article
    article.owner_id, article.told_for = owner, None
    article.save(update_fields=["owner", "told_for"])
    note(article, OwnerNamed(article.code, str(owner or "")), actor=viewer.actor, at=at)
    return article


def _next(article: Article, viewer: Viewer, at: datetime) -> Version:
    last = article.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return Version.objects.create(article=article, number=last + 1, written_at=at, written_by_id=viewer.user_id)


def _touch(article: Article, at: datetime) -> None:
    article.changed_at = at
    article.save(update_fields=["changed_at"])
