"""What cases hold of a person, and its end: numbers, kinds, times and promises stay, words go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.kit.ids import url_token
from zhoudao.rooms.cases.models import ACTIVE, Case, Transfer
from zhoudao.rooms.cases.refusals import CasesStillOpen
from zhoudao.rooms.cases.transfers import words_of
from zhoudao.rooms.customers.keepers import Keeper

_NAMED = 5


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The cases as they stand."""
    fields = ("number", "kind", "tier", "status", "subject", "preview", "outcome", "cause")
    times = ("opened_at", "first_human_contact_at", "resolved_at", "closed_at")
    rows = Case.objects.filter(customer_id__in=ids).prefetch_related("transfers").order_by("opened_at", "id")
    return [
        {name: getattr(case, name) for name in fields}
        | {name: moment.isoformat() if (moment := getattr(case, name)) else None for name in times}
        | {
            "transfers": [
                {"at": one.at.isoformat(), "reason": one.reason, "words": words_of(one)}
                for one in sorted(case.transfers.all(), key=lambda one: one.at)
            ]
        }
        for case in rows
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will take the words off these customers' cases, and let their progress links lead nowhere."""
    rows = list(Case.objects.select_for_update(of=("self",)).filter(customer_id__in=ids).order_by("id"))
    for case in rows:
        case.subject, case.preview, case.progress_token, case.mood, case.mood_at = "", "", url_token(), None, None
    Transfer.objects.filter(case__in=rows).update(words_sealed=None)
    Case.objects.bulk_update(rows, ["subject", "preview", "progress_token", "mood", "mood_at"], batch_size=200)


def refuse(ids: Sequence[UUID]) -> None:
    """Nobody can be served without being known: what is open is finished first.

    Raises: CasesStillOpen
    """
    cases = (
        Case.objects.select_for_update(of=("self",)).filter(customer_id__in=ids).order_by("id")
    )  # none is reopened now
    open_ones = sorted((one for one in cases if one.status in ACTIVE), key=lambda one: (one.opened_at, one.id))
    if open_ones:
        raise CasesStillOpen(", ".join(one.number for one in open_ones[:_NAMED]))


KEEPER = Keeper("cases", held, forget, refuse)
