"""Data keys, wrapped by a master key."""

from django.db import models

from zhoudao.kit.ids import uuid7


class DataKey(models.Model):
    """One subject's key (a customer's, a channel's), wrapped; destroying it destroys what it encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField(db_index=True)
    master_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)


class Unmasking(models.Model):
    """Somebody read personal data: who, whose, what, why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.CharField(max_length=80)
    subject_id = models.UUIDField(db_index=True)
    field = models.CharField(max_length=40)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
