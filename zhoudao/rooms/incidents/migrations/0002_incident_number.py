"""The numbers people read come from a sequence; gaps are allowed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE incident_number START 1", "DROP SEQUENCE incident_number"),
    ]
