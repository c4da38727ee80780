"""Built beside running work: orders are placed all day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0004_allocation")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(condition=models.Q(("short_at__isnull", False)), fields=["short_at"], name="order_short"),
        ),
    ]
