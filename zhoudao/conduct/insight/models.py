"""Reports: what a log, our own or a file's, says of a process. Foretellings: what it says of cases still open."""

from django.conf import settings
from django.db import models

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.files.models import StoredFile
from zhoudao.kit.ids import uuid7

WAITED_FOR = ("asked", "making")
ROLES = ("case", "activity", "end", "start", "resource", "lifecycle")
"""What a column of a log may say."""


class Source(models.TextChoices):
    OWN = "own"
    FILE = "file"


class Report(models.Model):
    """A diagnosis asked for, made by the analyst, kept sealed. Of our own events: what of `object_type` began from
    `since` until before `until`, with what is noted beside the work if `is_whole`. Of a file: `upload`, read by
    `mapping` (what is not in it is found out). `flow`: the .bpmn it should have gone by, if it is compared.
    `hourly`: what an hour is taken to cost (`hourly.py`). `state`: asked, making, done, failed (then `fault` says why).
    `kept`: the files that hold its log in columns, in their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=4, choices=Source.choices)
    object_type = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=False)
    zone = models.CharField(max_length=60)
    upload = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    mapping = models.JSONField(default=dict)
    flow = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    flow_name = models.CharField(max_length=120, blank=True)
    hourly = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, default="asked")
    percent = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(null=True)
    events = models.PositiveIntegerField(null=True)
    body = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    kept = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="reports_latest")]

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for it."""
        return self.state in WAITED_FOR


class Foretelling(models.Model):
    """A forecast learned from our own cases: of how many that had ended, from how many moments, and how good it is
    (`judged`, as `engines.forecast.judging.Judged` says it) on moments later than those it then learned from.
    `codes` are what its words stand for, `body` is the forecast, sealed. Without a body `fault` says why: few (cases
    have ended) or failed. `foretold_at` is when the open cases, so many, were last looked at with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_at = models.DateTimeField()
    cases = models.PositiveIntegerField(default=0)
    moments = models.PositiveIntegerField(default=0)
    judged = models.JSONField(default=dict)
    codes = models.JSONField(default=dict)
    body = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    fault = models.CharField(max_length=8, blank=True)
    foretold_at = models.DateTimeField(null=True)
    foretold = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-made_at", "-id"], name="foretellings_latest")]


class DemandAlarm(models.Model):
    """More comes to a team than is usual for the time: cases, or where `step` says one, tasks of that step of a flow.
    `count` is what has come since `began_at`, `expected` what is usual; it ends by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    step = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField()
    expected = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "step"], condition=models.Q(ended_at=None), name="one_demand_alarm")
        ]
        indexes = [models.Index(fields=["-noticed_at", "-id"], name="demand_alarms_latest")]


class DemandHelp(models.Model):
    """Somebody helps a team out until its alarm is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alarm = models.ForeignKey(DemandAlarm, models.CASCADE, related_name="helps")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "member"], name="one_help_an_alarm")]


class Question(models.Model):
    """What somebody wants to know of some of a report's cases: `filters` as they stand in the address, `of` a number
    whose cases are asked for (nothing: the map). `answer` is sealed under the report's key; it is derived, and is
    forgotten after a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="questions")
    key = models.CharField(max_length=64)
    filters = models.JSONField(default=list)
    of = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    answer = models.BinaryField(null=True)
    is_failed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="one_question_a_report")]
        indexes = [models.Index(fields=["asked_at"], name="questions_oldest")]


class KeyNodeStudy(models.Model):
    """Which steps of a report's process decide how long cases take, if each took `faster` percent less time: made by
    the analyst, kept sealed with the report. `state` as of a report.
    """

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="key_nodes")
    faster = models.PositiveSmallIntegerField(default=20)
    state = models.CharField(max_length=8, default="asked")
    percent = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    body = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for it."""
        return self.state in WAITED_FOR


class NodeGoal(models.Model):
    """A step is to take `percent` less time by `due_date`, and `owner` sees to it. `flow` is the process it is a step
    of (its id in the drawing), so that the goal outlives the report it was set on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="+")
    flow = models.CharField(max_length=120)
    element = models.CharField(max_length=200)
    step = models.CharField(max_length=200)
    percent = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_date = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["flow", "element"], name="node_goals_of_flow")]
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__gte=1, percent__lte=95), name="node_goal_is_a_share")
        ]


class Experiment(models.Model):
    """What would happen to a flow under other terms: its .bpmn, the scenario all variants begin with (JSON, sealed),
    and what the last runs gave (`body`, sealed). `origin`: plain, file or report (in whose log the scenario is found).
    `notes`: what is to be said of the scenario, as [code, count]. `state`: new, asked, making, done, failed (then
    `fault` says why); `job`: what is or was asked of the analyst, with what `wish`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    flow = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    flow_name = models.CharField(max_length=120)
    base = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=8)
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="+")
    notes = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="new")
    job = models.CharField(max_length=12, blank=True)
    wish = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    body = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-begun_at", "-id"], name="experiments_latest")]

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for the analyst."""
        return self.state in ("asked", "making")


class Variant(models.Model):
    """The experiment's scenario with changes, as `altering` reads them. The one in place 0 is today: its changes are
    corrections that all others share. `once_cost` is what the change costs one time, in whole units of the wages.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="variants")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    changes = models.JSONField(default=list)
    once_cost = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "place"], name="one_variant_a_place")]
