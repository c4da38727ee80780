"""The one row."""

from django.db import models


class Installation(models.Model):
    """The company this installation serves. Its clock runs at `rate` from `real_start`, where it shows `shown_start`,
    to `real_end`; before and after as fast as any."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.JSONField(default=dict)
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    currency = models.CharField(max_length=3, default="CNY")
    is_demo = models.BooleanField(default=False)
    clock_real_start = models.DateTimeField(null=True)
    clock_shown_start = models.DateTimeField(null=True)
    clock_real_end = models.DateTimeField(null=True)
    clock_rate = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_installation"),
            models.CheckConstraint(condition=models.Q(clock_rate__gt=0), name="clock_runs_forward"),
        ]
