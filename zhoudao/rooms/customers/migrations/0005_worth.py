from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Grade and risk stand with the customer; the indexes are built beside running work."""

    atomic = False
    dependencies = [("customers", "0004_organisations")]

    operations = [
        migrations.AddField(
            "customer", "grade", models.CharField(blank=True, db_default="", default="", max_length=1)
        ),
        migrations.AddField("customer", "risk", models.CharField(blank=True, db_default="", default="", max_length=8)),
        AddIndexConcurrently(
            "customer", models.Index(condition=models.Q(("grade", "A")), fields=["-id"], name="customer_best")
        ),
        AddIndexConcurrently(
            "customer", models.Index(condition=models.Q(("risk", "high")), fields=["-id"], name="customer_leaving")
        ),
    ]
