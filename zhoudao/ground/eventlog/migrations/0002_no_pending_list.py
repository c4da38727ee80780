"""Every timeline read the index's list of entries not yet sorted in: up to a thousand blocks in a large log."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("eventlog", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX event_objects SET (fastupdate = off)", "ALTER INDEX event_objects RESET (fastupdate)"
                ),
                migrations.RunSQL(
                    "SELECT gin_clean_pending_list('event_objects'::regclass)", migrations.RunSQL.noop
                ),
            ],
            state_operations=[
                migrations.RemoveIndex("event", "event_objects"),
                migrations.AddIndex(
                    "event", GinIndex(fields=["object_ids"], name="event_objects", fastupdate=False)
                ),
            ],
        )
    ]
