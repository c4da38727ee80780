"""What staff suggest, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.improvement.models.initiatives import Initiative
from zhoudao.kit.ids import uuid7


class Answer(models.TextChoices):
    """What became of a suggestion."""

    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    DECLINED = "declined", pgettext_lazy("suggestion", "Declined")
    MERGED = "merged", pgettext_lazy("suggestion", "Already being worked on")


class Suggestion(models.Model):
    """Something a colleague would have otherwise. `answer` is empty until somebody answered.

    Accepted, it became `initiative`; merged, it is part of one there was; declined, `reason` says why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.CharField(max_length=1000)
    benefit = models.CharField(max_length=300, blank=True)
    flow_key = models.CharField(max_length=60, blank=True)
    step = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, blank=True, choices=Answer.choices)
    reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    initiative = models.ForeignKey(Initiative, models.SET_NULL, null=True, related_name="suggestions")

    class Meta:
        indexes = [
            models.Index(fields=["made_by", "-made_at", "-id"], name="suggestion_mine"),
            models.Index(fields=["-made_at", "-id"], name="suggestion_newest"),
        ]
