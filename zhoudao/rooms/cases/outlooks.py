"""What is foretold of a case, as people read it, and what is told of it: how likely a promise is missed, and why."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.promise_rules import KIND_LABELS

HIGH = 0.5
"""From this risk on a case is said to be at risk."""
HURRIED, CALM = 0.7, 0.5
"""From the first on a case may go before others (`commands.foretelling`), below the second no more."""
# why, by code: what the forecast leans on most, with its amount
REASONS: dict[str, LazyText] = {
    "queue": _("%(n)s open cases in the team"),
    "rush": _("%(n)s new cases in a day in the team"),
    "slow": _("only %(n)s cases a day are being solved in the team"),
    "idle": _("nothing has happened for %(n)s h"),
    "old": _("open for %(n)s h already"),
    "long": _("%(n)s things have happened already"),
    "paused": _("it waits for the customer"),
    "little": _("%(n)s min of the time for “%(what)s” are left"),
    "step": _("after what happened last, cases often take long"),
    "hour": _("the time of the day"),
    "day": _("the day of the week"),
    "team": _("cases of this team often miss promises"),
    "kind": _("cases of this kind often miss promises"),
    "tier": _("cases of this urgency often miss promises"),
    "channel": _("cases from this channel often miss promises"),
    "store": _("cases of this store often miss promises"),
    "again": _("some things have happened more than once"),
}


@frozen
class Reason:
    """One reason: a code of `REASONS`, its amount, and the promise it is about, if it is about one."""

    code: str
    amount: int = 0
    what: str = ""


@frozen
class Outlook:
    """A risk of `HIGH` or more: 0 to 1, about how long the case still takes, and why."""

    risk: float
    left: timedelta
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The risk, 50 to 100."""
        return round(self.risk * 100)


def read_reasons(stored: Iterable[Sequence[Any]]) -> tuple[Reason, ...]:
    """The reasons as `CaseOutlook` keeps them; what an earlier version kept and nobody knows is left out."""
    return tuple(Reason(*one) for one in stored if one[0] in REASONS)


def reason_words(reasons: Iterable[Reason]) -> list[str]:
    """Each in the active language."""
    return [str(REASONS[one.code]) % {"n": one.amount, "what": KIND_LABELS.get(one.what, one.what)} for one in reasons]


@frozen
class CaseHurried(Fact):
    """Its rank in line changed because a promise is likely to be missed (`risk`, per cent), or is no longer."""

    name: ClassVar[str] = "cases.CaseHurried"
    words: ClassVar = _("Its rank in line is %(rank)s, was %(previous)s: a promise is missed with %(risk)s%%")
    risk: int
    rank: int
    previous: int
