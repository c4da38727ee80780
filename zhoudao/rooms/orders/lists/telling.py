"""What is wrong with an order of a list, in the reader's words."""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from zhoudao.rooms.orders.commands.importing import Wrong
from zhoudao.rooms.orders.lists.mapping import FIELDS, OrderMap
from zhoudao.rooms.orders.lists.reading import List
from zhoudao.rooms.orders.refusals import FAULTS, Fault, SubmissionReused

_LINE = re.compile(r"lines\.(\d+)\.(\w+)")
_NUMBER = re.compile(r"[-+]?[\d., ]+")
_NAMES = {
    "lines": "sku",
    "price_minor": "price",
    "discount_minor": "discount",
    "shipping_minor": "shipping",
    "tax_minor": "tax",
    "total_minor": "total",
}


def rows_of(wrong: Wrong) -> str:
    """Its rows' numbers: `12`, `12-14`, `12, 40`."""
    first, last = wrong.rows[0], wrong.rows[-1]
    if last - first + 1 == len(wrong.rows):
        return str(first) if first == last else f"{first}-{last}"
    return ", ".join(map(str, wrong.rows))


def reasons(wrong: Wrong, how: OrderMap) -> list[str]:
    """Each thing that is wrong, with the column where it stands."""
    if wrong.refusal is not None:
        if isinstance(wrong.refusal, SubmissionReused):
            return [_("It came before with other contents, as %(number)s.") % {"number": wrong.refusal.number}]
        return [_("There is no such store that you take orders for.")]  # lists name no customers by our ids
    return list(_told(wrong, how))


def _told(wrong: Wrong, how: OrderMap) -> Iterator[str]:
    for fault in wrong.faults:
        name, which = _place(fault)
        words = str(FIELDS.get(name, name))
        title = how.columns.get(name, "")
        where = f"{words} ({title})" if title and title != words else words
        yield f"{where}{which}: {FAULTS[fault.code]}"


def _place(fault: Fault) -> tuple[str, str]:
    """The field's name in a map, and which of several lines."""
    line = _LINE.fullmatch(fault.field)
    if line:
        return _NAMES.get(line[2], line[2]), f" #{int(line[1]) + 1}"
    return _NAMES.get(fault.field, fault.field), ""


def wrong_rows(main: List, how: OrderMap, wrong: Iterable[Wrong]) -> Iterator[list[str]]:
    """The list again, of what was not taken alone: each row with its number and what is wrong with its order."""
    cells = dict(main.rows)
    yield [_("Row"), _("What is wrong"), *map(harmless, main.titles)]
    for one in wrong:
        why = " ".join(reasons(one, how))
        for number in one.rows:
            yield [str(number), why, *map(harmless, cells.get(number, []))]


def harmless(text: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(text) else text
