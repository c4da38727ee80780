"""Goods whose sale is stopped: orders with them wait, or one batch of them is not packed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from zhoudao.kit.ids import uuid7


class SaleStop(models.Model):
    """From when to when nothing of a SKU leaves, and what says so (`reference`, as a quality notice's number). Several
    may stop the same SKU; it is sold again when none does. With a `batch` only that batch is not packed: orders go on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField(max_length=80)
    batch = models.CharField(max_length=30, blank=True, default="", db_default="")
    reference = models.CharField(max_length=20)
    stopped_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=120)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku", "batch", "reference"], condition=Q(lifted_at=None), name="one_stop_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
                name="stop_lifted_says_who",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sku"], name="sale_stopped", condition=Q(lifted_at=None))]

    def __str__(self) -> str:
        return f"{self.sku} {self.batch} ({self.reference})"
