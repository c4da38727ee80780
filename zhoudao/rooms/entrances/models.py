"""The front door's tiles, codes that were asked for, and who is signed in where."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.customers.models import Customer


class Tile(models.Model):
    """One thing customers come for. `target` is the code of what it opens; `address` only where that is a link."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    position = models.PositiveSmallIntegerField()
    icon = models.CharField(max_length=30)
    names = models.JSONField(default=dict)
    hints = models.JSONField(default=dict)
    target = models.CharField(max_length=40)
    address = models.CharField(max_length=300, blank=True)
    is_shown = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["position", "id"], name="tile_order")]


class Challenge(models.Model):
    """A code somebody asked for. The code itself is kept nowhere: it is a keyed hash of this row's id.

    `customer` when somebody who is signed in adds what else they are reached by. All times are real: a demo's clock
    lengthens no code. The address is sealed under a key of the challenge's own, which goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8)  # email, phone
    value_sealed = models.BinaryField()
    value_index = models.BinaryField(max_length=16, db_index=True)
    language = models.CharField(max_length=10)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # to send it
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)


class AppKey(models.Model):
    """A key by which the company's own app vouches for its users; times are real but `made_at`.

    `origins` are the pages that may frame the portal; `realm` says whose user numbers it speaks of.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    origins = ArrayField(models.CharField(max_length=120), default=list)
    realm = models.CharField(max_length=30, default="app")
    store = models.ForeignKey(Store, models.SET_NULL, null=True, related_name="+")
    secrets_sealed = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


GATEWAY_ID = UUID(int=1)


class Gateway(models.Model):
    """Where text messages are posted: the one row."""

    id = models.UUIDField(primary_key=True, default=GATEWAY_ID, editable=False)
    url = models.CharField(max_length=300)
    secret_sealed = models.BinaryField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=GATEWAY_ID), name="one_gateway")]


class Nonce(models.Model):
    """A token that was used: it is good once."""

    key = models.ForeignKey(AppKey, models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "digest"], name="a_token_once")]


class Pass(models.Model):
    """A browser or app in which a customer is signed in, known by the hash of a token; times are real.

    `key` where an app vouched for them; `proven_at` says when its holder last typed a code.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="passes")
    digest = models.BinaryField(max_length=32, unique=True)
    way = models.CharField(max_length=8)  # email, phone, app
    device = models.CharField(max_length=60, blank=True)  # a browser's and a system's name, nothing more
    key = models.ForeignKey(AppKey, models.CASCADE, null=True, related_name="+")
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-seen_at"], name="pass_alive", condition=Q(ended_at=None)),
            models.Index(fields=["until"], name="pass_over"),
        ]
