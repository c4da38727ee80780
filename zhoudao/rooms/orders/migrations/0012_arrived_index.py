from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0011_merging")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(fields=["delivered_at"], name="order_arrived", condition=models.Q(("delivered_at__isnull", False))),
        ),
    ]
