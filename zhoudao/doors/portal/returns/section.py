"""A customer's returns of late: on the front door, and on their order's and case's pages."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.queries.for_customers import returns_of_people
from zhoudao.rooms.parcels.links import tracking_token

_LATELY = timedelta(days=90)


def address_of(one: ReturnRequest) -> str:
    """A return's own page."""
    return reverse("portal:returned", args=[tracking_token(one.order_id), one.number])


def links_of(returns: Iterable[ReturnRequest]) -> list[tuple[str, str, str]]:
    """Number, where it stands, and its own page, of each."""
    return [(one.number, str(one.get_state_display()), address_of(one)) for one in returns]


def _rows(mine: Mine) -> Sequence[Row]:
    rows = returns_of_people(mine.records, since=mine.now - _LATELY).select_related("order")[:MOST_ROWS]
    return [
        Row(
            title=one.number,
            note=one.order.number,
            state_words=str(one.get_state_display()),
            state="solved" if not one.is_open else "yours" if one.state == State.APPROVED else "ours",
            address=address_of(one),
        )
        for one in rows
    ]


SECTION = Section("returns", _("My returns"), _rows, icon="undo-2")
