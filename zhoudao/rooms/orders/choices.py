"""A choice as its event keeps it: the rules, and every place with its figures and what it lost by. Enough to choose
again from nothing else.
"""

from collections.abc import Mapping
from typing import Any

from zhoudao.engines.allocation import Looked, Site, write_rules
from zhoudao.rooms.orders.events import OrderAllocated
from zhoudao.rooms.orders.places import Decision

_FIELDS = ("km", "cost", "load", "left", "priority", "is_own")


def told_of(number: str, decision: Decision, *, why: str, waiting: int = 0) -> OrderAllocated:
    """What happened, with everything it was decided by."""
    choice, rules = decision.choice, decision.rules
    plan = choice.plan or {}
    return OrderAllocated(
        number=number,
        sent_from=", ".join(plan),
        why=f"allocated_{why}",
        packing_date=decision.day.isoformat(),
        criteria=write_rules(rules.criteria),
        rules=rules.version,
        row=rules.row,
        decided=choice.decided,
        parcels=choice.parcels,
        km=choice.km,
        cost_minor=choice.cost,
        waiting=waiting,
        plan={code: dict(share) for code, share in plan.items()},
        places=[_written(one) for one in choice.looked],
    )


def looked_at(attributes: Mapping[str, Any]) -> list[Looked]:
    """Every place as it was then, in the order in which places are chosen."""
    return [_read(one) for one in attributes["places"]]


def _written(one: Looked) -> list[Any]:
    figures = [getattr(one.site, name) for name in _FIELDS]
    return [one.site.key, one.verdict, one.by, dict(one.site.free), *figures]


def _read(written: list[Any]) -> Looked:
    key, verdict, by, free, *figures = written
    return Looked(Site(key, free, **dict(zip(_FIELDS, figures, strict=True))), verdict, by)
