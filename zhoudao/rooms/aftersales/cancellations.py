"""Single pieces of orders that were cancelled before anything left, line by line as they were."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.models import Order


class Cancellation(models.Model):
    """So many pieces of one order that are not sent: it costs `less_minor` less, and `back_minor` of it is paid back by
    the refund of `request` (None: nothing was paid). `is_all`: nothing stayed, so the order itself was cancelled.
    `key` is the form's own: the same again is the same cancellation. `reason` is one that orders are cancelled for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="cancellations")
    request = models.OneToOneField("aftersales.ReturnRequest", models.PROTECT, null=True, related_name="cancellation")
    key = models.UUIDField(unique=True)
    reason = models.CharField(max_length=20)
    is_all = models.BooleanField()
    less_minor = models.BigIntegerField()
    back_minor = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        app_label = "aftersales"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(back_minor__gte=0, less_minor__gte=F("back_minor")), name="cancelled_pays_what_it_costs"
            ),
            models.CheckConstraint(
                condition=Q(back_minor=0, request=None) | Q(back_minor__gt=0, request__isnull=False),
                name="cancelled_pays_by_a_request",
            ),
        ]


class CancelledLine(models.Model):
    """The last `quantity` pieces that a line had then, with their exact parts of discount, shipping and tax; of their
    price `lowered_minor` had been paid back before. The line itself (`line_id`) may be gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cancellation = models.ForeignKey(Cancellation, models.CASCADE, related_name="lines")
    line_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    lowered_minor = models.BigIntegerField(default=0)

    class Meta:
        app_label = "aftersales"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cancellation", "line_id"], name="one_line_a_cancellation"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cancelled_line_is_something"),
        ]

    @property
    def paid_minor(self) -> int:
        """The pieces less their part of the discount, without shipping."""
        return self.price_minor * self.quantity - self.discount_minor
