"""Cases and the promises made about them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.kit.ids import url_token, uuid7
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer, Organisation


class Kind(models.TextChoices):
    """What the customer asks for."""

    INQUIRY = "inquiry", pgettext_lazy("kind", "Inquiry")
    COMPLAINT = "complaint", pgettext_lazy("kind", "Complaint")
    AFTER_SALES = "after_sales", pgettext_lazy("kind", "After-sales")
    ORDER_EXCEPTION = "order_exception", pgettext_lazy("kind", "Order exception")
    FEEDBACK = "feedback", pgettext_lazy("kind", "Feedback")
    VALUE_ADDED = "value_added", pgettext_lazy("kind", "Value-added request")
    CARE = "care", pgettext_lazy("kind", "Care")


class Tier(models.TextChoices):
    """How fast we promised to be."""

    URGENT = "urgent", pgettext_lazy("tier", "Urgent")
    REGULAR = "regular", pgettext_lazy("tier", "Regular")
    VALUE_ADDED = "value_added", pgettext_lazy("tier", "Value-added")


class Status(models.TextChoices):
    """Where a case stands."""

    NEW = "new", pgettext_lazy("status", "New")
    OPEN = "open", pgettext_lazy("status", "Open")
    WAITING = "waiting", pgettext_lazy("status", "Waiting for the customer")
    SNOOZED = "snoozed", pgettext_lazy("status", "Snoozed")
    RESOLVED = "resolved", pgettext_lazy("status", "Resolved")
    CLOSED = "closed", pgettext_lazy("status", "Closed")
    MERGED = "merged", pgettext_lazy("status", "Merged")


WORKING = (Status.NEW, Status.OPEN)  # somebody's turn, or nobody's yet
ACTIVE = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)


class Case(models.Model):
    """One thing a customer asked for, from the first word to the last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.INQUIRY)
    tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.REGULAR)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    subject = models.CharField(max_length=250, blank=True)
    conversation = models.OneToOneField(Conversation, models.PROTECT, null=True, related_name="case")
    # the indexes below serve what is looked up; one more for each of these would only cost every change
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="cases", db_index=False)
    organisation = models.ForeignKey(  # in whose name it was asked
        Organisation, models.SET_NULL, null=True, related_name="cases", db_index=False
    )
    grade = models.CharField(max_length=1, blank=True, default="", db_default="")  # the customer's, when it was opened
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="cases", db_index=False)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_human_contact_at = models.DateTimeField(null=True)
    first_responder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    last_responder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    came_back_at = models.DateTimeField(null=True)  # when the customer last wrote within 72 hours of a solution
    outcome = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    merged_at = models.DateTimeField(null=True)
    status_before_merge = models.CharField(max_length=10, blank=True)
    next_due_at = models.DateTimeField(null=True)  # the earliest open promise: what lists sort and colour by
    progress_token = models.CharField(max_length=40, unique=True, default=url_token)
    preview = models.CharField(max_length=120, blank=True)  # the last message, masked and clipped
    awaits_us = models.BooleanField(default=True)  # the customer wrote last
    mood = models.SmallIntegerField(
        null=True
    )  # of the customer's last words that tell one: -1 upset, 0 calm, 1 pleased
    mood_at = models.DateTimeField(null=True)  # when those were written
    rank = models.PositiveSmallIntegerField(default=5, db_default=5)  # its place in a queue before time counts: 0 first
    points = models.PositiveSmallIntegerField(default=1, db_default=1)  # how much of its owner's capacity it takes
    needs = models.JSONField(default=dict, db_default={})  # what routing asks for (`routing.Needs`)
    queued_at = models.DateTimeField(null=True)  # since when it stands in its team's queue
    given_at = models.DateTimeField(null=True)  # when its owner got it
    overflow_at = models.DateTimeField(null=True)  # when another team is asked, if nobody has it by then
    incident_id = models.UUIDField(null=True)  # the larger matter it is part of (`rooms/incidents`), the last one

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status__in=[Status.RESOLVED, Status.CLOSED])
                | ~models.Q(outcome="") & ~models.Q(cause=""),
                name="solved_with_outcome_and_cause",
            )
        ]
        # `include`: what decides who may see a case, so that a view is counted without reading its cases
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="case_newest"),
            models.Index(fields=["-updated_at", "-id"], name="case_active", condition=models.Q(status__in=ACTIVE)),
            models.Index(
                fields=["owner", "-updated_at", "-id"],
                name="case_mine",
                condition=models.Q(status__in=WORKING, owner__isnull=False),
                include=["points"],  # a load is added up from here
            ),
            models.Index(
                fields=["-updated_at", "-id"],  # a list of what has no owner comes in no order from an index by owner
                name="case_untaken",
                condition=models.Q(status__in=WORKING, owner__isnull=True),
                include=["owner", "team", "store"],
            ),
            models.Index(fields=["owner", "given_at"], name="case_given_last"),
            models.Index(
                fields=["team", "rank", "queued_at", "id"],
                name="case_queue",
                condition=models.Q(status__in=WORKING, owner__isnull=True),
            ),
            models.Index(
                fields=["overflow_at"],
                name="case_overflow",
                condition=models.Q(overflow_at__isnull=False, owner__isnull=True),
            ),
            models.Index(
                fields=["team", "-updated_at", "-id"], name="case_team", condition=models.Q(status__in=ACTIVE)
            ),
            models.Index(
                fields=["status", "-updated_at", "-id"], name="case_status", include=["owner", "team", "store"]
            ),
            models.Index(
                fields=["next_due_at", "id"],
                name="case_due",
                condition=models.Q(status__in=ACTIVE),
                include=["owner", "team", "store"],
            ),
            models.Index(
                fields=["-updated_at", "-id"],
                name="case_upset",
                condition=models.Q(status__in=ACTIVE, mood=-1),
                include=["owner", "team", "store"],
            ),
            models.Index(fields=["customer", "-opened_at"], name="case_customer"),
            models.Index(
                fields=["organisation", "-updated_at", "-id"],
                name="case_organisation",
                condition=models.Q(organisation__isnull=False),
            ),
            models.Index(
                fields=["incident_id", "-updated_at", "-id"],
                name="case_incident",
                condition=models.Q(incident_id__isnull=False),
                include=["owner", "team", "store"],
            ),
            models.Index(fields=["snoozed_until"], name="case_snoozed", condition=models.Q(status=Status.SNOOZED)),
            models.Index(fields=["opened_at"], name="case_opened"),
            models.Index(
                fields=["resolved_at"],
                name="case_solved",
                condition=models.Q(resolved_at__isnull=False),
                include=["id", "kind", "cause", "status", "owner", "team", "store"],  # figures read nothing else
            ),
            models.Index(fields=["came_back_at"], name="case_back", condition=models.Q(came_back_at__isnull=False)),
            models.Index(fields=["resolved_at"], name="case_grace", condition=models.Q(status=Status.RESOLVED)),
        ]

    def __str__(self) -> str:
        return self.number


