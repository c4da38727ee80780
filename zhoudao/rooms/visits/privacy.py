"""What visits hold of a person, and its end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.kit.ids import url_token
from zhoudao.rooms.customers.keepers import Keeper
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.told import forget_told, told_of


def held(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Their visits, with what they said when they took a number; a phone that is only suggested opens nobody's."""
    return [
        {
            "number": visit.number,
            "store": visit.store.code,
            "taken_at": visit.taken_at.isoformat(),
            "state": visit.state,
            "told": asdict(told_of(visit)),
        }
        for visit in _theirs(ids, _phones(ids).filter(suggested=False))
        .select_related("store")
        .order_by("taken_at", "id")
    ]


def forget(ids: Sequence[UUID], at: datetime) -> None:
    """This will destroy what they said, and let the links to their numbers lead nowhere."""
    visits = list(_theirs(ids, _phones(ids)).select_for_update(of=("self",)).order_by("id"))
    for visit in visits:
        visit.token = url_token()
    Visit.objects.bulk_update(visits, ["token"], batch_size=200)
    forget_told(visits)


def _theirs(ids: Sequence[UUID], phones: QuerySet[Identity]) -> QuerySet[Visit]:
    """Linked to them, or taken with a phone number of theirs."""
    return Visit.objects.filter(Q(customer_id__in=ids) | Q(phone_index__in=phones.values("value_index")))


def _phones(ids: Sequence[UUID]) -> QuerySet[Identity]:
    return Identity.objects.filter(customer_id__in=ids, kind="phone")


KEEPER = Keeper("visits", held, forget)
