"""Decision tables and their versions."""

from django.db import models

from zhoudao.kit.ids import uuid7


class DecisionVersion(models.Model):
    """One version of a decision table: JDM content, declared inputs {name: type}, test cases [{inputs, expect}]."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    inputs = models.JSONField(default=dict)
    tests = models.JSONField(default=list)
    note = models.TextField(blank=True)
    is_live = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_decision_version"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_live=True), name="one_live_decision"),
        ]
