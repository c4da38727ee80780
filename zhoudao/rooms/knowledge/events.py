"""What happens in the knowledge base."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class ArticleDrafted(Fact):
    """A version of an article was begun; `source`: hand, version, miss, import or api."""

    name: ClassVar[str] = "knowledge.ArticleDrafted"
    words: ClassVar = _("Article %(code)s: version %(version)s begun")
    code: str
    version: int
    source: str


@frozen
class ArticleChanged(Fact):
    """A draft says something else."""

    name: ClassVar[str] = "knowledge.ArticleChanged"
    words: ClassVar = _("Article %(code)s: draft of version %(version)s changed")
    code: str
    version: int


@frozen
class ArticleSubmitted(Fact):
    """A draft waits for somebody to approve it."""

    name: ClassVar[str] = "knowledge.ArticleSubmitted"
    words: ClassVar = _("Article %(code)s: version %(version)s sent to review")
    code: str
    version: int


@frozen
class ArticleReturned(Fact):
    """A version is a draft again."""

    name: ClassVar[str] = "knowledge.ArticleReturned"
    words: ClassVar = _("Article %(code)s: version %(version)s given back")
    code: str
    version: int


@frozen
class ArticlePublished(Fact):
    """A version is read from now on; `asked` people are to confirm it when it is a release note."""

    name: ClassVar[str] = "knowledge.ArticlePublished"
    words: ClassVar = _("Article %(code)s: version %(version)s published")
    code: str
    version: int
    audience: str
    languages: list[str]
    asked: int


@frozen
class ArticleArchived(Fact):
    """Nobody finds an article any more."""

    name: ClassVar[str] = "knowledge.ArticleArchived"
    words: ClassVar = _("Article %(code)s archived")
    code: str


@frozen
class DraftDropped(Fact):
    """An open version was thrown away."""

    name: ClassVar[str] = "knowledge.DraftDropped"
    words: ClassVar = _("Article %(code)s: draft of version %(version)s thrown away")
    code: str
    version: int


@frozen
class OwnerNamed(Fact):
    """Somebody looks after an article from now on."""

    name: ClassVar[str] = "knowledge.OwnerNamed"
    words: ClassVar = _("Article %(code)s has another owner")
    code: str
    owner_id: str


@frozen
class ArticleJudged(Fact):
    """A reader said whether an article helped."""

    name: ClassVar[str] = "knowledge.ArticleJudged"
    words: ClassVar = _("A reader said whether article %(code)s helped")
    code: str
    version: int
    language: str
    is_helpful: bool


@frozen
class ArticleEnding(Fact):
    """An article's last day comes near, and its owner was told."""

    name: ClassVar[str] = "knowledge.ArticleEnding"
    words: ClassVar = _("Article %(code)s is valid until %(day)s only")
    code: str
    day: str


@frozen
class ReleaseRead(Fact):
    """Somebody has read a release note."""

    name: ClassVar[str] = "knowledge.ReleaseRead"
    words: ClassVar = _("Release note %(code)s read")
    code: str
    version: int


@frozen
class ReleaseReadersReminded(Fact):
    """Those who have not read a release note yet were asked again."""

    name: ClassVar[str] = "knowledge.ReleaseReadersReminded"
    words: ClassVar = _("Release note %(code)s: %(people)s people reminded")
    code: str
    people: int
