"""Audits: a flow looked at regularly, by a list of questions; what is found becomes initiatives."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhoudao.kit.ids import uuid7


class Audit(models.Model):
    """Questions somebody asks of a flow every so many weeks, next on `next_date`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    flow_key = models.CharField(max_length=60, blank=True)
    every_weeks = models.PositiveSmallIntegerField()
    questions = ArrayField(models.CharField(max_length=200))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    next_date = models.DateField()
    told_for = models.DateField(null=True)  # the day its owner was told of
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_date"], name="audit_due", condition=models.Q(ended_at=None))]


class AuditResult(models.Model):
    """What one audit found: `answers` are {question, is_good, note}, in the order they were asked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(Audit, models.CASCADE, related_name="results")
    answers = models.JSONField()
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    @property
    def findings(self) -> int:
        """How many answers were not good."""
        return sum(not answer["is_good"] for answer in self.answers)
