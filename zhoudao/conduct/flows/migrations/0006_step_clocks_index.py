"""Built beside running work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("flows", "0005_step_clocks")]

    operations = [
        AddIndexConcurrently(
            "task",
            models.Index(
                condition=models.Q(("cancelled_at", None), ("completed_at", None), ("next_check_at__isnull", False)),
                fields=["next_check_at"],
                name="task_to_check",
            ),
        ),
    ]
