"""What is to be written: what was looked for and not found, what did not help; and who has read a release note."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.receipts import Reader, readers_with
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.knowledge.models import Article, Miss, Opinion, ReleaseReading, Version
from zhoudao.rooms.knowledge.telling import readers_of

PAGE, UNHELPFUL, LATELY = 25, 25, timedelta(days=90)
_DUE = 3  # so many readers it did not help, and more than it did


@frozen
class Unhelpful:
    """An article that helped fewer than it did not, lately, with the last words that were left."""

    article: Article
    version: Version
    helpful: int
    unhelpful: int
    said: str


def misses(*, after: UUID | None) -> tuple[list[Miss], UUID | None]:
    """What was looked for and not found, the most often asked first (two statements)."""
    rows = Miss.objects.filter(article=None, dismissed_at=None)
    last = Miss.objects.filter(id=after).first() if after else None
    if last is not None:
        rows = rows.filter(beyond("-count", last.count, last.id))
    found = list(rows.order_by("-count", "-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def unhelpful(at: datetime) -> list[Unhelpful]:
    """Articles whose present version did not help, the worst first (three statements)."""
    lately = Opinion.objects.filter(version=F("article__live"), at__gte=at - LATELY).values("article").order_by()
    counted = lately.annotate(yes=Count("id", filter=Q(is_helpful=True)), no=Count("id", filter=Q(is_helpful=False)))
    worst = list(counted.filter(no__gte=_DUE, no__gt=F("yes")).order_by("-no", "article")[:UNHELPFUL])
    articles = Article.objects.select_related("live", "owner").in_bulk([row["article"] for row in worst])
    left = Opinion.objects.filter(article__in=articles, version=F("article__live"), is_helpful=False).exclude(words="")
    said = dict(left.order_by("at").values_list("article", "words"))
    return [
        Unhelpful(article, article.live, row["yes"], row["no"], said.get(article.id, ""))
        for row in worst
        if (article := articles[row["article"]]).live is not None
    ]


def releases_for(viewer: Viewer, *, most: int = 50) -> list[tuple[Version, ReleaseReading | None]]:
    """The published release notes somebody is asked to read, unread ones first (three statements)."""
    rows = Version.objects.filter(live_of__is_release=True).select_related("article")
    teams = Grant.objects.filter(user=viewer.user_id, team__isnull=False).values_list("team__code", flat=True)
    mine = Q(teams=[]) | Q(teams__overlap=list(teams))
    found = list(rows.filter(mine).defer("search", "words", "heading").order_by("-decided_at", "-id")[:most])
    notes = {row.version_id: row for row in ReleaseReading.objects.filter(user=viewer.user_id, version__in=found)}
    pairs = [(version, notes.get(version.id)) for version in found]
    return sorted(pairs, key=lambda pair: bool(pair[1] and pair[1].read_at))


def release_readers(version: Version) -> list[Reader]:
    """Everybody who is asked to read a release note, those who have not read it first (three statements)."""
    notes = {row.user_id: row for row in version.readings.all()}
    people = User.objects.filter(id__in=readers_of(version)).order_by("name", "id")
    return readers_with(people, notes)
