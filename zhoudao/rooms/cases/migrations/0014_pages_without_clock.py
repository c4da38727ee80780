"""The clock of paging is the alarm's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_alarms")]

    operations = [
        migrations.RemoveIndex(model_name="page", name="page_next"),
        migrations.RemoveField(model_name="page", name="next_at"),
    ]
