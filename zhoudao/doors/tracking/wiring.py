"""What connects the kinds of sources."""

from zhoudao.doors.tracking.kinds.aftership.kind import AFTERSHIP
from zhoudao.doors.tracking.kinds.kuaidi100.kind import KUAIDI100
from zhoudao.doors.tracking.kinds.webhook.kind import WEBHOOK
from zhoudao.doors.tracking.port import register


def wire() -> None:
    """This will have every kind of source heard, read, asked and set up."""
    for kind in (KUAIDI100, AFTERSHIP, WEBHOOK):
        register(kind)
