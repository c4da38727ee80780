"""A customer's repairs on their order's page; on the front door they stand with the returns."""

from collections.abc import Iterable

from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.models import Repair


def links_of(repairs: Iterable[Repair]) -> list[tuple[str, str, str]]:
    """Number, where it stands, and its own page, of each."""
    return [(one.number, str(one.get_state_display()), repair_path(one.id)) for one in repairs]
