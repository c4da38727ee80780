"""Flow versions, their runs, tasks, timers and incidents."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.orders.models import Order


class FlowVersion(models.Model):
    """One deployed version of a flow: the `.bpmn` as it was uploaded. Running runs keep theirs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    names = models.JSONField(default=dict)
    source = models.BinaryField()
    note = models.TextField(blank=True)
    is_live = models.BooleanField(default=False)
    deployed_at = models.DateTimeField()
    deployed_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_flow_version"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(is_live=True), name="one_live_flow"),
        ]


class PilotStore(models.Model):
    """In this store new runs of the flow take this version instead of the live one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=60)
    store = models.ForeignKey(Store, models.PROTECT)
    version = models.ForeignKey(FlowVersion, models.CASCADE, related_name="pilot_stores")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "store"], name="one_pilot_a_store")]


class FlowDraft(models.Model):
    """What is being drawn and not yet deployed. Without an owner it is the one all managers of the flow work on.

    With an owner it is what that person could not save, because somebody else had saved before them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    base = models.ForeignKey(FlowVersion, models.PROTECT, null=True)  # what the drawing began with
    seen = models.PositiveIntegerField(default=0)  # the newest version there was then
    source = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "owner"], name="one_flow_draft", nulls_distinct=False),
        ]


class RunStatus(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", pgettext_lazy("run", "Running")
    COMPLETED = "completed", pgettext_lazy("run", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("run", "Cancelled")
    SUSPENDED = "suspended", pgettext_lazy("run", "Suspended")
    INCIDENT = "incident", pgettext_lazy("run", "Incident")


MOVING = (RunStatus.RUNNING, RunStatus.INCIDENT)
ALIVE = (*MOVING, RunStatus.SUSPENDED)


class Run(models.Model):
    """One walk of one flow for one object. The whole state is `marking`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(FlowVersion, models.PROTECT)
    object_type = models.CharField(max_length=20)
    object_id = models.UUIDField()
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    root = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")  # its row locks the whole tree
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    parent_token = models.PositiveIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, default=RunStatus.RUNNING, choices=RunStatus.choices)
    marking = models.BinaryField()
    passed = ArrayField(models.PositiveSmallIntegerField(), default=list)  # nodes of the graph that were left
    skipped = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[])  # left out by a bend
    added = models.PositiveSmallIntegerField(default=0, db_default=0)  # open steps a bend put in, which it waits for
    data = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_id"], name="run_of_object"),
            models.Index(fields=["status"], name="run_incident", condition=models.Q(status="incident")),
            models.Index(fields=["version", "status"], name="run_of_version"),
        ]


class Task(models.Model):
    """A step a person does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="tasks")
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    item = models.JSONField(null=True)  # of a step repeated over a list: its entry
    name = models.CharField(max_length=200)
    team = models.ForeignKey(Team, models.PROTECT, null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    object_type = models.CharField(max_length=20)
    object_id = models.UUIDField()
    done_on = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    calendar_id = models.UUIDField(null=True)  # whose hours count until then; null counts every hour
    warned_share = models.PositiveSmallIntegerField(default=0, db_default=0)  # per cent already warned of
    next_check_at = models.DateTimeField(null=True)  # when the clock door must look again
    broken_at = models.DateTimeField(null=True)  # the date it was not done by
    completed_at = models.DateTimeField(null=True)
    completed_by = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    added_to = models.PositiveIntegerField(null=True)  # of a step a bend put in: the token that waits for it
    note_sealed = models.BinaryField(null=True)  # its instructions, written by hand, under the customer's key

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "token"], name="one_task_a_token")]
        indexes = [
            models.Index(
                fields=["team", "opened_at"], name="task_open", condition=models.Q(completed_at=None, cancelled_at=None)
            ),
            models.Index(fields=["object_id"], name="task_of_object"),
            models.Index(fields=["opened_at"], name="task_opened"),
            models.Index(
                fields=["next_check_at"],
                name="task_to_check",
                condition=models.Q(completed_at=None, cancelled_at=None, next_check_at__isnull=False),
            ),
        ]


