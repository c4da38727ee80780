"""Canned replies, macros and their batches, saved views, errands, and who watches which case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Team
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case


class Scope(models.TextChoices):
    """For whom something is."""

    OWN = "own", _("Only me")
    TEAM = "team", _("A team")
    EVERYBODY = "everybody", _("Everybody")


class Shared(models.Model):
    """What has readers: its owner, a team, or (neither) everybody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def scope(self) -> Scope:
        """For whom it is."""
        if self.owner_id:
            return Scope.OWN
        return Scope.TEAM if self.team_id else Scope.EVERYBODY


class CannedReply(Shared):
    """An answer written once. `bodies` by language tag; `search` is folded; neither owner nor team: everybody's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=30, blank=True)
    bodies = models.JSONField(default=dict)
    search = models.TextField()
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner=None) | models.Q(team=None), name="canned_reply_has_one_reader"
            )
        ]


class Watch(models.Model):
    """Somebody is told of what happens in a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_watch")]


class Macro(Shared):
    """Steps with a name (`teamwork.steps.Steps` as JSON), done to one case or many."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    steps = models.JSONField(default=dict)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(owner=None) | models.Q(team=None), name="macro_has_one_reader")
        ]


class Batch(models.Model):
    """The same steps for one or many cases: asked, running, done; undoing, undone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    macro = models.ForeignKey(Macro, models.SET_NULL, null=True, related_name="+")
    steps = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="asked")
    total = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class BatchItem(models.Model):
    """One case of a batch: waiting, done, refused; back (to be taken back), undone, kept. `undo` is `steps.Done`."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, default="waiting")
    refusal = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    undo = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "case"], name="once_a_batch")]
        indexes = [models.Index(fields=["batch", "state", "place"], name="batch_next")]


class SavedView(Shared):
    """Conditions with a name, in the column below the fixed views; `place` orders them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=60)
    conditions = models.JSONField(default=dict)
    place = models.PositiveSmallIntegerField(default=100)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(owner=None) | models.Q(team=None), name="view_has_one_reader")
        ]


class Errand(models.Model):
    """What a case needs from another team, with a promise of its own; `next_at` is when the clock looks again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="errands")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    question = models.TextField()  # masked, as messages are
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "due_at", "id"],
                name="errand_open",
                condition=models.Q(answered_at=None, withdrawn_at=None),
            ),
            models.Index(fields=["next_at"], name="errand_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["case", "-asked_at"], name="errand_case"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether an answer is still wanted."""
        return self.answered_at is None and self.withdrawn_at is None
