"""Cases add what became of their day from now on: counted anew, in parts, behind the running service."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tallies", "0003_by_channel"), ("cases", "0019_grade")]

    operations = [migrations.RunSQL("DELETE FROM tallies_count", migrations.RunSQL.noop)]
