"""Articles taken over from files: each becomes a draft or a next version; the same again changes nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.knowledge.commands.drafting import begin_article, change_draft
from zhoudao.rooms.knowledge.commands.holding import WRITE
from zhoudao.rooms.knowledge.commands.reviewing import submit_draft
from zhoudao.rooms.knowledge.drafts import Draft, terms_of
from zhoudao.rooms.knowledge.models import Article, Version
from zhoudao.rooms.knowledge.reading_files import Read, Wrong
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, KnowledgeRefused
from zhoudao.rooms.knowledge.texts import kept, written


@dataclass
class Taken:
    """What became of a file's articles: codes that are new, changed and as they were, and what is wrong by row."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def import_articles(
    *, read: Read, is_sent: bool = False, owner_id: UUID | None = None, viewer: Viewer, at: datetime
) -> Taken:
    """This will take over what was read, each article by itself; `is_sent`: to review as well.

    Raises: ArticleNotFound (no right)
    """
    if not viewer.may(WRITE):
        raise ArticleNotFound
    taken = Taken(wrong=list(read.wrong))
    for key, (row, draft) in read.drafts.items():
        try:
            with transaction.atomic():
                _take(taken, key, draft, is_sent=is_sent, owner_id=owner_id, viewer=viewer, at=at)
        except KnowledgeRefused as refusal:
            taken.wrong.append(Wrong(row, type(refusal).__name__))
    taken.wrong.sort(key=lambda one: one.row)
    return taken


def _take(
    taken: Taken, key: str, draft: Draft, *, is_sent: bool, owner_id: UUID | None, viewer: Viewer, at: datetime
) -> None:
    code = "" if key.startswith("#") else key
    article = Article.objects.filter(code=code).first() if code else _alike(draft)
    kept_texts = written(kept(draft.texts))
    newest = article.versions.order_by("-number").first() if article is not None else None
    if article is not None and newest is not None:
        if written(newest.texts) == kept_texts and terms_of(newest) == draft.terms:
            taken.before.append(article.code)
            return
        change_draft(code=article.code, draft=draft, seen_at=None, viewer=viewer, at=at)
        taken.changed.append(article.code)
    else:
        article = begin_article(draft=draft, code=code, owner_id=owner_id, source="import", viewer=viewer, at=at)
        taken.new.append(article.code)
    if is_sent:
        submit_draft(code=article.code, viewer=viewer, at=at)


def _alike(draft: Draft) -> Article | None:
    """One that says in its newest version what a file without a code says, so that it is not taken twice."""
    titles = {language: text.title.strip() for language, text in draft.texts.items()}
    rows = Version.objects.filter(**{f"texts__{one}__title": title for one, title in titles.items()})
    found = rows.order_by("-written_at", "-id").select_related("article").first()
    return found.article if found is not None else None
