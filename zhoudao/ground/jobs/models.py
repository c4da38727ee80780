"""Signs of life of the processes."""

from django.db import models


class Heartbeat(models.Model):
    """When a process last said that it works."""

    process = models.CharField(max_length=40)
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "pid"], name="one_heartbeat")]
