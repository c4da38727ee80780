"""Which findings hold an order, how urgent they are and until when: the decision table `orders.findings`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhoudao.engines.review import Finding
from zhoudao.ground.decisions.queries import Table, whole
from zhoudao.rooms.orders.models import Order, Reason

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
    if finding.reason == Reason.SALE_STOPPED:  # no table lets it pass: whoever stopped it answers for it
        return Held(finding, 1, at + timedelta(minutes=_MOST_MINUTES))
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
    priority = whole(said, "priority", usual=USUAL_PRIORITY, least=1, most=9)
    minutes = whole(said, "due_minutes", usual=USUAL_MINUTES, least=1, most=_MOST_MINUTES)
    return Held(finding, priority, at + timedelta(minutes=minutes))


def _rank(one: Held | None) -> tuple[int, float]:
    return (one.priority, -one.finding.score) if one else (100, 0.0)
