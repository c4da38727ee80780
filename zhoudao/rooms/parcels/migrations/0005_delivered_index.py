from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("parcels", "0004_forgotten")]

    operations = [
        AddIndexConcurrently(
            "parcel",
            models.Index(fields=["delivered_at"], name="parcel_delivered", condition=models.Q(("delivered_at__isnull", False))),
        ),
    ]
