"""What was counted of each customer, and how far today's counting has come."""

from django.db import models

from zhoudao.rooms.customers.models import Customer


class Worth(models.Model):
    """One person, by the record that speaks for them. `bought_minor` is of the currency that gives the grade.

    `others` is {currency: minor} of the same twelve months; `factors` is [[code, points, number]…], the worst first.
    Grade and level stand in `Customer` too, where they are read with what is read anyway.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="worth")
    bought_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    others = models.JSONField(default=dict)
    orders = models.PositiveIntegerField(default=0)
    last_date = models.DateField(null=True)
    usual_days = models.PositiveIntegerField(null=True)  # between two purchases; null: too few to say
    grade = models.CharField(max_length=1, blank=True)
    graded_by = models.CharField(max_length=8, blank=True)  # bought, class
    points = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=8, blank=True)  # low, medium, high; empty: not enough is known
    factors = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(
                fields=["currency", "bought_minor"], name="worth_bought", condition=models.Q(bought_minor__gt=0)
            )
        ]


class Weighing(models.Model):
    """Today's counting (one row): from where on, and what makes which grade. `limits` is {currency: [A, B, C]}."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    day_date = models.DateField()
    limits = models.JSONField(default=dict)
    last_id = models.UUIDField(null=True)
    rounds_left = models.PositiveSmallIntegerField(default=1)
    done_at = models.DateTimeField(null=True)  # when all were counted the last time

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_weighing")]
