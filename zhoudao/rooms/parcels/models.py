"""Parcels and what is in them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.stock.models import Warehouse


class State(models.TextChoices):
    """Where a parcel stands, in the nine words carriers' reports are translated into."""

    PENDING = "pending", pgettext_lazy("parcel", "Handed over")
    INFO_RECEIVED = "info_received", pgettext_lazy("parcel", "Announced")
    IN_TRANSIT = "in_transit", pgettext_lazy("parcel", "On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", pgettext_lazy("parcel", "Out for delivery")
    ATTEMPT_FAIL = "attempt_fail", pgettext_lazy("parcel", "Nobody was there")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", pgettext_lazy("parcel", "To be collected")
    DELIVERED = "delivered", pgettext_lazy("parcel", "Delivered")
    EXCEPTION = "exception", pgettext_lazy("parcel", "Something is wrong")
    EXPIRED = "expired", pgettext_lazy("parcel", "No news for a month")


class Parcel(models.Model):
    """Goods of one order that left together. `version` is how many different things its carrier has said of it, so
    that an older view of it is known as one; `heard_at` and `place` are of the newest.

    `expected_at` is when it should arrive, as far as its lane is known. `is_history`: it left elsewhere, before the
    order was brought in; nobody is told of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="parcels", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+", db_index=False)
    carrier = models.CharField(max_length=30)
    tracking_number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    version = models.PositiveIntegerField(default=0)
    handed_over_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    weight_grams = models.PositiveIntegerField(null=True)
    heard_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField(null=True)  # real time it was last asked about
    look_at = models.DateTimeField(null=True)  # when something may be found of it next
    late_at = models.DateTimeField(null=True)  # when it was found likely to be late
    stuck_at = models.DateTimeField(null=True)  # since when it is known to stand still; moves it again, it is None
    is_history = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"], condition=~Q(tracking_number=""), name="one_parcel_a_number"
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
                name="parcel_delivered_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "handed_over_at", "id"], name="parcel_order"),
            models.Index(fields=["look_at", "id"], name="parcel_look", condition=Q(look_at__isnull=False)),
            models.Index(fields=["state", "-id"], name="parcel_state"),
            models.Index(
                fields=["-id"],
                name="parcel_trouble",
                condition=Q(delivered_at=None) & (Q(late_at__isnull=False) | Q(stuck_at__isnull=False)),
            ),
            models.Index(fields=["tracking_number"], name="parcel_number", condition=~Q(tracking_number="")),
            models.Index(fields=["delivered_at"], name="parcel_delivered", condition=Q(delivered_at__isnull=False)),
            models.Index(
                fields=["handed_over_at", "id"],
                name="parcel_under_way",
                condition=Q(delivered_at=None, is_history=False),
            ),
        ]

    @property
    def carrier_name(self) -> str:
        """The carrier, as people call it."""
        return called(self.carrier)


class ParcelLine(models.Model):
    """So many of one line of the order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines", db_index=False)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="parcel_lines")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "order_line"], name="one_parcel_line_a_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parcel_line_is_something"),
        ]


class ParcelBatch(models.Model):
    """So many of a parcel's line are of one batch; of the rest nobody said which."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(ParcelLine, models.CASCADE, related_name="batches", db_index=False)
    batch = models.CharField(max_length=30)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "batch"], name="one_parcel_batch_a_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & ~Q(batch=""), name="parcel_batch_is_something"),
        ]


class TrackingSource(models.Model):
    """Somebody who tells where parcels are: a carrier, a platform, any system. `carriers` empty: all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    carriers = models.JSONField(default=list)
    config = models.JSONField(default=dict)
    secrets_sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)
    heard_at = models.DateTimeField(null=True)  # real time of the last report
    refused_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=30, blank=True)  # why it could not be asked last, as a code

    def __str__(self) -> str:
        return self.code


class TrackingReport(models.Model):
    """What a source sent, as it came, sealed under the source's key until a month after it was read."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("report", "To be read")
        READ = "read", pgettext_lazy("report", "Read")
        FAILED = "failed", pgettext_lazy("report", "Cannot be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(TrackingSource, models.PROTECT, related_name="reports", db_index=False)
    key = models.CharField(max_length=220)
    raw_sealed = models.BinaryField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tracking_number = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="one_report_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="report_new", condition=Q(status="new")),
            models.Index(fields=["-received_at", "-id"], name="report_failed", condition=Q(status="failed")),
            models.Index(fields=["received_at"], name="report_read", condition=Q(status="read")),
            models.Index(fields=["tracking_number"], name="report_number", condition=~Q(tracking_number="")),
        ]


class TrackingEvent(models.Model):
    """What a carrier said once of a number. Without a parcel: of one we do not know, until it appears.

    `key` tells what was said: the same again is the same. Telephone numbers in `text` are masked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parcel = models.ForeignKey(Parcel, models.CASCADE, null=True, related_name="events", db_index=False)
    carrier = models.CharField(max_length=30)
    tracking_number = models.CharField(max_length=40)
    key = models.BinaryField(max_length=16)
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices)
    place = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "tracking_number", "key"], name="one_event_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["parcel", "occurred_at", "id"], name="tracking_parcel"),
            models.Index(
                fields=["carrier", "tracking_number", "occurred_at"], name="tracking_unknown", condition=Q(parcel=None)
            ),
        ]


class Forgotten(models.Model):
    """How much was destroyed on a day (UTC) that carriers said of numbers nobody ever claimed."""

    date = models.DateField(primary_key=True)
    numbers = models.PositiveIntegerField(default=0)
    marks = models.PositiveIntegerField(default=0)


class LaneRow(models.Model):
    """What a lane took lately: hours at every 2.5 %, and the longest usual silence. An empty field stands for any."""

    id = models.BigAutoField(primary_key=True)
    carrier = models.CharField(max_length=30, blank=True)
    origin = models.CharField(max_length=60, blank=True)
    target = models.CharField(max_length=60, blank=True)
    parcels = models.PositiveIntegerField()
    hours = ArrayField(models.FloatField())
    gap_hours = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["carrier", "origin", "target"], name="one_row_a_lane")]
