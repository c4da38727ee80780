from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # indexes are built while parcels are written

    dependencies = [("parcels", "0002_tracking")]

    operations = [
        AddIndexConcurrently("parcel", models.Index(fields=["state", "-id"], name="parcel_state")),
        AddIndexConcurrently(
            "parcel",
            models.Index(
                fields=["-id"],
                name="parcel_trouble",
                condition=models.Q(
                    ("delivered_at", None),
                    models.Q(("late_at__isnull", False), ("stuck_at__isnull", False), _connector="OR"),
                ),
            ),
        ),
    ]
