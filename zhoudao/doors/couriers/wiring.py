"""What connects the kinds of courier services."""

from zhoudao.doors.couriers.kinds.kuaidi100.kind import KUAIDI100
from zhoudao.doors.couriers.port import register


def wire() -> None:
    """This will have every kind of courier service told, asked, heard and set up."""
    register(KUAIDI100)
