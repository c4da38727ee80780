from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_calls")]

    operations = [
        migrations.AddField("booking", "may_text", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("reminderrule", "texts", models.BooleanField(db_default=True, default=True)),
        migrations.AddField("letter", "by_text", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("letter", "attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField(
            "letter", "failure", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
    ]
