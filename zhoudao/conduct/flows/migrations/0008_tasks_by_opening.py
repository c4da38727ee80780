"""Built beside running work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("flows", "0007_order_way")]

    operations = [
        AddIndexConcurrently("task", models.Index(fields=["opened_at"], name="task_opened")),
    ]
