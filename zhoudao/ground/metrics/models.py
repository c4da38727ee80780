"""Daily figures, recounted by the analyst."""

from django.db import models


class DailyFigure(models.Model):
    """One figure of one store's (or, without store, the company's) day."""

    metric = models.CharField(max_length=40)
    store_id = models.UUIDField(null=True)
    day_date = models.DateField()
    value = models.FloatField(null=True)
    cases = models.IntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "store_id", "day_date"], name="one_figure_a_day", nulls_distinct=False
            )
        ]
