"""Paging gets a row of its own a case; what is under way goes on."""

import django.db.models.deletion
from django.db import migrations, models

_UNDER_WAY = """
    INSERT INTO cases_alarm (case_id, started_at, round_at, next_at, ended_why)
    SELECT case_id, min(paged_at), min(paged_at), max(next_at), '' FROM cases_page
     GROUP BY case_id HAVING max(next_at) IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_clocks_of_merged")]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="alarm",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("round_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("unreached_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="alarm_next"),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True), ("unreached_at__isnull", False)),
                fields=["unreached_at"],
                name="alarm_unreached",
            ),
        ),
        migrations.RunSQL(_UNDER_WAY, migrations.RunSQL.noop),
    ]
