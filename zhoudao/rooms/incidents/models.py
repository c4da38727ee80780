"""Incidents, who does what in them, their plans, the cases they touch, and what is done to all of these at once."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case


class Severity(models.TextChoices):
    """How bad it is."""

    MINOR = "minor", pgettext_lazy("severity", "Minor")
    MAJOR = "major", pgettext_lazy("severity", "Major")
    CRITICAL = "critical", pgettext_lazy("severity", "Critical")


class Stage(models.TextChoices):
    """Where an incident stands."""

    OPEN = "open", pgettext_lazy("incident", "Open")
    CONTAINED = "contained", pgettext_lazy("incident", "Contained")
    RESOLVED = "resolved", pgettext_lazy("incident", "Resolved")
    REVIEWED = "reviewed", pgettext_lazy("incident", "Reviewed")


class Part(models.TextChoices):
    """What somebody does in an incident."""

    LEAD = "lead", pgettext_lazy("part", "Lead")
    COMMUNICATION = "communication", pgettext_lazy("part", "Communication")
    INVESTIGATION = "investigation", pgettext_lazy("part", "Investigation")
    RECORD = "record", pgettext_lazy("part", "Record")


UNDER_WAY = (Stage.OPEN, Stage.CONTAINED)


class Incident(models.Model):
    """One cause of many cases. Its words are colleagues' own (masked); `told` is what customers read, by language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    cause = models.TextField(blank=True)
    guidance = models.TextField(blank=True)  # what colleagues say to whoever asks
    told = models.JSONField(default=dict)
    is_public = models.BooleanField(default=False)  # the progress pages of its cases say that it is known
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.MAJOR)
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.OPEN)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")  # none: the whole company
    risk = models.ForeignKey("Risk", models.SET_NULL, null=True, related_name="incidents")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    contained_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(
                fields=["-opened_at", "-id"], name="incident_under_way", condition=models.Q(stage__in=UNDER_WAY)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_under_way(self) -> bool:
        """Whether it is not resolved yet."""
        return self.stage in UNDER_WAY


class Holding(models.Model):
    """Who has a part in an incident; one person a part."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="holdings")
    part = models.CharField(max_length=16, choices=Part.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "part"], name="one_person_a_part")]


class PlanStep(models.Model):
    """One line of an incident's plan, ticked by somebody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "place"], name="one_step_a_place")]


class Affected(models.Model):
    """A case an incident touches. `join` is the same for all that joined with one click, so that one takes it back;
    `via` is the merged case for which its survivor joined."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="affected")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    join = models.UUIDField(db_index=True)
    how = models.CharField(max_length=8)  # hand, surge, merged
    via = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "case"], name="affected_once")]


class Round(models.Model):
    """What is said to all affected cases (`say`), or how all are resolved (`resolve`): asked, running, done; undoing,
    undone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="rounds")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default="asked")
    texts = models.JSONField(default=dict)
    outcome = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)  # real time: when a case of it was last done
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["incident", "-asked_at"], name="round_of_incident"),
            models.Index(
                fields=["worked_at"], name="round_running", condition=models.Q(state__in=["running", "undoing"])
            ),
        ]


class RoundItem(models.Model):
    """One case of a round: waiting, done, refused, merged (its survivor has an item); back, undone, kept."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="waiting")
    refusal = models.CharField(max_length=40, blank=True)
    message = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "case"], name="once_a_round")]
        indexes = [models.Index(fields=["round", "state", "place"], name="round_next")]


class Risk(models.Model):
    """What may go wrong in a flow, how it shows, whose it is, and what is done then. `plan` is a step a line.

    Its signal can be measured: so many new cases of this kind, or with these words, within so many minutes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    flow = models.CharField(max_length=60)  # the flow's key
    signal = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=60, blank=True)
    threshold = models.PositiveSmallIntegerField(null=True)  # none: the signal is only in words
    window_minutes = models.PositiveSmallIntegerField(default=60)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    plan = models.JSONField(default=list)
    review_months = models.PositiveSmallIntegerField(default=6)
    reviewed_date = models.DateField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["flow", "title", "id"], name="risk_of_flow")]

    def __str__(self) -> str:
        return self.title

    @property
    def due_date(self) -> date:
        """When somebody should look at it again."""
        return self.reviewed_date + timedelta(days=30 * self.review_months)


class Surge(models.Model):
    """Many new cases that look alike, proposed as an incident: proposed, confirmed, dismissed.

    `pieces` are what their words have in common (two or three characters that many people wrote). `case_ids` are all
    that were found; `expected` is none where a risk's threshold was passed and too little is known of earlier weeks.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=9, default="proposed")
    pieces = models.JSONField(default=list)
    kind = models.CharField(max_length=16, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    risk = models.ForeignKey(Risk, models.SET_NULL, null=True, related_name="+")
    window_minutes = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    expected = models.FloatField(null=True)
    case_ids = models.JSONField(default=list)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when it was last found
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="surges")

    class Meta:
        indexes = [models.Index(fields=["-found_at", "-id"], name="surge_newest")]


class Review(models.Model):
    """What was learned from an incident, in colleagues' words (masked)."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="review")
    happened = models.TextField()
    went_well = models.TextField(blank=True)
    went_badly = models.TextField(blank=True)
    root_cause = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()


class Action(models.Model):
    """What somebody does so that it does not come again, until a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="actions")
    words = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_date = models.DateField()
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    told_late_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_date"], name="action_due", condition=models.Q(done_at=None, told_late_at__isnull=True)
            )
        ]
