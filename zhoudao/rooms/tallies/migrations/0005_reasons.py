"""Cases add what they come from: counted anew, in parts, behind the running service."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tallies", "0004_settled"), ("cases", "0020_answers")]

    operations = [
        migrations.CreateModel(
            name="MatterTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("store_id", models.UUIDField()),
                ("team_id", models.UUIDField()),
                ("channel", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(max_length=16)),
                ("cause", models.CharField(blank=True, max_length=40)),
                ("product", models.CharField(blank=True, max_length=60)),
                ("cases", models.IntegerField()),
                ("solved", models.IntegerField()),
                ("repeats", models.IntegerField()),
                ("answers", models.BigIntegerField()),
                ("granted", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "store_id", "team_id", "channel", "kind", "cause", "product"),
                        name="one_matter_tally",
                    )
                ]
            },
        ),
        migrations.AddField(
            "tallied",
            "matter",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Rates",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("answer_minutes", models.PositiveSmallIntegerField(default=6)),
                ("minute_minor", models.PositiveIntegerField(default=80)),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_rates")]},
        ),
        migrations.RunSQL("DELETE FROM tallies_count", migrations.RunSQL.noop),
    ]
