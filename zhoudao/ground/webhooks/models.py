"""Other systems that want to be told, and what each was told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.ids import uuid7


class Webhook(models.Model):
    """An address that is posted every fact of these `types`, of one store or of all.

    The cursor is how far into the event log it has been handed on; nothing is skipped while it is paused. `failures`
    counts those since it last took something, `failing_since` says when they began; both, and `rests_until`, are real
    time. `paused_why` is by_hand, gone or failing. `at_once` is how many are posted at a time: one keeps their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=120, blank=True)
    types = ArrayField(models.CharField(max_length=80), default=list)
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    at_once = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    paused_why = models.CharField(max_length=12, blank=True)
    secrets_sealed = models.BinaryField(null=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    cursor_xid = models.BigIntegerField()
    cursor_id = models.UUIDField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True)
    replayed_count = models.PositiveIntegerField(default=0)


class Sending(models.Model):
    """One fact for one webhook (or a ping, which has no event). Its body is made of the event when it is posted.

    `state` is waiting, delivered or dead. Whoever posts it has claimed it until `claimed_until`; `attempts` tells one
    claim from the next. `reason` is a code, `answer` the beginning of what the other system said. All times are real.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="sendings", db_index=False)
    event = models.ForeignKey(
        Event, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    type = models.CharField(max_length=80)
    state = models.CharField(max_length=9, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=16, blank=True)
    answer = models.TextField(blank=True)
    answer_type = models.CharField(max_length=80, blank=True)
    took_ms = models.PositiveIntegerField(null=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="told_a_webhook_once"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "delivered", "dead"]), name="sending_state"),
        ]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="sending_newest"),
            models.Index(fields=["webhook", "state", "-id"], name="sending_by_state"),
            models.Index(fields=["webhook", "type", "-id"], name="sending_by_type"),
            models.Index(fields=["webhook", "next_at", "id"], name="sending_due", condition=Q(state="waiting")),
            models.Index(fields=["ended_at"], name="sending_old", condition=~Q(state="waiting")),
        ]
