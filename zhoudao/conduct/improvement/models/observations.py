"""What somebody saw or heard of a step that no system records, beside the log's figures."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.improvement.models.initiatives import Initiative
from zhoudao.kit.ids import uuid7


class How(models.TextChoices):
    """How it is known."""

    WATCHED = "watched", pgettext_lazy("observation", "Watched")
    INTERVIEW = "interview", pgettext_lazy("observation", "Interview")
    REMARK = "remark", pgettext_lazy("observation", "Remark of staff")


class Observation(models.Model):
    """`rows` of a sheet are {start, end, what, waits}, minutes of the day; `work_minutes` and `wait_minutes` their
    sums. The note is sealed under the initiative's own key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="observations")
    how = models.CharField(max_length=9, choices=How.choices)
    step = models.CharField(max_length=120, blank=True)
    seen_date = models.DateField()
    rows = models.JSONField(default=list)
    work_minutes = models.PositiveIntegerField(default=0)
    wait_minutes = models.PositiveIntegerField(default=0)
    note_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
