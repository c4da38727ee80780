from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """How often people answered in a solved case; and what of it the tallies have not counted yet."""

    atomic = False
    dependencies = [("cases", "0019_grade")]

    operations = [
        migrations.AddField("effort", "answers", models.PositiveIntegerField(null=True)),
        migrations.AddField("effort", "is_fresh", models.BooleanField(db_default=False, default=False)),
        AddIndexConcurrently(
            "effort", models.Index(condition=models.Q(("is_fresh", True)), fields=["case"], name="effort_fresh")
        ),
    ]
