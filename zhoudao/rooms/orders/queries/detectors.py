"""How good the detectors are: what they held, what came of it, and where their thresholds might better lie."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from zhoudao.engines.review.tuning import Tuning, interval, suggest
from zhoudao.ground.decisions.queries import DecisionNotFound, live_tables
from zhoudao.rooms.orders.models import BY_ITSELF, Hold, Outcome, Reason, Stage
from zhoudao.rooms.orders.tables import FINDINGS

PERIOD = timedelta(days=90)
_LEARNED_FROM = 500
_COUNTS = ("held", "open", "right", "wrong", "unsure", "missed")
_THROUGH = """
    SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM orders_hold AS hold WHERE hold.order_id = o.id)),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM approved_at - recorded_at)) / 60.0
      FROM orders_order AS o WHERE approved_at >= %s AND approved_at < %s AND reviewed_at IS NOT NULL
"""


@dataclass(frozen=True)
class Detector:
    """One reason in a period. `missed` are orders that people held for it though the detector had not, and rightly."""

    reason: Reason
    held: int
    open: int
    right: int
    wrong: int
    unsure: int
    missed: int
    tuning: Tuning | None
    rows: tuple["Row", ...]

    @property
    def decided(self) -> int:
        """How many were said to be right or wrong."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """Of what it held, the share that was right to be; None: nobody has said yet."""
        return self.right / self.decided if self.decided else None

    @property
    def between(self) -> tuple[float, float]:
        """Between what its precision lies."""
        return interval(self.right, self.decided)

    @property
    def recall(self) -> float | None:
        """Of what was wrong, as far as anybody found it, the share the detector did; None: nothing is known of it."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


@dataclass(frozen=True)
class Row:
    """One row of the rules about a reason: what it says, from which score on, and whether it holds."""

    words: str
    kind: str
    score: str
    source: str
    holds: bool
    minutes: str


@dataclass(frozen=True)
class Through:
    """Orders that were reviewed and approved in a period."""

    approved: int
    touchless: int
    median_minutes: float | None

    @property
    def span(self) -> timedelta | None:
        """Half of them were approved within this."""
        return None if self.median_minutes is None else timedelta(minutes=self.median_minutes)

    @property
    def share(self) -> float | None:
        """Of them, those nobody had to look at."""
        return self.touchless / self.approved if self.approved else None


def detectors(*, at: datetime) -> list[Detector]:
    """Each reason of the last ninety days (three statements)."""
    found = _counted(at)
    learned = _outcomes(at)
    rules = _rules()
    none = dict.fromkeys(_COUNTS, 0)
    return [
        Detector(
            reason,
            **(none | found.get(reason.value, {})),
            tuning=suggest(learned.get(reason.value, [])),
            rows=rules.get(reason.value, ()),
        )
        for reason in Reason
        if reason not in (Reason.OTHER, Reason.SALE_STOPPED, *BY_ITSELF)
    ]


def through(*, at: datetime, days: int = 7) -> Through:
    """How many went through untouched, and how long approval took (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_THROUGH, [at - timedelta(days=days), at + timedelta(seconds=1)])
        row = cursor.fetchone()
    assert row is not None
    return Through(row[0], row[1], None if row[2] is None else float(row[2]))


def _counted(at: datetime) -> dict[str, dict[str, int]]:
    by_detector = Q(score__isnull=False)
    rows = Hold.objects.filter(opened_at__gte=at - PERIOD).values("reason").order_by("reason")
    said = {choice.value: Count("id", filter=by_detector & Q(outcome=choice.value)) for choice in Outcome}
    counted = rows.annotate(
        held=Count("id", filter=by_detector),
        open=Count("id", filter=by_detector & ~Q(stage=Stage.DONE)),
        missed=Count("id", filter=~by_detector & Q(outcome=Outcome.RIGHT)),
        **said,
    )
    found: list[dict[str, Any]] = [dict(row) for row in counted]
    return {row["reason"]: {name: row[name] for name in _COUNTS} for row in found}


def _outcomes(at: datetime) -> dict[str, list[tuple[float, bool]]]:
    rows = Hold.objects.filter(score__isnull=False, outcome__in=(Outcome.RIGHT, Outcome.WRONG))
    rows = rows.filter(released_at__gte=at - PERIOD).order_by("-released_at", "-id")
    learned: dict[str, list[tuple[float, bool]]] = {}
    for reason, score, outcome in rows.values_list("reason", "score", "outcome")[: _LEARNED_FROM * len(Reason)]:
        some = learned.setdefault(reason, [])
        if len(some) < _LEARNED_FROM:
            some.append((score or 0.0, outcome == Outcome.RIGHT))
    return learned


def _rules() -> dict[str, tuple[Row, ...]]:
    """What the live table says of each reason, as its rows are written."""
    try:
        content = json.loads(live_tables(FINDINGS)[FINDINGS].content)
    except DecisionNotFound:
        return {}
    rules: dict[str, tuple[Row, ...]] = {}
    for reason in Reason:
        rows = [one for one in content.get("rules", []) if f"'{reason.value}'" in str(one.get("finding", ""))]
        rules[reason.value] = tuple(_row(one) for one in rows)
    return rules


def _row(rule: Mapping[str, str]) -> Row:
    said = {
        name: str(rule.get(name, "")) for name in ("_description", "kind", "score", "source", "hold", "due_minutes")
    }
    return Row(
        said["_description"],
        said["kind"].replace("'", ""),
        said["score"].replace(">=", "≥").replace("<=", "≤"),
        said["source"].replace("'", ""),
        said["hold"] == "true",
        said["due_minutes"],
    )
