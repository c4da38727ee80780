"""How lists of orders are read, by name."""

from django.db import models

from zhoudao.kit.ids import uuid7


class OrderListMap(models.Model):
    """How lists of one kind are read, by a name that everybody who takes lists in sees."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    how = models.JSONField()
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "orders"

    def __str__(self) -> str:
        return self.name
