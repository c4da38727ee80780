"""What a pilot can be judged by, in words people can check.

The rooms' figures say the same things of a day; here every case counts on the day it began, as a flow's version holds
for what begins under it.
"""

from collections.abc import Callable
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.pilots import measured
from zhoudao.conduct.pilots.measured import Frame, Seen
from zhoudao.kit.frozen import frozen

Kind = Literal["time", "share", "score", "money"]


@frozen
class Outcome:
    """`kind`: time (hours), share (0 to 1), score (a count) or money (the company's currency). `of` is what it counts:
    case, order or visit. Without `rows` nobody measures it here, and `definition` says so.
    """

    code: str
    title: LazyText
    definition: LazyText
    kind: Kind
    is_lower_better: bool
    of: str = "case"
    rows: Callable[[Frame], QuerySet[Any]] | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it can be chosen."""
        return self.rows is not None

    def seen(self, frame: Frame) -> QuerySet[Any, tuple[Any, ...]]:
        """`Seen` rows, those that began last first (one statement; of costs two)."""
        assert self.rows is not None  # what nobody measures is not chosen
        found = self.rows(frame).order_by("-began_at", "-id")
        number = "label" if self.of == "visit" else "number"
        return found.values_list("id", number, "store_id", "began_at", "value", "is_open")

    def all_of(self, frame: Frame) -> list[Seen]:
        """The same, read."""
        return [Seen(*row) for row in self.seen(frame).iterator()]


def outcome(code: str) -> Outcome:
    """Raises: KeyError"""
    return OUTCOMES[code]


def choosable() -> list[Outcome]:
    """What is measured here."""
    return [one for one in OUTCOMES.values() if one.is_measured]


_ALL = (
    Outcome(
        "resolution", _("Time to solution"),
        _("From the opening of a case to its last solution, nights and weekends included. An open case counts with "
          "what it took so far, as one that is not finished: none is left out."),
        "time", True, rows=measured.resolution,
    ),
    Outcome(
        "first_reply", _("Time to the first answer by a person"),
        _("From the opening of a case to the first answer by a person, nights and weekends included. A case that still "
          "waits counts with what it waited so far; one that was solved without an answer by a person is left out."),
        "time", True, rows=measured.first_reply,
    ),
    Outcome(
        "kept", _("Promises kept"),
        _("Of the promises of a case that were kept or missed so far, the share kept in time; averaged over cases."),
        "share", False, rows=measured.kept,
    ),
    Outcome(
        "satisfaction", _("Satisfied customers"),
        _("Of the cases that were rated, the share with four or five of five stars. Of the others nothing is known."),
        "share", False, rows=measured.satisfied,
    ),
    Outcome(
        "recommend", _("Would recommend us (NPS)"),
        _("Nobody is asked here, on a scale of 0 to 10, whether they would recommend us, so there is nothing to "
          "compare. Satisfied customers comes nearest."),
        "score", False,
    ),
    Outcome(
        "contacts", _("Contacts per case"),
        _("How often a customer had to come to us for one case, of the cases that are solved."),
        "score", True, rows=measured.contacts,
    ),
    Outcome(
        "reopened", _("Opened again"),
        _("Of the cases that were solved once, the share opened again, by the customer or a colleague."),
        "share", True, rows=measured.reopened,
    ),
    Outcome(
        "cost", _("Cost of a case"),
        _("Of a solved case: answers by people at the minutes and rates the company assumes, and what was granted."),
        "money", True, rows=measured.cost,
    ),
    Outcome(
        "bought_again", _("Bought again within 30 days"),
        _("Of the orders that are thirty days old, the share whose customer placed another one in those thirty days. "
          "Cancelled orders and replacements do not count. Younger orders are not known yet and are left out."),
        "share", False, "order", measured.bought_again,
    ),
    Outcome(
        "basket", _("Value of an order"),
        _("What an order costs with shipping and after discounts. Cancelled orders and replacements do not count."),
        "money", False, "order", measured.basket,
    ),
    Outcome(
        "refunded", _("Paid back per order"),
        _("Of the orders that are thirty days old, what was paid back within those thirty days; most are zero."),
        "money", True, "order", measured.refunded,
    ),
    Outcome(
        "visits", _("Numbers taken a day"),
        _("Numbers a store's queue gave on one day, of the days it gave any. Stores without a queue have none."),
        "score", False, "visit", measured.visits,
    ),
)  # fmt: skip
OUTCOMES = {one.code: one for one in _ALL}