class Promise(models.Model):
    """One clock of one case. `pauses` is [[from, to|null]…] in ISO UTC; business clocks name their calendar."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=16)  # first_contact answer plan resolution next_update
    target_minutes = models.PositiveIntegerField()
    basis = models.CharField(max_length=8)  # elapsed, business
    calendar_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    pauses = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)  # null while paused
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # kept, or no longer asked for (merged, cancelled)
    from_case = models.UUIDField(null=True)  # whose clock this was, before that case was merged into this one
    broken_reason = models.CharField(max_length=40, blank=True)
    warned_share = models.PositiveSmallIntegerField(default=0)  # per cent of the target already warned of
    next_check_at = models.DateTimeField(null=True)  # when the clock door must look again
    moves = models.JSONField(default=list, db_default=[])  # [[when, due before, due after, reason]…] in ISO UTC

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(ended_at=None), name="one_running_promise_a_kind"
            )
        ]
        indexes = [
            models.Index(fields=["next_check_at"], name="promise_due", condition=models.Q(next_check_at__isnull=False)),
            models.Index(fields=["due_at"], name="promise_runs", condition=models.Q(ended_at=None)),
        ]

    def is_missed(self, at: datetime) -> bool:
        """Whether it was not done by its time, also when the clock has not yet looked."""
        return self.broken_at is not None or (self.due_at is not None and self.due_at < (self.ended_at or at))


class PromiseRule(models.Model):
    """What a tier promises: kind, minutes, elapsed or business, and at which shares (per cent) to warn."""

    tier = models.CharField(max_length=12, choices=Tier.choices)
    kind = models.CharField(max_length=16)
    target_minutes = models.PositiveIntegerField()
    basis = models.CharField(max_length=8)
    warn_shares = models.JSONField(default=list)
    pauses_while_waiting = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tier", "kind"], name="one_rule_a_promise")]


class CaseLink(models.Model):
    """Two cases that belong together: `follows` (after closing), `related`."""

    source = models.ForeignKey(Case, models.CASCADE, related_name="links")
    target = models.ForeignKey(Case, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=16, default="related")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="one_link")]


class BeforeMerge(models.Model):
    """How both stood when this case was merged: `survivor` is `retracing.remembered`, `owed` the ids of its own clocks
    that ran.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="before_merge")
    survivor = models.JSONField()
    owed = models.JSONField(default=list)


