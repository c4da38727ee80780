"""Release notes opened, confirmed, and asked for again; owners told of articles that end."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.receipts import may_remind
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.knowledge.commands.holding import READ, hold_article, note
from zhoudao.rooms.knowledge.events import ArticleEnding, ReleaseRead, ReleaseReadersReminded
from zhoudao.rooms.knowledge.models import Article, ReleaseReading, Version
from zhoudao.rooms.knowledge.refusals import NotAsked, NotOpened, RemindedEnough
from zhoudao.rooms.knowledge.telling import approvers, readers_of, tell

AHEAD = timedelta(days=14)  # so early an owner hears that an article ends


@transaction.atomic
def open_release(*, version: Version, viewer: Viewer, at: datetime) -> ReleaseReading | None:
    """This will note that one of its readers has a release note before them; nobody else is noted."""
    if viewer.user_id is None or version.article.live_id != version.id or viewer.user_id not in readers_of(version):
        return None
    noted, _new = ReleaseReading.objects.get_or_create(
        version=version, user_id=viewer.user_id, defaults={"opened_at": at}
    )
    return noted


@transaction.atomic
def confirm_release(*, code: str, viewer: Viewer, at: datetime) -> ReleaseReading:
    """This will note that a reader has read a release note; noted once.

    Raises: ArticleNotFound, NotAsked, NotOpened
    """
    article, version = _live(code, viewer)
    if viewer.user_id not in readers_of(version):
        raise NotAsked
    reading = ReleaseReading.objects.filter(version=version, user=viewer.user_id).first()
    if reading is None or reading.opened_at is None:
        raise NotOpened
    if reading.read_at is None:
        reading.read_at = at
        reading.save(update_fields=["read_at"])
        note(article, ReleaseRead(article.code, version.number), actor=viewer.actor, at=at)
    return reading


@transaction.atomic
def remind_release_readers(*, code: str, viewer: Viewer, at: datetime) -> int:
    """This will ask those again who have not read it: once a day, three times in all. Returns how many are told.

    Raises: ArticleNotFound, NotAsked, RemindedEnough
    """
    article, version = _live(code, viewer)
    if not may_remind(reminders=version.reminders, reminded_at=version.reminded_at, at=at):
        raise RemindedEnough
    done = set(version.readings.filter(read_at__isnull=False).values_list("user_id", flat=True))
    version.reminders, version.reminded_at = version.reminders + 1, at
    version.save(update_fields=["reminders", "reminded_at"])
    told = tell("release_again", version, readers_of(version) - done, more=str(version.reminders), at=at)
    note(article, ReleaseReadersReminded(article.code, told), actor=viewer.actor, at=at)
    return told


@transaction.atomic
def remind_of_ending(article_id: UUID, *, at: datetime) -> bool:
    """This will tell an owner once that an article's last day comes near; who approves, where it has none."""
    article = Article.objects.select_for_update(of=("self",)).select_related("live").filter(id=article_id).first()
    if article is None or article.live is None or article.live.valid_until is None:
        return False
    day = article.live.valid_until
    if day > at.astimezone(clock.zone()).date() + AHEAD or article.told_for == day:
        return False
    article.told_for = day
    article.save(update_fields=["told_for"])
    article.live.article = article
    tell("article_ending", article.live, {article.owner_id} if article.owner_id else approvers(), more=str(day), at=at)
    note(article, ArticleEnding(article.code, day.isoformat()), actor="system:clock", at=at)
    return True


def _live(code: str, viewer: Viewer) -> tuple[Article, Version]:
    """Raises: ArticleNotFound, NotAsked"""
    article = hold_article(code, viewer, READ)
    version = article.live
    if version is None or not article.is_release:
        raise NotAsked
    version.article = article
    return article, version
