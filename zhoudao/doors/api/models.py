"""What was answered to a POST with a key, so that it can be answered again."""

from django.db import models


class Answer(models.Model):
    """Kept a day. The key is a hash of who asked, where, and their `Idempotency-Key`."""

    key = models.BinaryField(max_length=32, primary_key=True)
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=60)
    body = models.BinaryField()
    answered_at = models.DateTimeField(db_index=True)