class Transfer(models.Model):
    """A person handed a case over: from whom to whom, and why. Nobody is None; so is `by` when a program did it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="transfers")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    from_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    from_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    to_owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    to_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=24)  # a code of `transfers.REASONS`
    words_sealed = models.BinaryField(null=True)  # why, in one's own words, under the customer's key
    is_bounce = models.BooleanField()  # back to somebody, or a team, who had it before
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="transfer_at", condition=models.Q(undone_at=None))]


class Effort(models.Model):
    """What a solved case cost its customer (`efforts.Toll`): numbers only, counted when it was solved."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="effort")
    contacts = models.PositiveIntegerField()
    channels = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    told_again = models.PositiveIntegerField()
    asked_again = models.PositiveIntegerField()
    waited_seconds = models.PositiveBigIntegerField()
    answers = models.PositiveIntegerField(null=True)  # of people here; null: counted by an earlier version
    is_fresh = models.BooleanField(default=False, db_default=False)  # the tallies have not counted it yet

    class Meta:
        indexes = [models.Index(fields=["case"], name="effort_fresh", condition=models.Q(is_fresh=True))]


class Alarm(models.Model):
    """An urgent case nobody has taken yet calls the people on call. `round_at` is when the roster was begun (anew),
    `next_at` when the clock must look again, `unreached_at` since when it was called in vain.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="alarm")
    started_at = models.DateTimeField()
    round_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    unreached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="alarm_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["unreached_at"],
                name="alarm_unreached",
                condition=models.Q(unreached_at__isnull=False, ended_at__isnull=True),
            ),
        ]


class CaseOutlook(models.Model):
    """What is foretold of an open case: seconds until it is solved (one of ten is solved before `low`, one after
    `high`), and how likely a promise that runs now is missed, 0 to 1 (None: none runs, or nothing is known of it), with
    `reasons`: [[a code of `outlooks.REASONS`, its amount], …]. `rank_before` is its rank before it was hurried to
    `rank_after` because of this risk.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="outlook")
    low_seconds = models.PositiveBigIntegerField()
    mid_seconds = models.PositiveBigIntegerField()
    high_seconds = models.PositiveBigIntegerField()
    risk = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    made_at = models.DateTimeField()
    model_id = models.UUIDField()
    rank_before = models.PositiveSmallIntegerField(null=True)
    rank_after = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-risk", "case"], name="outlook_risky", condition=models.Q(risk__gte=0.5))]
        constraints = [
            models.CheckConstraint(condition=models.Q(risk=None) | models.Q(risk__range=(0, 1)), name="risk_is_a_share")
        ]


class Page(models.Model):
    """An urgent case's call to one person on call."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="pages")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    paged_at = models.DateTimeField()
