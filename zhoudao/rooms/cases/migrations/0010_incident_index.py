"""Built beside running work: the table of cases is the one that is never still."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0009_incident")]

    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                condition=models.Q(("incident_id__isnull", False)),
                fields=["incident_id", "-updated_at", "-id"],
                include=["owner", "team", "store"],
                name="case_incident",
            ),
        ),
    ]
