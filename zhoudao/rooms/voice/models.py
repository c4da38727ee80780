"""Ratings after closing, and whom we ask when."""

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.models import Order


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


class Spared(models.TextChoices):
    """Why a customer was not asked."""

    OFF = "off", pgettext_lazy("not asked", "follow-up was switched off")
    OPTED_OUT = "opted_out", pgettext_lazy("not asked", "does not want to be asked")
    LATELY = "lately", pgettext_lazy("not asked", "was asked a short time before")
    SPOKEN = "spoken", pgettext_lazy("not asked", "came by a channel that carries no written question")
    OPEN_AGAIN = "open_again", pgettext_lazy("not asked", "the case was opened again")


class Asking(models.Model):
    """The customer is asked to rate this case: once, however often it is opened again; or `spared`, and why."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="asking")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # still to be asked, then
    spared = models.CharField(max_length=10, choices=Spared.choices, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="asking_due", condition=models.Q(due_at__isnull=False))]


class FollowUpRule(models.Model):
    """When customers are asked (one row). Quiet hours are those of the case's store."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=True)
    delay_minutes = models.PositiveIntegerField(default=0)
    quiet_from = models.TimeField(null=True, default=time(21))
    quiet_until = models.TimeField(null=True, default=time(9))
    rest_days = models.PositiveSmallIntegerField(default=7)
    tells_progress = models.BooleanField(default=True, db_default=True)  # open cases: a step done, a promise missed

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_follow_up_rule")]


class HeldNews(models.Model):
    """What a customer is told of a parcel when the night is over: the newest only, so one a parcel."""

    parcel_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    event_id = models.UUIDField()
    due_at = models.DateTimeField(db_index=True)


class OptOut(models.Model):
    """A customer who does not want to be asked."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
