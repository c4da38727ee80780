"""Parcels and what is in them."""

from typing import ClassVar

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
    """Goods of one order that left together. `version` grows with every change of where it stands.

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
            models.Index(fields=["tracking_number"], name="parcel_number", condition=~Q(tracking_number="")),
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
