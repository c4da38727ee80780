"""Programmes: several initiatives with one plan, one team and one budget; and who is trained for what."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.kit.ids import uuid7


class Phase(models.TextChoices):
    """The phases of a programme, in their order."""

    AS_IS = "as_is", pgettext_lazy("programme", "As it is")
    REDESIGN = "redesign", pgettext_lazy("programme", "Redesign")
    STANDARD = "standard", pgettext_lazy("programme", "Standard")
    TRAINING = "training", pgettext_lazy("programme", "Training")
    PILOT = "pilot", pgettext_lazy("programme", "Pilot")
    ROLL_OUT = "roll_out", pgettext_lazy("programme", "Roll-out")


class Programme(models.Model):
    """A plan to do a flow otherwise. A version of `flow_key` goes live in a store only when at least `threshold` (0 to
    1) of the people of each of its steps there are trained, while it is open. Money is in minor units of `currency`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    goals = models.TextField(blank=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    flow_key = models.CharField(max_length=60, blank=True)
    threshold = models.FloatField(default=0.8)
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="programme_newest"),
            models.Index(fields=["flow_key"], name="programme_open", condition=models.Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeMember(models.Model):
    """Somebody of a programme's team, and their part in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    part = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "user"], name="once_in_a_team")]


class Milestone(models.Model):
    """What is to be reached in a phase, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="milestones")
    phase = models.CharField(max_length=8, choices=Phase.choices)
    words = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    start_date = models.DateField()
    due_date = models.DateField()
    done_date = models.DateField(null=True)


class BudgetLine(models.Model):
    """What something was to cost and cost."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="budget")
    words = models.CharField(max_length=120)
    planned_minor = models.BigIntegerField()
    actual_minor = models.BigIntegerField(default=0)


class Concern(models.Model):
    """A risk (it may happen) or an issue (it has) of a programme; likelihood and impact from 1 to 5."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="concerns")
    has_happened = models.BooleanField(default=False)
    words = models.CharField(max_length=200)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    counter = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    @property
    def weight(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class Training(models.Model):
    """Somebody was trained for a step of a flow, as it is in a version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    flow_key = models.CharField(max_length=60)
    element = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    trained_date = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "flow_key", "element", "version"], name="trained_once")]
        indexes = [models.Index(fields=["flow_key", "element"], name="training_of_flow")]


class UnreadyGo(models.Model):
    """A version went live although too few were trained: who decided it, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="unready")
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
