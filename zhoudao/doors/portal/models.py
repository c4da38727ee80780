"""How often somebody knocked."""

from django.db import models


class Knock(models.Model):
    """Knocks of one kind from one address or visitor since `since`; only a keyed hash of who it was is kept."""

    key = models.BinaryField(max_length=16, primary_key=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()
