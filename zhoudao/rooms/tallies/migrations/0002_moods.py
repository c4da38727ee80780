"""Cases add their mood from now on: what was counted is counted anew, in parts, behind the running service."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tallies", "0001_tallies"), ("cases", "0013_moods")]

    operations = [migrations.RunSQL("DELETE FROM tallies_count", migrations.RunSQL.noop)]
