"""A step's clock. Steps that are open already keep their date and count every hour, as they did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("flows", "0004_push")]

    operations = [
        migrations.AddField("task", "calendar_id", models.UUIDField(null=True)),
        migrations.AddField("task", "warned_share", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("task", "next_check_at", models.DateTimeField(null=True)),
        migrations.AddField("task", "broken_at", models.DateTimeField(null=True)),
    ]
