"""Reports: what a log, our own or a file's, says of a process."""

from django.conf import settings
from django.db import models

from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7

ROLES = ("case", "activity", "end", "start", "resource", "lifecycle")
"""What a column of a log may say."""


class Source(models.TextChoices):
    OWN = "own"
    FILE = "file"


class Report(models.Model):
    """A diagnosis asked for, made by the analyst, kept sealed. Of our own events: what of `object_type` began from
    `since` until before `until`, with what is noted beside the work if `is_whole`. Of a file: `upload`, read by
    `mapping` (what is not in it is found out). `flow`: the .bpmn it should have gone by, if it is compared.
    `hourly`: what an hour is taken to cost (`hourly.py`). `state`: asked, making, done, failed (then `fault` says why).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=4, choices=Source.choices)
    object_type = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=False)
    zone = models.CharField(max_length=60)
    upload = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    mapping = models.JSONField(default=dict)
    flow = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    flow_name = models.CharField(max_length=120, blank=True)
    hourly = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, default="asked")
    percent = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(null=True)
    events = models.PositiveIntegerField(null=True)
    body = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="reports_latest")]

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for it."""
        return self.state in ("asked", "making")
