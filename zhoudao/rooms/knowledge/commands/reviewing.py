"""Drafts sent to review, given back, published; articles archived."""

from datetime import datetime

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.text import clip
from zhoudao.rooms.knowledge.commands.holding import hold_article, keep_version, note, open_version
from zhoudao.rooms.knowledge.events import (
    ArticleArchived,
    ArticlePublished,
    ArticleReturned,
    ArticleSubmitted,
)
from zhoudao.rooms.knowledge.models import Article, State, Version
from zhoudao.rooms.knowledge.refusals import AnswerMissing, NotADraft, NotInReview, NotLive, OwnArticle
from zhoudao.rooms.knowledge.telling import APPROVE, approvers, readers_of, tell


@transaction.atomic
def submit_draft(*, code: str, viewer: Viewer, at: datetime) -> Version:
    """This will send the open draft to review; who approves is told.

    Raises: ArticleNotFound, NotADraft
    """
    article = hold_article(code, viewer)
    version = open_version(article)
    if version is None or version.state != State.DRAFT:
        raise NotADraft
    version.state, version.sent_at, version.answer = State.REVIEW, at, ""
    version.save(update_fields=["state", "sent_at", "answer"])
    note(article, ArticleSubmitted(article.code, version.number), actor=viewer.actor, at=at)
    tell("article_review", version, approvers() - {viewer.user_id}, more=f"{at:%y%m%d%H%M%S}", at=at)
    return version


@transaction.atomic
def give_back(*, code: str, number: int, answer: str, viewer: Viewer, at: datetime) -> Version:
    """This will have a version in review be a draft again, with what is to be otherwise; its writer is told. Its own
    writer may take it back too.

    Raises: ArticleNotFound, NotInReview, AnswerMissing
    """
    article = hold_article(code, viewer)
    version = open_version(article)
    if version is not None and version.written_by_id != viewer.user_id:
        article = hold_article(code, viewer, APPROVE)
    if version is None or version.state != State.REVIEW or version.number != number:
        raise NotInReview
    said = clip(answer.replace("\0", "").strip(), 300)
    if not said and version.written_by_id != viewer.user_id:
        raise AnswerMissing
    version.state, version.answer, version.sent_at = State.DRAFT, said, None
    version.save(update_fields=["state", "answer", "sent_at"])
    note(article, ArticleReturned(article.code, version.number), actor=viewer.actor, at=at)
    tell("article_decided", version, {version.written_by_id} - {viewer.user_id}, more=f"{at:%y%m%d%H%M%S}", at=at)
    return version


@transaction.atomic
def publish_version(*, code: str, number: int, viewer: Viewer, at: datetime) -> Version:
    """This will have a version in review be the one that is read. Who wrote it may do so only when nobody else may.
    The people a release note asks are told.

    Raises: ArticleNotFound, NotInReview, OwnArticle
    """
    article = hold_article(code, viewer, APPROVE)
    version = open_version(article)
    if version is None or version.state != State.REVIEW or version.number != number:
        raise NotInReview
    if viewer.user_id is not None and version.written_by_id == viewer.user_id and approvers() - {viewer.user_id}:
        raise OwnArticle
    _take_off(article)
    version.state, version.decided_at, version.decided_by_id = State.PUBLISHED, at, viewer.user_id
    keep_version(version)
    article.live, article.changed_at, article.told_for = version, at, None
    article.save(update_fields=["live", "changed_at", "told_for"])
    asked = readers_of(version) if article.is_release else set()
    languages = sorted(version.texts)
    fact = ArticlePublished(article.code, version.number, version.audience, languages, len(asked))
    note(article, fact, actor=viewer.actor, at=at)
    tell("article_decided", version, {version.written_by_id} - {viewer.user_id}, more="published", at=at)
    tell("release_new", version, asked, at=at)
    return version


@transaction.atomic
def archive_article(*, code: str, viewer: Viewer, at: datetime) -> Article:
    """This will have nobody find an article any more; an earlier version can be taken up again.

    Raises: ArticleNotFound, NotLive
    """
    article = hold_article(code, viewer, APPROVE)
    if article.live_id is None:
        raise NotLive
    _take_off(article)
    article.live, article.changed_at = None, at
    article.save(update_fields=["live", "changed_at"])
    note(article, ArticleArchived(article.code), actor=viewer.actor, at=at)
    return article


def _take_off(article: Article) -> None:
    """The version that was read is no longer; it stays to be compared with."""
    article.versions.filter(state=State.PUBLISHED).update(state=State.ARCHIVED)
