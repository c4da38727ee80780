"""The numbers people read come from a sequence; gaps are allowed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE case_number START 1", "DROP SEQUENCE case_number"),
    ]
