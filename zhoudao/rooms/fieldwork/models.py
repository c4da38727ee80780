"""Where engineers work from, what each can do, and their visits."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.globe import Point
from zhoudao.kit.ids import url_token, uuid7
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.staff.models import Calendar, Member


class Kind(models.TextChoices):
    """What a service point is."""

    OWN = "own", pgettext_lazy("service point", "Our own workshop")
    STORE = "store", pgettext_lazy("service point", "In a store")
    PARTNER = "partner", pgettext_lazy("service point", "Authorised partner")


class State(models.TextChoices):
    """Where a visit stands."""

    UNPLANNED = "unplanned", pgettext_lazy("visit to a customer", "To be planned anew")
    PLANNED = "planned", pgettext_lazy("visit to a customer", "Planned")
    ON_THE_WAY = "on_the_way", pgettext_lazy("visit to a customer", "On the way")
    BEGUN = "begun", pgettext_lazy("visit to a customer", "Under way")
    DONE = "done", pgettext_lazy("visit to a customer", "Done")
    MISSED = "missed", pgettext_lazy("visit to a customer", "Did not take place")
    CANCELLED = "cancelled", pgettext_lazy("visit to a customer", "Cancelled")


OUT = (State.ON_THE_WAY, State.BEGUN)
TAKING = (State.PLANNED, *OUT)  # what takes an engineer's time
OPEN = (State.UNPLANNED, *TAKING)


class ServicePoint(models.Model):
    """A place engineers work from. Its calendar is that of engineers without hours of their own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OWN)
    province = models.CharField(max_length=60)
    city = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=20, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="point_on_earth"
            )
        ]

    @property
    def place(self) -> Point:
        """Where it lies."""
        return self.latitude, self.longitude


class Engineer(models.Model):
    """A colleague who visits customers. Their day begins at `place`; no `brands`: all of them."""

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="engineer")
    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="engineers")
    latitude = models.FloatField(null=True)  # where their day begins; none: at the service point
    longitude = models.FloatField(null=True)
    skills = models.JSONField(default=list)
    brands = models.JSONField(default=list)
    radius_km = models.PositiveSmallIntegerField(default=50)
    visits_a_day = models.PositiveSmallIntegerField(default=6)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="engineer_on_earth",
            )
        ]

    @property
    def place(self) -> Point:
        """Where their day begins."""
        if self.latitude is None or self.longitude is None:
            return self.point.place
        return self.latitude, self.longitude


class Certification(models.Model):
    """What an engineer is certified for, until the end of `expires_date` (none: for good)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engineer = models.ForeignKey(Engineer, models.CASCADE, related_name="certifications")
    code = models.CharField(max_length=40)
    expires_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["engineer", "code"], name="one_certification")]


class Visit(models.Model):
    """Somebody comes to a customer. What it is for is an object of another room: `subject_type`, `subject_id`.

    `told_sealed` is the street, name and phone. It takes its engineer's time from `starts_at` to `ends_at`: the
    database refuses a second visit then. To be planned anew it has no time, and keeps its engineer for whoever plans.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=40, unique=True, default=url_token)
    key = models.CharField(max_length=80, unique=True)  # asked twice with it is one visit
    subject_type = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10, default="zh-Hans")
    province = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=60, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    told_sealed = models.BinaryField(null=True)
    skill = models.CharField(max_length=40, blank=True)
    brand = models.CharField(max_length=40, blank=True)
    certification = models.CharField(max_length=40, blank=True)
    minutes = models.PositiveSmallIntegerField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    engineer = models.ForeignKey(Engineer, models.PROTECT, null=True, related_name="visits")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    lacking = models.CharField(max_length=16, blank=True)  # why it could not be planned anew
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    moves = models.PositiveSmallIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True)  # of one to be planned anew: a time that was found for it, and who
    proposed_engineer = models.ForeignKey(Engineer, models.SET_NULL, null=True, related_name="+")
    overran_at = models.DateTimeField(null=True)  # when it was last seen to take longer than planned
    set_off_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_visit_at_once",
                expressions=[
                    ("engineer", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=TAKING),
            ),
            models.UniqueConstraint(fields=["engineer"], condition=Q(state__in=OUT), name="one_visit_under_way"),
            models.CheckConstraint(
                condition=~Q(state__in=TAKING)
                | Q(engineer__isnull=False, starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="visit_planned_takes_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="unplanned") | Q(starts_at__isnull=True, ends_at__isnull=True),
                name="visit_unplanned_has_no_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["engineer", "starts_at"], name="visit_day"),
            models.Index(fields=["subject_type", "subject_id"], name="visit_subject"),
            models.Index(fields=["starts_at", "id"], name="visit_board"),
            models.Index(fields=["asked_at", "id"], name="visit_anew", condition=Q(state="unplanned")),
            models.Index(fields=["customer", "-asked_at"], name="visit_customer"),
            models.Index(fields=["ends_at"], name="visit_under_way", condition=Q(state="begun")),
        ]

    @property
    def place(self) -> Point:
        """Where it takes place."""
        return self.latitude, self.longitude

    @property
    def time(self) -> tuple[datetime, datetime]:
        """From when to when, of a visit that has a time."""
        if self.starts_at is None or self.ends_at is None:
            raise ValueError(f"visit {self.number} has no time")
        return self.starts_at, self.ends_at
