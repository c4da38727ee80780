"""What of a customer's own stands on the front door beside their cases: each room's door says once what it shows.

A door calls `show(Section("orders", _("My orders"), rows))`; `rows` gets the customer's records and gives `Row`s. With
none the section is left out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen

MOST_ROWS = 5


@frozen
class Mine:
    """Whose things are asked for: all records of the customer, in which language, at which moment."""

    records: Sequence[UUID]
    language: str
    now: datetime


@frozen
class Row:
    """One thing: what it is, how it stands (`state` is yours, ours or solved), and its own page."""

    title: str
    note: str
    state_words: str
    state: str
    address: str


@frozen
class Section:
    """A kind of things. `address` leads to all of them, where there is such a page."""

    code: str
    words: LazyText | str
    rows: Callable[[Mine], Sequence[Row]]
    icon: str = "list"
    address: str = ""


@frozen
class Shown:
    """A section with what is in it."""

    section: Section
    rows: Sequence[Row]


_sections: dict[str, Section] = {}


def show(section: Section) -> None:
    """This will have the front door show it to whoever has something in it."""
    _sections[section.code] = section


def shown_to(mine: Mine) -> list[Shown]:
    """The sections in which this customer has something, in the order they were named."""
    found = [Shown(section, list(section.rows(mine))[:MOST_ROWS]) for section in _sections.values()]
    return [one for one in found if one.rows]
