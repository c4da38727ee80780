"""Pilots, their stores, phases, checklists, what the analyst found of them, and what was decided."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.ground.accounts.models import Store
from zhoudao.kit.ids import uuid7


class Stage(models.TextChoices):
    """Where a pilot stands."""

    PREPARE = "prepare", pgettext_lazy("pilot", "Prepare")
    RUN = "run", pgettext_lazy("pilot", "Run")
    OPTIMISE = "optimise", pgettext_lazy("pilot", "Optimise")
    OVER = "over", pgettext_lazy("pilot", "Over")


STAGES = (Stage.PREPARE, Stage.RUN, Stage.OPTIMISE)  # those with a checklist
RUNNING = (Stage.RUN, Stage.OPTIMISE)


class Decision(models.TextChoices):
    """How a pilot ended."""

    ROLL_OUT = "roll_out", pgettext_lazy("pilot", "Rolled out to all stores")
    KEEP = "keep", pgettext_lazy("pilot", "Kept in its stores")
    GO_BACK = "go_back", pgettext_lazy("pilot", "Taken back")


class Why(models.TextChoices):
    """Why it was decided so."""

    BETTER = "better", pgettext_lazy("pilot ended", "It is better")
    SAME = "same", pgettext_lazy("pilot ended", "It makes no difference that matters")
    WORSE = "worse", pgettext_lazy("pilot ended", "It does harm")
    UNCLEAR = "unclear", pgettext_lazy("pilot ended", "It stays unclear, and waiting costs more")
    OTHER = "other", pgettext_lazy("pilot ended", "Another reason")


class Side(models.TextChoices):
    """What a store is in a pilot."""

    PILOT = "pilot", pgettext_lazy("pilot", "Pilot")
    CONTROL = "control", pgettext_lazy("pilot", "Control")


class Pilot(models.Model):
    """A change tried in some stores. What changes is a flow `version`, made live there, or `change` in words.

    `outcomes` are codes of `outcomes.OUTCOMES`, the primary first; a difference below `least`, in its unit, does not
    matter. Of `kind` are the cases it is judged by (empty: all). One that `is_everywhere` was changed in all stores on
    one day: there are no controls, before and after only. `before_weeks` lie before the start.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    change = models.TextField(blank=True)
    version = models.ForeignKey(FlowVersion, models.PROTECT, null=True, related_name="+")
    is_everywhere = models.BooleanField(default=False)
    kind = models.CharField(max_length=16, blank=True)
    outcomes = ArrayField(models.CharField(max_length=24))
    least = models.FloatField()
    start_date = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    before_weeks = models.PositiveSmallIntegerField(default=8)
    stops_itself = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.PREPARE)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=120)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    harmed_at = models.DateTimeField(null=True)  # when a stop rule first said so
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    why_words = models.TextField(blank=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-planned_at", "-id"], name="pilots_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def primary(self) -> str:
        """The outcome it is decided by."""
        return self.outcomes[0]

    @property
    def is_running(self) -> bool:
        """Whether stores work by it now."""
        return self.stage in RUNNING


class PilotPlace(models.Model):
    """A store of a pilot."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="places")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    side = models.CharField(max_length=7, choices=Side.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "store"], name="one_side_a_store")]


class Phase(models.Model):
    """What its stores worked by, from when until when: a better version in the same pilot is its next phase."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField()
    version = models.ForeignKey(FlowVersion, models.PROTECT, null=True, related_name="+")
    change = models.TextField(blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "number"], name="one_phase_a_number")]


class Item(models.Model):
    """One thing to be ticked before a stage ends. Shipped ones have a `code`, own ones `words`; some are per store."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="items")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    code = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=200, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    ticked_at = models.DateTimeField(null=True)
    ticked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "stage", "code", "store"],
                condition=~models.Q(code=""),
                name="one_item_a_code",
                nulls_distinct=False,
            )
        ]


class Move(models.Model):
    """A stage that ended, with how many of its items were open then, and why it went on all the same."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="moves")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    left_open = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)


class Finding(models.Model):
    """What the analyst made of a pilot: `plan` (levels, proposal, balance, power), `comparison`, `watch`.

    `state`: asked, making, done, failed (then `fault` is a code). `body` has no person's data: figures, and pages by
    language.
    """

    class Of(models.TextChoices):
        PLAN = "plan"
        COMPARISON = "comparison"
        WATCH = "watch"

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="findings")
    of = models.CharField(max_length=10, choices=Of.choices)
    state = models.CharField(max_length=8, default="asked")
    fault = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    body = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "of"], name="one_finding_of_a_kind")]

    @property
    def is_waited_for(self) -> bool:
        """Whether it is on its way."""
        return self.state in ("asked", "making")


class Alarm(models.Model):
    """A stop rule that fired: on which outcome, in which phase, in how many observations."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="alarms")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="alarms")
    outcome = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phase", "outcome"], name="one_alarm_an_outcome")]
