"""Initiatives: what is changed about how work goes, and whether it helped."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.improvement.models.programmes import Programme
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.metrics.definitions import Metric, metric
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case


class Stage(models.TextChoices):
    """Where an initiative stands: plan, do, check, act, and closed."""

    PLAN = "plan", pgettext_lazy("initiative", "Plan")
    DO = "do", pgettext_lazy("initiative", "Do")
    CHECK = "check", pgettext_lazy("initiative", "Check")
    ACT = "act", pgettext_lazy("initiative", "Act")
    CLOSED = "closed", pgettext_lazy("initiative", "Closed")


OPEN = (Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACT)


class Decision(models.TextChoices):
    """What is made of a result: kept for all, tried another way (the round begins anew), or dropped."""

    STANDARDISE = "standardise", pgettext_lazy("initiative", "Make it the standard")
    ADAPT = "adapt", pgettext_lazy("initiative", "Change it and try again")
    DROP = "drop", pgettext_lazy("initiative", "Drop it")


class Initiative(models.Model):
    """A change to how work goes, owned by somebody until a day.

    It may come from a finding: `report_id`, `finding_place` (from 0) and `finding` ({kind, hours, cases, words: {tag:
    [title, proof]}}) stay when the report is deleted. `gain_least` and `gain_most` are hours of cases its pattern may
    save. The goal is a figure (`metric` of `store` or, none, the company) or free words (`goal`); `baseline`, `target`
    and `result` are in the figure's unit: minutes, shares between 0 and 1, or numbers. `round` counts how often it
    went round; `stage_at` is when it came to where it is, `do_at` when the change began.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    problem = models.TextField(blank=True)
    report_id = models.UUIDField(null=True)
    report_name = models.CharField(max_length=120, blank=True)
    finding_place = models.PositiveSmallIntegerField(null=True)
    finding = models.JSONField(default=dict)
    pattern = models.CharField(max_length=12, blank=True)
    gain_least = models.FloatField(null=True)
    gain_most = models.FloatField(null=True)
    flow_key = models.CharField(max_length=60, blank=True)
    flow_version = models.PositiveIntegerField(null=True)
    steps = models.CharField(max_length=300, blank=True)
    metric = models.CharField(max_length=40, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    goal = models.CharField(max_length=120, blank=True)
    baseline = models.FloatField(null=True)
    target = models.FloatField(null=True)
    result = models.FloatField(null=True)
    result_date = models.DateField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_date = models.DateField()
    stage = models.CharField(max_length=6, default=Stage.PLAN, choices=Stage.choices)
    stage_at = models.DateTimeField()
    do_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=12, blank=True, choices=Decision.choices)
    reason = models.CharField(max_length=300, blank=True)
    pilot_id = models.UUIDField(null=True)
    pilot_name = models.CharField(max_length=120, blank=True)
    programme = models.ForeignKey(Programme, models.SET_NULL, null=True, related_name="initiatives")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_late_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="initiative_newest"),
            models.Index(fields=["due_date"], name="initiative_open", condition=~models.Q(stage="closed")),
            models.Index(fields=["report_id"], name="initiative_report"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.stage != Stage.CLOSED

    @property
    def about(self) -> Metric | None:
        """The figure of its goal; None where the goal is free or the figure is no more."""
        try:
            return metric(self.metric)
        except KeyError:
            return None


class Measure(models.Model):
    """One thing to be done for an initiative."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="measures")
    words = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class InitiativeCase(models.Model):
    """A case that shows why an initiative is needed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="ties")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    tied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "case"], name="one_tie_a_case")]
