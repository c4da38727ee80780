from django.db import migrations, models


class Migration(migrations.Migration):
    """A case keeps the grade its customer had when it was opened; of older ones it is not known."""

    dependencies = [("cases", "0018_always_an_outcome")]

    operations = [
        migrations.AddField("case", "grade", models.CharField(blank=True, db_default="", default="", max_length=1)),
    ]
