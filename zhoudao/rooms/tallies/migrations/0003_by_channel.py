"""Counted by channel, no longer by kind: what was counted is counted anew, in parts, behind the running service."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tallies", "0002_moods")]

    operations = [
        migrations.AlterField("tally", "channel", models.CharField(blank=True, max_length=40)),
        migrations.AlterField("tallied", "channel", models.CharField(blank=True, max_length=40)),
        migrations.RunSQL("DELETE FROM tallies_count", migrations.RunSQL.noop),
    ]
