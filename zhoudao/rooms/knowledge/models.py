"""Articles, their versions, what readers said, what was not found, and who has read what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.receipts import Receipt
from zhoudao.kit.ids import uuid7


class Audience(models.TextChoices):
    """Whom an article is for; staff read all of them."""

    PUBLIC = "public", pgettext_lazy("audience", "Customers")
    STAFF = "staff", pgettext_lazy("audience", "Staff only")
    BOTH = "both", pgettext_lazy("audience", "Customers and staff")


class State(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", pgettext_lazy("article", "Draft")
    REVIEW = "review", pgettext_lazy("article", "In review")
    PUBLISHED = "published", pgettext_lazy("article", "Published")
    ARCHIVED = "archived", pgettext_lazy("article", "Archived")


OPEN = (State.DRAFT, State.REVIEW)


class Article(models.Model):
    """One thing to know. Its words and whom they are for stand in its versions; `live` is the one that is read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    is_release = models.BooleanField(default=False)  # a release note: its readers are asked to read and confirm it
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    live = models.OneToOneField("Version", models.PROTECT, null=True, related_name="live_of")
    told_for = models.DateField(null=True)  # the last day of which its owner was reminded

    class Meta:
        indexes = [models.Index(fields=["-changed_at", "-id"], name="articles_newest")]


class Version(models.Model):
    """What an article says, in up to three languages, and on which terms. `texts`: by language title, summary, source
    (as written), body (harmless HTML), phrasings (questions it answers). `number` counts an article's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.PUBLIC)
    skus = ArrayField(models.CharField(max_length=80), default=list)
    topics = ArrayField(models.CharField(max_length=20), default=list)
    teams = ArrayField(models.CharField(max_length=50), default=list)  # of a release note: whose people; none: all
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    texts = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)  # what is new in it
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)  # to review
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)  # why it was given back
    heading = models.TextField(blank=True)  # titles and phrasings of all languages, folded
    words = models.TextField(blank=True)  # everything it says, folded
    search = SearchVectorField(null=True)  # the grams of `words`
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_version_number"),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(state="published"), name="one_published_version"
            ),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(state__in=["draft", "review"]), name="one_open_version"
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="version_search", fastupdate=False),
            models.Index(fields=["valid_until"], name="versions_ending", condition=models.Q(state="published")),
            models.Index(fields=["state", "article"], name="versions_by_state"),
        ]


class Opinion(models.Model):
    """Whether an article helped somebody: once for a visitor and version; `words` with personal data masked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="opinions")
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    visitor = models.BinaryField(max_length=32)  # blind: who it was cannot be read back
    language = models.CharField(max_length=10)
    is_helpful = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "visitor"], name="one_opinion")]
        indexes = [models.Index(fields=["article", "-at", "-id"], name="opinions_of_article")]


class Miss(models.Model):
    """Words that were looked for and nothing was found, folded and masked, and how often."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.CharField(max_length=80, unique=True)
    language = models.CharField(max_length=10)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    article = models.ForeignKey(Article, models.SET_NULL, null=True, related_name="+")  # begun for it
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-count", "-id"],
                name="misses_open",
                condition=models.Q(article=None, dismissed_at=None),
            ),
            models.Index(fields=["count", "last_at"], name="misses_rare"),
        ]


class ReleaseReading(Receipt):
    """One person and one published version of a release note."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="readings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="one_release_reading")]
        indexes = [models.Index(fields=["user", "version"], name="release_reading_of_user")]
