"""What returns hold of a person, and its end: what came back and what was paid stays, without their words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.aftersales.models import ReturnPhoto, ReturnRequest
from zhoudao.rooms.aftersales.refusals import ReturnsStillOpen
from zhoudao.rooms.aftersales.sealed import words_of
from zhoudao.rooms.customers.keepers import Keeper

_NAMED = 10  # numbers that a refusal names


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their returns with what they said, what was found and what was paid back."""
    rows = list(
        ReturnRequest.objects.filter(customer_id__in=ids)
        .select_related("order")
        .prefetch_related("pieces__order_line", "refunds")
        .order_by("asked_at", "id")
    )
    box.warm(one.words_sealed for one in rows)
    return [
        {
            "number": one.number,
            "order": one.order.number,
            "asked": [one.kind, one.reason, one.asked_at.isoformat()],
            "state": one.state,
            "words": words_of(one),
            "sent_with": [one.carrier, one.tracking_number],
            "pieces": [
                [piece.order_line.sku, piece.condition, piece.is_accepted, piece.lost_percent]
                for piece in one.pieces.all()
            ],
            "refunds": [
                [refund.number, str(refund.amount.amount), refund.currency, refund.state]
                for refund in one.refunds.all()
            ],
        }
        for one in rows
    ]


def refuse(ids: Sequence[UUID]) -> None:
    """Raises: ReturnsStillOpen."""
    rows = ReturnRequest.objects.filter(customer_id__in=ids, closed_at=None).order_by("number")
    if numbers := list(rows.values_list("number", flat=True)[:_NAMED]):
        raise ReturnsStillOpen(numbers)


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy their words, photos and parcel numbers; their files and key go with the customer."""
    ReturnPhoto.objects.filter(request__customer_id__in=ids).delete()
    ReturnRequest.objects.filter(customer_id__in=ids).update(words_sealed=None, tracking_number="")


KEEPER = Keeper("returns", held, forget, refuse)
