"""Ratings after closing, and whom we ask when."""

from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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
    TOO_LATE = "too_late", pgettext_lazy("not asked", "it was too long ago")
    UNREACHED = "unreached", pgettext_lazy("not asked", "there is no way to write to them")
    RATED = "rated", pgettext_lazy("not asked", "had rated by themselves")


class Asking(models.Model):
    """The customer is asked to rate this case: once, however often it is opened again; or `spared`, and why."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="asking")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # still to be asked, then
    spared = models.CharField(max_length=10, choices=Spared.choices, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="asking_due", condition=models.Q(due_at__isnull=False))]


class FollowUpRule(models.Model):
    """When customers are asked (one row). Quiet hours are those of the case's or order's store. `order_days` after an
    order was delivered they are asked how it was, unless `asks_orders` is off, or off for its store.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=True)
    delay_minutes = models.PositiveIntegerField(default=0)
    quiet_from = models.TimeField(null=True, default=time(21))
    quiet_until = models.TimeField(null=True, default=time(9))
    rest_days = models.PositiveSmallIntegerField(default=7)
    tells_progress = models.BooleanField(default=True, db_default=True)  # open cases: a step done, a promise missed
    asks_orders = models.BooleanField(default=True, db_default=True)
    order_days = models.PositiveSmallIntegerField(default=2, db_default=2)
    silent_stores = ArrayField(models.UUIDField(), default=list, db_default=[])  # whose orders are not asked about

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


class OrderRating(models.Model):
    """A customer's one to five for what they got, how it came and how they were served. The comment is masked."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="said")
    product = models.PositiveSmallIntegerField()
    delivery = models.PositiveSmallIntegerField()
    service = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(product__range=(1, 5), delivery__range=(1, 5), service__range=(1, 5)),
                name="order_scores_1_to_5",
            )
        ]
        indexes = [models.Index(fields=["rated_at"], name="order_rating_at")]

    @property
    def scores(self) -> tuple[int, int, int]:
        """What they got, how it came, how they were served."""
        return self.product, self.delivery, self.service


class OrderAsking(models.Model):
    """The customer is asked how an order was: once, whichever parcel was last; or `spared`, and why."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="followed_up")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # still to be asked, then
    spared = models.CharField(max_length=10, choices=Spared.choices, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="order_asking_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["asked_at"], name="order_asking_at", condition=models.Q(asked_at__isnull=False)),
        ]
