"""Ratings after closing."""

from django.conf import settings
from django.db import models

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case


class Rating(models.Model):
    """A customer's one to five for one case, credited to whoever last answered it. The comment is masked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="rating")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="score_1_to_5")]


class Asking(models.Model):
    """The customer was asked to rate this case: once, however often it is opened again."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="asking")
    asked_at = models.DateTimeField()
