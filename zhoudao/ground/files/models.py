"""Where stored files are found."""

from django.db import models

from zhoudao.kit.ids import uuid7


class StoredFile(models.Model):
    """One file of one subject: content-addressed (SHA-256 of the plain bytes), sealed under the subject's key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_id = models.UUIDField(db_index=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "sha256"], name="one_copy_a_subject")]

    @property
    def place(self) -> str:
        """What its sealed bytes are bound to."""
        return f"files.{self.subject_id}.{self.sha256}"
