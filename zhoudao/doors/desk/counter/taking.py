"""What all forms for an order that a person takes down have in common: lines change; it is placed, or refused."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from zhoudao.doors.desk.counter.order_form import TakenForm
from zhoudao.doors.desk.counter.order_lines import MOST_ROWS, Row, added
from zhoudao.doors.desk.words import said
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import FAULTS, OrderRefused, OrderUnsound
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.stock.models import Item as StockItem


def changed(rows: list[Row], do: str, words: str) -> list[StockItem] | None:
    """This will take a line out, or add one; else it returns what may have been meant."""
    kind, _colon, what = do.partition(":")
    if kind == "drop":
        rows[:] = [row for row in rows if row.sku != what]
        return None
    wanted = what if kind == "pick" else words
    return added(rows, wanted) if wanted and len(rows) < MOST_ROWS else None


def placed_by(form: TakenForm, rows: list[Row], put: Callable[[list[Item]], Order]) -> Order | None:
    """The order that `put` places; None: the form says why not."""
    items = [row.item() for row in rows]
    if not items:
        form.add_error(None, _("An order has at least one line."))
    if not form.is_valid() or not all(items):
        return None
    try:
        return put([one for one in items if one])
    except OrderUnsound as refusal:
        for fault in refusal.faults:
            form.add_error(None, str(FAULTS[fault.code]))
    except (OrderRefused, CustomerNotFound, CaseRefusal) as refusal:
        form.add_error(None, said(refusal))
    return None
