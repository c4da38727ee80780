"""Notices and how people want them."""

from django.conf import settings
from django.db import models

from zhoudao.kit.ids import uuid7


class Notice(models.Model):
    """One thing somebody is told: a kind, codes for its sentence, where to go. Never a customer's words or name.

    `key` says what it is about, so that the same thing is told once. `mail_at` is when it may be mailed, in the
    company's time; `claimed_at` (real time) who is mailing it just now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    address = models.CharField(max_length=200)
    attributes = models.JSONField(default=dict)
    at = models.DateTimeField()
    is_shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_newest"),
            models.Index(
                fields=["user"], name="notice_unread", condition=models.Q(read_at__isnull=True, is_shown=True)
            ),
            models.Index(
                fields=["mail_at"],
                name="notice_mail",
                condition=models.Q(mail_at__isnull=False, mailed_at__isnull=True),
            ),
        ]


class Wish(models.Model):
    """How somebody wants to be told: `ways` by kind (browser, mail, both, none), no mails between two times of day.

    `trouble` is why the last mail to them did not go out.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    ways = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    zone = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=250, blank=True)
