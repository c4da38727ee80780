"""What other rules would have done with the orders of a while, as somebody asked."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhoudao.kit.ids import uuid7


class Rehearsal(models.Model):
    """Either `criteria` for all orders or a `version` of the table, tried on what was chosen from `since` until before
    `until`; `done` so far, and when it ended `result`: both sides' figures.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    criteria = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "orders"
        indexes: ClassVar = [models.Index(fields=["-asked_at", "-id"], name="rehearsal_newest")]
