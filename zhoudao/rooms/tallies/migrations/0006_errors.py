"""What errors are assumed to take."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tallies", "0005_reasons")]

    operations = [
        migrations.AddField("rates", "promise_minutes", models.PositiveSmallIntegerField(db_default=10, default=10)),
        migrations.AddField("rates", "repeat_minutes", models.PositiveSmallIntegerField(db_default=12, default=12)),
        migrations.AddField("rates", "bounce_minutes", models.PositiveSmallIntegerField(db_default=10, default=10)),
        migrations.AddField("rates", "parcel_minutes", models.PositiveSmallIntegerField(db_default=10, default=10)),
        migrations.AddField("rates", "back_minutes", models.PositiveSmallIntegerField(db_default=15, default=15)),
    ]
