"""Built beside running work: orders are placed all day."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def _index(column: str, name: str) -> AddIndexConcurrently:
    condition = models.Q((f"{column}__isnull", False))
    return AddIndexConcurrently("order", models.Index(condition=condition, fields=[column], name=name))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0006_rehearsal")]

    operations = [
        _index("shipped_at", "order_shipped"),
        _index("promised_at", "order_promised"),
        _index("packing_date", "order_packing"),
    ]
