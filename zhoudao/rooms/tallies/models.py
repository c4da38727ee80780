"""Counted figures, what each case adds to them, and how far the counting has come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhoudao.rooms.tallies.matters import Amounts


class Tally(models.Model):
    """How often something was counted on one day (head office's) for one store, team and channel (its code).

    `bucket` tells the counted apart: how long it took, which score, how many days before it had begun.
    """

    day = models.DateField()
    store_id = models.UUIDField()
    team_id = models.UUIDField()  # zero: no team
    channel = models.CharField(max_length=40, blank=True)
    figure = models.CharField(max_length=24)
    bucket = models.SmallIntegerField()
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "store_id", "team_id", "channel", "figure", "bucket"], name="one_tally"
            )
        ]


class Tallied(models.Model):
    """What one case has added (`entries` as text), so that it can be taken away again."""

    case_id = models.UUIDField(primary_key=True)
    store_id = models.UUIDField()
    team_id = models.UUIDField()
    channel = models.CharField(max_length=40, blank=True)
    entries = ArrayField(models.TextField(), default=list)
    matter = ArrayField(models.TextField(), default=list, db_default=[])  # `matters.Matter` as text; empty: none
    due_at = models.DateTimeField(null=True)  # when it will be late, unless somebody does something
    waits_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="tallied_due", condition=models.Q(due_at__isnull=False)),
            models.Index(
                fields=["team_id", "waits_since"],
                name="tallied_wait",
                condition=models.Q(waits_since__isnull=False),
                include=["store_id", "channel", "case_id"],
            ),
        ]


class MatterTally(models.Model):
    """What one reason brought on one day to one store, team and channel: cases by the day they were opened.

    `answers` of people, and what was `granted` in minor units of the company's currency, are of solved cases.
    """

    day = models.DateField()
    store_id = models.UUIDField()
    team_id = models.UUIDField()
    channel = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16)
    cause = models.CharField(max_length=40, blank=True)
    product = models.CharField(max_length=60, blank=True)
    cases = models.IntegerField()
    solved = models.IntegerField()
    repeats = models.IntegerField()
    answers = models.BigIntegerField()
    granted = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "store_id", "team_id", "channel", "kind", "cause", "product"], name="one_matter_tally"
            )
        ]


class Rates(models.Model):
    """What work is taken to cost (one row, the shipped values until somebody sets them): assumptions, said where used.

    `minute_minor` is what a minute of a colleague costs, in minor units of the company's currency.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    answer_minutes = models.PositiveSmallIntegerField(default=6)
    minute_minor = models.PositiveIntegerField(default=80)
    promise_minutes = models.PositiveSmallIntegerField(default=10, db_default=10)  # what a missed one makes of work
    repeat_minutes = models.PositiveSmallIntegerField(default=12, db_default=12)
    bounce_minutes = models.PositiveSmallIntegerField(default=10, db_default=10)
    parcel_minutes = models.PositiveSmallIntegerField(default=10, db_default=10)  # one that is late or in trouble
    back_minutes = models.PositiveSmallIntegerField(default=15, db_default=15)  # a decision that is taken back

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_rates")]

    def minutes(self, amounts: Amounts) -> int:
        """What answering took people."""
        return amounts.answers * self.answer_minutes

    def cost(self, amounts: Amounts) -> int:
        """That and what was granted, in minor units."""
        return self.minutes(amounts) * self.minute_minor + amounts.granted


class Count(models.Model):
    """How far the counting has come (one row): events read, and at the beginning cases read, oldest first."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    zone = models.CharField(max_length=64)
    number = models.BigIntegerField(default=0)  # goes up with every change, so that a reader can tell
    cursor_xid = models.BigIntegerField()
    cursor_id = models.UUIDField()
    filled_to = models.UUIDField(null=True)
    is_whole = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_count")]
