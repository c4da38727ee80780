"""Lists of orders that were handed in, and how lists are read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.kit.ids import uuid7


class OrderList(models.Model):
    """A list of orders somebody handed in: how it is read, and how far it is.

    Its file, and in `first_sealed` its first rows, are sealed under a key of its own and destroyed when nothing is
    left to put right, at the latest a week after. `wrong` says the rows and codes of what was not taken.
    """

    class State(models.TextChoices):
        READING = "reading", pgettext_lazy("list", "Being read")
        UNREADABLE = "unreadable", pgettext_lazy("list", "Cannot be read")
        OPEN = "open", pgettext_lazy("list", "To be looked at")
        RUNNING = "running", pgettext_lazy("list", "Being taken in")
        DONE = "done", pgettext_lazy("list", "Taken in")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    key_id = models.UUIDField()
    titles = models.JSONField(default=list)
    how = models.JSONField(default=dict)
    first_sealed = models.BinaryField(null=True)
    trouble = models.CharField(max_length=20, blank=True)
    trouble_at = models.CharField(max_length=80, blank=True)
    rows = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    before = models.PositiveIntegerField(default=0)
    wrong_count = models.PositiveIntegerField(default=0)
    wrong = models.JSONField(default=list)
    handed_in_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-handed_in_at", "-id"], name="list_newest"),
            models.Index(fields=["handed_in_at"], name="list_kept", condition=models.Q(forgotten_at=None)),
        ]

    def __str__(self) -> str:
        return self.name


class OrderListMap(models.Model):
    """How lists of one kind are read, by a name that everybody who takes lists in sees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    how = models.JSONField()
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
