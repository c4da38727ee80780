"""Which prepaid labels a return can have, and what they cost its customer."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.policies import kept_for, terms_of
from zhoudao.rooms.aftersales.queries.for_customers import Address
from zhoudao.rooms.return_labels.models import Pool, PrepaidNumber


def label_fee_of(request: ReturnRequest) -> int | None:
    """What a prepaid label costs its customer, by the terms it was taken on; None: it gets none (no statement)."""
    return kept_for(request, terms_of(request).labelled_minor)


def may_be_labelled(request: ReturnRequest, goal: Address | None) -> bool:
    """Whether it could have a label, if there is a number (no statement). `goal`: where it would go."""
    is_known = goal is not None and bool(goal.street)
    is_free = request.state == State.APPROVED and request.fetched_minor is None
    return is_known and is_free and label_fee_of(request) is not None


def free_numbers(day: date, place_id: UUID | None = None) -> QuerySet[PrepaidNumber]:
    """Numbers that may be used up to a day, by how soon they end; those alone that lead to a place, if one is said."""
    lasting = Q(valid_until=None) | Q(valid_until__gte=day)
    rows = PrepaidNumber.objects.filter(lasting, taken_at=None, pool__is_offered=True)
    if place_id is not None:
        rows = rows.filter(Q(warehouse=None) | Q(warehouse=place_id))
    return rows.order_by(F("valid_until").asc(nulls_last=True), "id")


def offered_to(request: ReturnRequest, goal: Address | None, at: datetime) -> list[str]:
    """The carriers it can be sent with at our cost now, by code (one statement at most): their numbers last as long as
    it may be sent.
    """
    if goal is None or not may_be_labelled(request, goal):
        return []
    free = good_for(request, goal, at).filter(pool=OuterRef("pk"))
    return list(Pool.objects.filter(Exists(free)).order_by("carrier").values_list("carrier", flat=True))


def good_for(request: ReturnRequest, goal: Address, at: datetime) -> QuerySet[PrepaidNumber]:
    """The free numbers that lead where a return goes, and last as long as it may be sent."""
    today = at.astimezone(ZoneInfo(request.store.zone)).date()
    return free_numbers(max(today, request.send_by or today), goal.place_id)


def label_of(request: ReturnRequest) -> PrepaidNumber | None:
    """The prepaid number of a return, with its carrier and what is printed of it (one statement)."""
    rows = PrepaidNumber.objects.select_related("pool", "sheet__file", "warehouse__store")
    return rows.filter(request_id=request.id).first()
