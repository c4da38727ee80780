"""Pick-ups of returns, and the services that send the couriers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.models import ReturnRequest


class State(models.TextChoices):
    """Where a pick-up stands."""

    ASKED = "asked", pgettext_lazy("pick-up", "Being ordered")
    BOOKED = "booked", pgettext_lazy("pick-up", "Ordered")
    ASSIGNED = "assigned", pgettext_lazy("pick-up", "Courier named")
    CANCELLING = "cancelling", pgettext_lazy("pick-up", "Being called off")
    STUCK = "stuck", pgettext_lazy("pick-up", "Needs a person")
    COLLECTED = "collected", pgettext_lazy("pick-up", "Fetched")
    CANCELLED = "cancelled", pgettext_lazy("pick-up", "Called off")
    FAILED = "failed", pgettext_lazy("pick-up", "Nobody comes")


LIVE = (State.ASKED, State.BOOKED, State.ASSIGNED, State.CANCELLING, State.STUCK)
BEFORE_COURIER = (State.ASKED, State.BOOKED, State.ASSIGNED)
_LIVE_VALUES = tuple(state.value for state in LIVE)


class CourierService(models.Model):
    """Somebody who sends couriers. Switched off it is given no new pick-up; those it was told of are still asked
    about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    config = models.JSONField(default=dict)
    secrets_sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)
    answered_at = models.DateTimeField(null=True)  # real time of its last answer
    heard_at = models.DateTimeField(null=True)  # real time of the last thing it told us by itself
    refused_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=30, blank=True)  # why the last attempt had no answer, as a code

    def __str__(self) -> str:
        return self.code


class Pickup(models.Model):
    """One courier ordered for a return. `number` is what the service knows it by: told again it is the same courier.

    `sender_sealed`: name, telephone and street; `salt_sealed`: what its service signs its news with;
    `courier_sealed`: who comes. `fee_minor` is what the customer agreed to pay, in the order's currency.
    `then_starts_at`: once it is called off, another is ordered for that time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True)
    request = models.ForeignKey(ReturnRequest, models.PROTECT, related_name="pickups")
    service = models.CharField(max_length=40)
    carrier = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    then_starts_at = models.DateTimeField(null=True)
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    sender_sealed = models.BinaryField(null=True)
    salt_sealed = models.BinaryField(null=True)
    courier_sealed = models.BinaryField(null=True)
    fee_minor = models.BigIntegerField()
    key = models.UUIDField(unique=True)  # the form's own: the same again is the same pick-up
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    task = models.CharField(max_length=80, blank=True)  # what the service asks for it by
    reference = models.CharField(max_length=80, blank=True)  # what the service calls it
    tracking_number = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    unanswered = models.PositiveSmallIntegerField(default=0)  # attempts since it answered last
    is_unsure = models.BooleanField(default=False)  # it was told and said nothing: a courier may have been ordered
    told_at = models.DateTimeField(null=True)  # real time at which the service was first told
    next_at = models.DateTimeField(null=True)  # real time of the next attempt or question
    trouble = models.CharField(max_length=40, blank=True)
    called_off_for = models.CharField(max_length=20, blank=True)
    collected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=_LIVE_VALUES), name="one_courier_a_return"
            ),
            models.CheckConstraint(
                condition=Q(fee_minor__gte=0, ends_at__gt=F("starts_at")), name="pickup_has_a_window"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_LIVE_VALUES, ended_at=None)
                | (~Q(state__in=_LIVE_VALUES) & Q(ended_at__isnull=False)),
                name="pickup_over_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="pickup_due", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Whether a courier may still come."""
        return self.state in LIVE

    @property
    def may_change(self) -> bool:
        """Whether its customer may still move it or call it off."""
        return self.state in BEFORE_COURIER
