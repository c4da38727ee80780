"""Canned replies, macros and their batches, saved views, errands, who watches which case; goodwill and approvals."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class GoodwillKind(models.TextChoices):
    """What can be granted to a customer."""

    REFUND = "refund", pgettext_lazy("goodwill", "Refund")
    GIFT = "gift", pgettext_lazy("goodwill", "Gift")
    EXPRESS = "express", pgettext_lazy("goodwill", "Express delivery")
    WAIVER = "waiver", pgettext_lazy("goodwill", "Waiver")


class AuthorityLimit(models.Model):
    """What a role may grant on the spot, in minor units: in one case and, by each person, in one month."""

    role = models.CharField(max_length=32)
    kind = models.CharField(max_length=10, choices=GoodwillKind.choices)
    tier = models.CharField(max_length=12, blank=True)  # empty: any tier that has no line of its own
    currency = models.CharField(max_length=3, default="CNY")
    per_case_minor = models.BigIntegerField()
    per_month_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "kind", "tier", "currency"], name="one_limit"),
            models.CheckConstraint(
                condition=models.Q(per_case_minor__gte=0, per_month_minor__gte=0), name="limits_not_below_zero"
            ),
        ]


class Spend(models.Model):
    """What one person has granted in one month (its first day, at head office); its row's lock guards the limit."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    month_date = models.DateField()
    kind = models.CharField(max_length=10)
    tier = models.CharField(max_length=12, blank=True)  # the limit's, not the case's
    currency = models.CharField(max_length=3)
    spent_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "month_date", "kind", "tier", "currency"], name="one_spend_a_month")
        ]


class Goodwill(models.Model):
    """Something granted to a customer, or asked to be. `granted_by` is whose authority it was; states in `State`."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("goodwill state", "Waiting for approval")
        GRANTED = "granted", pgettext_lazy("goodwill state", "Granted")
        REFUSED = "refused", pgettext_lazy("goodwill state", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("goodwill state", "Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="goodwill")
    kind = models.CharField(max_length=10, choices=GoodwillKind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.TextField()  # masked, as messages are
    state = models.CharField(max_length=10, choices=State.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_role = models.CharField(max_length=32, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="goodwill_above_zero")]
        indexes = [
            models.Index(fields=["case", "-asked_at"], name="goodwill_case"),
            models.Index(fields=["decided_at"], name="goodwill_granted", condition=models.Q(state="granted")),
        ]


class Approval(models.Model):
    """One step of the chain: a role is asked. `decision`: approved, refused, passed_on (nobody decided in time)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    goodwill = models.ForeignKey(Goodwill, models.CASCADE, related_name="approvals")
    role = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)  # when the clock looks again
    decision = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)  # masked
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goodwill"], condition=models.Q(decided_at=None), name="one_open_approval")
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="approval_open", condition=models.Q(decided_at=None)),
            models.Index(fields=["next_at"], name="approval_next", condition=models.Q(next_at__isnull=False)),
        ]


class Deputy(models.Model):
    """Who decides in somebody's place while they are away."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
