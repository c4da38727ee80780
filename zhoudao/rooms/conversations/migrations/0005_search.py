"""Messages are found by grams and spans of time. Rows of before are indexed behind the running service."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_order_talk")]
    operations = [
        migrations.AddField("message", "index_version", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["-created_at", "-id"], name="message_to_index", condition=models.Q(index_version__lt=2)
            ),
        ),
        # Every search would read what waits to be merged in, once for each span of time it looks at.
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "ALTER INDEX message_search SET (fastupdate = off)", "ALTER INDEX message_search RESET (fastupdate)"
                ),
                migrations.RunSQL(
                    "SELECT gin_clean_pending_list('message_search')", migrations.RunSQL.noop
                ),
            ],
            [
                migrations.RemoveIndex("message", "message_search"),
                migrations.AddIndex("message", GinIndex(fields=["search"], name="message_search", fastupdate=False)),
            ],
        ),
    ]
