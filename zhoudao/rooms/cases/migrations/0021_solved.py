"""Figures over solved cases read the index alone; built beside running work, then the narrow one goes."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0020_answers")]

    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["resolved_at"],
                include=["id", "kind", "cause", "status", "owner", "team", "store"],
                name="case_solved",
            ),
        ),
        RemoveIndexConcurrently("case", "case_resolved"),
    ]
