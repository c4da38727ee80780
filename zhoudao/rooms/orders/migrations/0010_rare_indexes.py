"""Orders that stand where few do, the newest first: what is rare is not looked for among all. Built beside running work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


def _index(name: str, condition: models.Q, *first: str) -> AddIndexConcurrently:
    fields = [*first, "-placed_at", "-id"]
    return AddIndexConcurrently("order", models.Index(condition=condition, fields=fields, name=name))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0009_storefronts")]

    operations = [
        _index("order_cancelled", models.Q(commercial="cancelled")),
        _index("order_unpaid", ~models.Q(payment="captured"), "payment"),
        _index("order_moving", ~models.Q(fulfilment__in=("none", "delivered")), "fulfilment"),
    ]
