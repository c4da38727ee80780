"""What incidents hold of a person: which of their cases were part of which, and what was written to them for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.incidents.models import Affected, RoundItem
from zhoudao.rooms.incidents.refusals import Unreachable


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Every joining and leaving, and when something was done to the case with all the others."""
    rows = Affected.objects.filter(case__customer_id__in=ids).select_related("case", "incident")
    done = RoundItem.objects.filter(case__customer_id__in=ids).exclude(done_at=None).select_related("round")
    rounds: dict[tuple[UUID, UUID], list[dict[str, Any]]] = {}
    for item in done.order_by("done_at", "id"):
        told = {"kind": item.round.kind, "state": item.state, "done_at": _iso(item.done_at)}
        rounds.setdefault((item.round.incident_id, item.case_id), []).append(told)
    return [
        {
            "incident": row.incident.number,
            "case": row.case.number,
            "how": row.how,
            "joined_at": _iso(row.joined_at),
            "left_at": _iso(row.left_at),
            "rounds": rounds.get((row.incident_id, row.case_id), []),
        }
        for row in rows.order_by("joined_at", "id")
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """Which case was part of what stays, for it names nobody; what was still to be said to them is not said."""
    waiting = RoundItem.objects.filter(case__customer_id__in=ids, state="waiting")
    waiting.update(state="refused", refusal=Unreachable.__name__, done_at=at)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


KEEPER = Keeper("incidents", held, forget)
