"""The tasks Procrastinate knows: each door's own module is imported here."""

from zhoudao.doors.channels import tasks as channels

__all__ = ["channels"]
