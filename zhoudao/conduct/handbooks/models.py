"""Editions of handbooks, who has read them, and the files they are printed to."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.receipts import Receipt
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7


class State(models.TextChoices):
    """Where an edition stands."""

    DRAFT = "draft", pgettext_lazy("handbook", "Draft")
    APPROVED = "approved", pgettext_lazy("handbook", "Approved")
    SUPERSEDED = "superseded", pgettext_lazy("handbook", "Superseded")


class Edition(models.Model):
    """The handbook of one team for one flow version: its text follows from these. `number` counts a team's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="handbooks")
    key = models.CharField(max_length=60)  # the flow's
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+"
    )  # the approved one it took over from
    changes = models.JSONField(default=dict)  # against `before`: element ids by added, removed, changed
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "team"], name="one_handbook_a_version_and_team"),
            models.UniqueConstraint(fields=["key", "team", "number"], name="one_edition_number"),
            models.UniqueConstraint(
                fields=["key", "team"], condition=models.Q(state="approved"), name="one_approved_handbook"
            ),
        ]


class Reading(Receipt):
    """One person and one edition; `carried` from an edition whose steps are the same."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="readings")
    carried = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="one_reading")]
        indexes = [models.Index(fields=["user", "edition"], name="reading_of_user")]


class Print(models.Model):
    """An edition as a file in one language. `state`: asked, making, done, failed (then `fault` is a code)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="prints")
    language = models.CharField(max_length=10)
    as_approved = models.BooleanField()  # the approval line differs before and after
    state = models.CharField(max_length=8, default="asked")
    percent = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "language", "as_approved"], name="one_print")]
