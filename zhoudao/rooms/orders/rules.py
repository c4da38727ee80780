"""Which findings hold an order, how urgent they are and until when: the decision table `orders.findings`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhoudao.engines.review import Finding
from zhoudao.ground.decisions.queries import Table
from zhoudao.rooms.orders.models import Order

USUAL_PRIORITY, USUAL_MINUTES = 2, 240
_MOST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True)
class Held:
    """A finding that holds an order."""

    finding: Finding
    priority: int
    due_at: datetime


def held(findings: Iterable[Finding], order: Order, table: Table, *, at: datetime) -> list[Held]:
    """What holds an order, one a reason: the most urgent, of those the oddest. A table that says nothing of a finding
    does not let it pass: a person looks.
    """
    kept: dict[str, Held] = {}
    for finding in findings:
        one = _judged(finding, order, table, at)
        if one is not None and _rank(one) < _rank(kept.get(finding.reason)):
            kept[finding.reason] = one
    return list(kept.values())


def _judged(finding: Finding, order: Order, table: Table, at: datetime) -> Held | None:
    asked = {
        "finding": finding.reason,
        "kind": finding.kind,
        "score": finding.score,
        "amount": float(order.total.amount),
        "payment": order.payment,
        "source": order.source,
    }
    said, _row = table.ask(asked)
    if said is not None and said.get("hold") is False:
        return None
    priority = _whole(said, "priority", USUAL_PRIORITY, 1, 9)
    minutes = _whole(said, "due_minutes", USUAL_MINUTES, 1, _MOST_MINUTES)
    return Held(finding, priority, at + timedelta(minutes=minutes))


def _rank(one: Held | None) -> tuple[int, float]:
    return (one.priority, -one.finding.score) if one else (100, 0.0)


def _whole(said: dict[str, Any] | None, name: str, usual: int, least: int, most: int) -> int:
    value = (said or {}).get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  # only NaN differs from itself
        return usual
    return max(least, min(most, int(value)))
