"""Online shops, what they posted, and what each said last of an order."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import uuid7


class Storefront(models.Model):
    """An online shop that posts its orders: `code` is their source, `store` sells them, all are in its `currency`.

    `asserts_identity`: the telephones and addresses it names are proven, and open a customer's history.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3, default="CNY")
    asserts_identity = models.BooleanField(default=False)
    secrets_sealed = models.BinaryField()
    before_until = models.DateTimeField(null=True)  # real time until which the secret before counts too
    is_active = models.BooleanField(default=True)
    heard_at = models.DateTimeField(null=True)  # real time of the last post
    refused_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "orders"

    def __str__(self) -> str:
        return self.code


class StorefrontOrder(models.Model):
    """What a shop said last of an order: older words change nothing. `said_index` tells whether its goods, people or
    amounts changed since.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="+", db_index=False)
    external_number = models.CharField(max_length=80)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, related_name="+", db_index=False)
    said_at = models.DateTimeField(null=True)
    rank = models.BinaryField(max_length=32, default=b"")  # which of two that were said in the same second counts
    said_index = models.BinaryField(max_length=16, null=True)

    class Meta:
        app_label = "orders"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["storefront", "external_number"], name="one_order_of_a_storefront")
        ]


class StorefrontPost(models.Model):
    """What a shop posted, as it came, sealed under the shop's key until it was taken or put aside."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("post", "To be taken")
        TAKEN = "taken", pgettext_lazy("post", "Taken")
        OLDER = "older", pgettext_lazy("post", "Overtaken by a newer one")
        FAILED = "failed", pgettext_lazy("post", "Could not be taken")
        DISMISSED = "dismissed", pgettext_lazy("post", "Put aside")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="posts", db_index=False)
    key = models.CharField(max_length=220)
    raw_sealed = models.BinaryField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    external_number = models.CharField(max_length=80, blank=True)
    said_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=30, blank=True)
    faults = models.JSONField(default=list)  # [[where, code or what is wrong]]
    attempts = models.PositiveSmallIntegerField(default=0)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    settled_by = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "orders"
        constraints: ClassVar = [models.UniqueConstraint(fields=["storefront", "key"], name="one_post_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="post_new", condition=models.Q(status="new")),
            models.Index(fields=["-received_at", "-id"], name="post_failed", condition=models.Q(status="failed")),
            models.Index(fields=["received_at"], name="post_kept", condition=models.Q(raw_sealed__isnull=False)),
            models.Index(
                fields=["storefront", "external_number"], name="post_number", condition=models.Q(status="failed")
            ),
        ]