class Timer(models.Model):
    """A moment a run waits for, or at which a version's timer start begins one (then it has no run)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(FlowVersion, models.CASCADE)
    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="timers")
    token = models.PositiveIntegerField(default=0)
    element = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "token", "element"], name="one_timer_a_token")]
        indexes = [models.Index(fields=["due_at"], name="timer_due")]


class Incident(models.Model):
    """A run that could not go on by itself: what happened, where; retried or cancelled by a person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="incidents")
    token = models.PositiveIntegerField(null=True)
    element = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60)
    detail = models.TextField()
    work = models.JSONField(default=dict)  # what a retry does again, see `work.py`
    happened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-happened_at"], name="incident_open", condition=models.Q(resolved_at=None))]


class BendKind(models.TextChoices):
    """How one run leaves its drawn way."""

    SKIP = "skip", pgettext_lazy("bend", "Left out")
    ADD = "add", pgettext_lazy("bend", "Added")
    REPEAT = "repeat", pgettext_lazy("bend", "Done again")
    REASSIGN = "reassign", pgettext_lazy("bend", "Given to others")
    MOVE = "move", pgettext_lazy("bend", "Date moved")


class Bend(models.Model):
    """One run bent once by an authorised person. `element` is the step it is about; a promise's date has none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="bends")
    version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+")
    object_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=BendKind.choices)
    element = models.CharField(max_length=120, blank=True)
    back_from = models.CharField(max_length=120, blank=True)  # of a step done again: where the run stood
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="bends")
    promise_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=20)
    words_sealed = models.BinaryField(null=True)  # why, in one's own words, under the customer's key
    minutes = models.IntegerField(null=True)  # gained (below zero) or added; null where nobody can tell (yet)
    moved_from_at = models.DateTimeField(null=True)
    moved_to_at = models.DateTimeField(null=True)
    bent_by = models.CharField(max_length=120)
    role = models.CharField(max_length=32)  # whose limit it was
    bent_at = models.DateTimeField()
    undo = models.JSONField(default=dict)  # what taking it back needs; empty when it cannot be taken back
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_id", "-bent_at"], name="bend_of_object"),
            models.Index(fields=["version", "kind", "element", "-bent_at"], name="bend_of_version"),
        ]


class Push(models.Model):
    """What the customer of a case was told unasked: `told` names steps and promises, never words; `sent` when, over the
    last day. `due_at`: something may have to be told then. `is_refused`: they do not want it.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    told = ArrayField(models.CharField(max_length=200), default=list, db_default=[])
    sent = ArrayField(models.DateTimeField(), default=list, db_default=[])
    is_refused = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="push_due", condition=models.Q(due_at__isnull=False))]


class BendLimit(models.Model):
    """What a role may bend: how often in one case, and by how many days a date may move from where it first was."""

    role = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=BendKind.choices)
    per_case = models.PositiveSmallIntegerField()
    most_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "kind"], name="one_bend_limit")]


class Followed(models.Model):
    """Where an order stands on the flow it follows: at which node of its version's graph, since when. `passed` are the
    nodes its way went through, as often as it did; `cost` is what the steps it stood at cost by their standard. It is
    no run: what happens to the order moves it.
    """

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="way")
    version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+", db_index=False)
    node = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    passed = ArrayField(models.PositiveSmallIntegerField(), default=list)
    cost = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["version", "node"], name="followed_waiting", condition=models.Q(ended_at=None)),
        ]


class StepDay(models.Model):
    """What a day's orders did at one node of a version: passed it, `timed` of them after they had stood there for so
    many seconds together, so many of those late. Of an end: seconds since they were placed, `cost` of the `paid` ones.
    """

    pk = models.CompositePrimaryKey("version_id", "node", "date")
    version = models.ForeignKey(FlowVersion, models.CASCADE, related_name="+", db_index=False)
    node = models.PositiveSmallIntegerField()
    date = models.DateField()
    done = models.PositiveIntegerField()
    timed = models.PositiveIntegerField()
    seconds = models.BigIntegerField()
    late = models.PositiveIntegerField()
    paid = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=2)
