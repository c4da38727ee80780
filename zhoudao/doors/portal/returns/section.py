"""A customer's returns of late: on the front door, and on their order's and case's pages."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.home.sections import MOST_ROWS, Mine, Row, Section
from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.queries.for_customers import returns_of_people
from zhoudao.rooms.parcels.links import tracking_token
from zhoudao.rooms.repairs.kinds import State as RepairState
from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.queries.for_customers import repairs_of_people

_LATELY = timedelta(days=90)


def address_of(one: ReturnRequest) -> str:
    """A return's own page."""
    return reverse("portal:returned", args=[tracking_token(one.order_id), one.number])


def links_of(returns: Iterable[ReturnRequest]) -> list[tuple[str, str, str]]:
    """Number, where it stands, and its own page, of each."""
    return [(one.number, str(one.get_state_display()), address_of(one)) for one in returns]


def _rows(mine: Mine) -> Sequence[Row]:
    """Both in one statement: most customers have neither."""
    since, last = mine.now - _LATELY, ("number", "note", "state", "order_id", "closed_at", "asked_at")
    returns = returns_of_people(mine.records, since=since).annotate(note=F("order__number"))
    repairs = repairs_of_people(mine.records, since=since).annotate(note=F("device__name"))
    rows = returns.values_list(Value("return"), "id", *last)[:MOST_ROWS].union(
        repairs.select_related(None).values_list(Value("repair"), "id", *last)[:MOST_ROWS], all=True
    )
    found = sorted(rows, key=lambda row: (row[6] is None, row[7]), reverse=True)[:MOST_ROWS]
    return [_repair(row) if row[0] == "repair" else _return(row) for row in found]


def _return(row: Sequence[Any]) -> Row:
    _what, _id, number, note, state, order_id, closed_at, _asked_at = row
    turn = "solved" if closed_at else "yours" if state == State.APPROVED else "ours"
    address = reverse("portal:returned", args=[tracking_token(order_id), number])
    return Row(title=number, note=note, state_words=str(State(state).label), state=turn, address=address)


def _repair(row: Sequence[Any]) -> Row:
    _what, id_, number, note, state, _order_id, closed_at, _asked_at = row
    turn = "solved" if closed_at else "yours" if state == RepairState.QUOTED else "ours"
    words = str(RepairState(state).label)
    return Row(title=number, note=note, state_words=words, state=turn, address=repair_path(id_))


SECTION = Section("returns", _("My returns and repairs"), _rows, icon="undo-2")
