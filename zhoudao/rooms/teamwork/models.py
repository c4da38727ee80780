"""Canned replies, and who watches which case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Team
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case


class Scope(models.TextChoices):
    """For whom something is."""

    OWN = "own", _("Only me")
    TEAM = "team", _("A team")
    EVERYBODY = "everybody", _("Everybody")


class CannedReply(models.Model):
    """An answer written once. `bodies` by language tag; `search` is folded; neither owner nor team: everybody's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=30, blank=True)
    bodies = models.JSONField(default=dict)
    search = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner=None) | models.Q(team=None), name="canned_reply_has_one_reader"
            )
        ]

    @property
    def scope(self) -> Scope:
        """For whom it is."""
        if self.owner_id:
            return Scope.OWN
        return Scope.TEAM if self.team_id else Scope.EVERYBODY


class Watch(models.Model):
    """Somebody is told of what happens in a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_watch")]
