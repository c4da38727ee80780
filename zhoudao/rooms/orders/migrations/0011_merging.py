"""Orders that go with another. The index is built beside running work."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def _to_order(name: str) -> models.ForeignKey:
    to, gone = "orders.order", django.db.models.deletion.PROTECT
    return models.ForeignKey(db_index=False, null=True, on_delete=gone, related_name=name, to=to)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0010_rare_indexes")]

    operations = [
        migrations.AddField("order", "merged_into", _to_order("merged")),
        migrations.AddField("orderline", "origin", _to_order("+")),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=models.Q(("merged_into", None), models.Q(("cancel_reason", "merged"), ("commercial", "cancelled")), _connector="OR"),
                name="order_merged_is_over",
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="order_merged"),
        ),
    ]
