"""Targets of figures, with what was usual when they were set."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.engines.targets import Baseline, Rule
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.metrics.definitions import LOWER, Metric, metric
from zhoudao.kit.ids import uuid7


class Target(models.Model):
    """What a figure is to reach in a store or (none) the company. A changed one is a new row, so what was stays.

    An alarm is opened when `needed` of the last `of` measured days miss it; `is_sudden`: also by one day far off.
    The baseline is frozen: what was usual when the target was set, over `base_days` days until `base_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    metric = models.CharField(max_length=40)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    value = models.FloatField()
    needed = models.PositiveSmallIntegerField(default=3)
    of = models.PositiveSmallIntegerField(default=5)
    is_sudden = models.BooleanField(default=True)
    base_middle = models.FloatField(null=True)
    base_spread = models.FloatField(null=True)
    base_days = models.PositiveSmallIntegerField(default=0)
    base_until = models.DateField(null=True)
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "store"],
                condition=models.Q(ended_at=None),
                name="one_target_a_figure",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["metric", "store", "-set_at", "-id"], name="target_history")]

    @property
    def about(self) -> Metric:
        """The figure it is of."""
        return metric(self.metric)

    @property
    def base(self) -> Baseline | None:
        """What was usual when it was set."""
        if self.base_middle is None or self.base_spread is None:
            return None
        return Baseline(self.base_middle, self.base_spread, self.base_days)

    @property
    def rule(self) -> Rule:
        """When it opens an alarm."""
        given: dict[str, Any] = {"needed": self.needed, "of": self.of, "is_sudden": self.is_sudden, "usual": self.base}
        return Rule(self.value, self.about.better == LOWER, **given)


class Shortfall(models.Model):
    """A target that was missed often enough to be told: from its first missed day to the newest one looked at.

    One is open at a time; it is over when the rule no longer holds and the newest day is good (`good`), or the target
    was changed or taken away (`changed`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.ForeignKey(Target, models.PROTECT, related_name="shortfalls")
    first_date = models.DateField()
    last_date = models.DateField()
    missed = models.PositiveSmallIntegerField()  # of so many days
    of = models.PositiveSmallIntegerField()
    is_sudden = models.BooleanField(default=False)
    value = models.FloatField()  # of the newest missed day
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target"], condition=models.Q(closed_at=None), name="one_open_shortfall")
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="shortfall_newest")]


class Improvement(models.Model):
    """What somebody does about a shortfall, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shortfall = models.ForeignKey(Shortfall, models.CASCADE, related_name="improvements")
    words = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_date = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    told_late_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_date"], name="improvement_due", condition=models.Q(done_at=None, told_late_at__isnull=True)
            )
        ]


class Every(models.TextChoices):
    """How often a report comes."""

    WEEK = "week", pgettext_lazy("report", "Every week")
    MONTH = "month", pgettext_lazy("report", "Every month")


class Subscription(models.Model):
    """Somebody wants the reports of a store or (none) the company."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    every = models.CharField(max_length=5, choices=Every.choices)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "every", "store"], name="one_subscription", nulls_distinct=False)
        ]


class Report(models.Model):
    """What the figures of a store or (none) the company were from one day to another, as it was known at `made_at`.

    `content` keeps codes and numbers: {figures: [{code, value, before, usual, spread, target}], alarms: [{id, code,
    first, last, is_open}], causes: [{code, cases, before}]}. Words are found when it is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    every = models.CharField(max_length=5, choices=Every.choices)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    first_date = models.DateField()
    last_date = models.DateField()
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["every", "store", "last_date"], name="one_report", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["-last_date", "-id"], name="report_newest")]


class Paper(models.Model):
    """A report as a file in one language. `state`: asked, making, done, failed (then `fault` is a code)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="papers")
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, default="asked")
    fault = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "language"], name="one_paper")]
