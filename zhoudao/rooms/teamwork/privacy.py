"""What colleagues wrote to each other about a person, and its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.teamwork.models import Approval, BatchItem, Errand, Goodwill


def held(ids: Sequence[UUID]) -> dict[str, Any]:
    """What other departments were asked, their answers, and what was granted."""
    return {"asked": _asked(ids), "granted": _granted(ids)}


def _granted(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = Goodwill.objects.filter(case__customer_id__in=ids).select_related("case").order_by("asked_at", "id")
    return [
        {
            "case": one.case.number,
            "kind": one.kind,
            "amount_minor": one.amount_minor,
            "currency": one.currency,
            "reason": one.reason,
            "state": one.state,
            "asked_at": one.asked_at.isoformat(),
        }
        for one in rows
    ]


def _asked(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    rows = Errand.objects.filter(case__customer_id__in=ids).select_related("case", "team").order_by("asked_at", "id")
    return [
        {
            "case": errand.case.number,
            "team": errand.team.code,
            "asked_at": errand.asked_at.isoformat(),
            "question": errand.question,
            "answered_at": errand.answered_at.isoformat() if errand.answered_at else None,
            "answer": errand.answer,
        }
        for errand in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will empty questions and answers; what nobody has answered yet is no longer asked."""
    rows = Errand.objects.filter(case__customer_id__in=ids)
    rows.update(question="", answer="")
    rows.filter(answered_at=None, withdrawn_at=None).update(withdrawn_at=at, next_at=None)
    Goodwill.objects.filter(case__customer_id__in=ids).update(reason="")
    Approval.objects.filter(goodwill__case__customer_id__in=ids).update(reason="")
    BatchItem.objects.filter(case__customer_id__in=ids).update(detail="")


KEEPER = Keeper("teamwork", held, forget)
