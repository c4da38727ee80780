"""Who works where, when and on what."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.engines.worktime import Duty, always
from zhoudao.ground.accounts.models import Team
from zhoudao.kit.ids import uuid7


class Calendar(models.Model):
    """Working time: `content` is `engines.worktime.Calendar` as JSON."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    content = models.JSONField()


class TeamSettings(models.Model):
    """How a team works: its calendar, whether cases are pushed to its people, and whether those likely to miss a
    promise stand one rank higher in its line (`cases.commands.foretelling`).
    """

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="settings")
    calendar = models.ForeignKey(Calendar, models.PROTECT)
    pushes = models.BooleanField(default=True)
    hurries = models.BooleanField(default=False, db_default=False)


class Member(models.Model):
    """A user who takes cases. `capacity` is how many open cases they hold before pushes stop."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="member")
    capacity = models.PositiveSmallIntegerField(default=20)
    languages = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True)
    is_available = models.BooleanField(default=True)
    teams = models.ManyToManyField(Team, related_name="members")


class OnCall(models.Model):
    """Who is paged for urgent cases of a team, in order; `content` is the week as `engines.worktime.Calendar` (none:
    always), from one day to another, both included, in its zone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="on_call")
    member = models.ForeignKey(Member, models.CASCADE)
    rank = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    from_date = models.DateField(null=True)
    until_date = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "rank"], name="one_on_call_rank")]

    def duty(self, away: tuple[tuple[datetime, datetime], ...] = ()) -> Duty:
        """As the engine asks for it, with when the member is `away`."""
        hours = Hours.from_json(self.content) if self.content else always()
        zone = ZoneInfo(hours.zone)
        start = datetime.combine(self.from_date, time(), zone) if self.from_date else None
        end = datetime.combine(self.until_date + timedelta(days=1), time(), zone) if self.until_date else None
        return Duty(str(self.member_id), hours, self.rank, start, end, away)


class Absence(models.Model):
    """Somebody is not at work although their hours say so: holidays, illness, a training."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["user", "ends_at"], name="absence_coming")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_takes_time")
        ]
