"""The event log and who has read how far."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from zhoudao.kit.ids import uuid7

BEFORE_ALL = -(2**63)  # a restored log keeps its order below zero, where the new cluster's transactions begin

_GUARD = """
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
       AND current_setting('zhoudao.maintenance', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'the event log is append-only';
"""
_TELL = """
    PERFORM pg_notify('zhoudao_events', NEW.type || '|' || NEW.primary_type || '|' || NEW.primary_id);
    RETURN NULL;
"""


class Event(models.Model):
    """A fact that happened. `objects` is [[type, id, role]…], its ids once more in `object_ids` for the index."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=80)
    schema = models.SmallIntegerField(default=1)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    store_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=40, blank=True)
    element = models.CharField(max_length=120, blank=True)
    primary_type = models.CharField(max_length=40)
    primary_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    parties = models.JSONField(default=list, db_column="objects")
    object_ids = ArrayField(models.UUIDField(), default=list)
    attributes = models.JSONField(default=dict)
    xid = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["primary_id", "seq"], name="one_event_a_seq")]
        indexes = [
            models.Index(fields=["xid", "id"], name="event_cursor"),
            models.Index(fields=["type", "occurred_at"], name="event_type_time"),
            GinIndex(fields=["object_ids"], name="event_objects", fastupdate=False),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_GUARD,
            ),
            pgtrigger.Trigger(
                name="tell", level=pgtrigger.Row, when=pgtrigger.After, operation=pgtrigger.Insert, func=_TELL
            ),
        ]


class Subscription(models.Model):
    """How far a subscriber has read, in (transaction, id) order."""

    name = models.CharField(max_length=60, primary_key=True)
    cursor_xid = models.BigIntegerField(default=BEFORE_ALL)
    cursor_id = models.UUIDField(null=True)


class Handled(models.Model):
    """This subscriber has done this event: repeats are skipped."""

    pk = models.CompositePrimaryKey("subscriber", "event_id")
    subscriber = models.CharField(max_length=60)
    event_id = models.UUIDField()


class Parked(models.Model):
    """An event a subscriber failed on (and later ones of the same object, waiting behind it)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscriber = models.CharField(max_length=60)
    event = models.ForeignKey(Event, models.DO_NOTHING, db_constraint=False)
    primary_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    next_try_at = models.DateTimeField()
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="parked_once")]
        indexes = [models.Index(fields=["subscriber", "primary_id"], name="parked_object")]
