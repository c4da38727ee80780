"""Prepaid numbers, pooled by carrier."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.stock.models import Warehouse

WARN_BELOW = 20


class Pool(models.Model):
    """The prepaid numbers of one carrier. Whoever keeps them hears once when no more than `warn_at` can be used."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    carrier = models.CharField(max_length=30, unique=True)
    is_offered = models.BooleanField(default=True)
    warn_at = models.PositiveIntegerField(default=WARN_BELOW)
    warned_at = models.DateTimeField(null=True)  # of this lack; empty again once there are enough

    def __str__(self) -> str:
        return self.carrier


class PrepaidNumber(models.Model):
    """A number a carrier is paid for. With `taken_at` it is used, for good: it was given to the customer of `request`,
    which is empty once that was forgotten. It leads to `warehouse`, or wherever its label says; `fee_minor` is what the
    customer agreed to pay if the return comes with it, in the order's currency.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="numbers", db_index=False)
    number = models.CharField(max_length=40)
    valid_until = models.DateField(null=True)  # the last day the carrier takes it; none: no end
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+", db_index=False)
    brought_at = models.DateTimeField()
    request = models.OneToOneField(ReturnRequest, models.PROTECT, null=True, related_name="prepaid")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=120, blank=True)
    fee_minor = models.BigIntegerField(default=0)
    sheet = models.ForeignKey(LabelSheet, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pool", "number"], name="prepaid_number_once"),
            models.CheckConstraint(
                condition=Q(request=None) | Q(taken_at__isnull=False), name="prepaid_number_of_a_return_is_taken"
            ),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="prepaid_number_costs_something"),
        ]
        indexes: ClassVar = [
            models.Index(
                "pool", F("valid_until").asc(nulls_last=True), "id", name="prepaid_free", condition=Q(taken_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.number
