"""A customer's repairs of late: on the front door, and on their order's page."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.queries.for_customers import repairs_of_people

_LATELY = timedelta(days=90)


def links_of(repairs: Iterable[Repair]) -> list[tuple[str, str, str]]:
    """Number, where it stands, and its own page, of each."""
    return [(one.number, str(one.get_state_display()), repair_path(one.id)) for one in repairs]


def _rows(mine: Mine) -> Sequence[Row]:
    rows = repairs_of_people(mine.records, since=mine.now - _LATELY)[:MOST_ROWS]
    return [
        Row(
            title=one.number,
            note=one.device.name,
            state_words=str(one.get_state_display()),
            state="solved" if not one.is_open else "yours" if one.state == State.QUOTED else "ours",
            address=repair_path(one.id),
        )
        for one in rows
    ]


SECTION = Section("repairs", _("My repairs"), _rows, icon="wrench")
