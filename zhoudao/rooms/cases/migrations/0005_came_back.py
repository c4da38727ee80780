from django.db import migrations, models

# What the log says of cases that customers opened again before this column was there.
FILL = """
    UPDATE cases_case c SET came_back_at = back.at FROM (
        SELECT r.primary_id AS id, max(r.occurred_at) AS at FROM eventlog_event r
        JOIN LATERAL (SELECT max(s.occurred_at) AS at FROM eventlog_event s
                      WHERE s.primary_id = r.primary_id AND s.type = 'cases.CaseResolved' AND s.seq < r.seq) s ON true
        WHERE r.type = 'cases.CaseReopened' AND r.attributes ->> 'why' = 'customer_wrote'
          AND r.occurred_at - s.at <= interval '72 hours'
        GROUP BY r.primary_id
    ) AS back WHERE c.id = back.id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_lists"), ("eventlog", "__first__")]

    operations = [
        migrations.AddField("case", "came_back_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("came_back_at__isnull", False)), fields=["came_back_at"], name="case_back"
            ),
        ),
    ]
