"""A customer's own cases, and those of their organisation where that was granted: what they see of them, in pages."""

from collections.abc import Collection
from dataclasses import field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import ACTIVE, Case, Status
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.members import seen_by_contact

PAGE = 25
SOLVED = (Status.RESOLVED, Status.CLOSED)
Place = tuple[datetime, UUID]


@frozen
class Sight:
    """What somebody sees: cases of these records of theirs, and all of these organisations'."""

    records: list[UUID]
    organisations: list[UUID]

    def allows(self) -> Q:
        """The cases."""
        return Q(customer_id__in=self.records) | Q(organisation_id__in=self.organisations)

    def is_own(self, case: Case) -> bool:
        """Whether it is theirs, not only their organisation's."""
        return case.customer_id in self.records


@frozen
class ContactPage:
    """A page of cases, newest first, and where the next one begins."""

    cases: list[Case] = field(default_factory=list)
    next: Place | None = None


def sight_of(customer_id: UUID) -> Sight:
    """What this customer may see now (two statements): whoever left an organisation sees no more of it."""
    return Sight(*seen_by_contact(customer_id))


def cases_seen(
    sight: Sight, *, is_open: bool, only_own: bool = False, after: Place | None = None, size: int = PAGE
) -> ContactPage:
    """Their cases (three statements, four for an organisation), each half by an index of its own."""
    wanted = Case.objects.filter(status__in=ACTIVE if is_open else SOLVED)
    if after is not None:
        wanted = wanted.filter(beyond("-updated_at", after[0], after[1]))
    places = _places(wanted.filter(customer_id__in=sight.records), size)
    if sight.organisations and not only_own:
        places |= _places(wanted.filter(organisation_id__in=sight.organisations), size)
    newest = sorted(places, reverse=True)
    shown = newest[:size]
    rows = Case.objects.filter(id__in=[id_ for _, id_ in shown])
    around = rows.select_related("conversation", "store", "team", "owner").prefetch_related("promises")
    cases = sorted(around, key=lambda case: (case.updated_at, case.id), reverse=True) if shown else []
    return ContactPage(cases, shown[-1] if len(newest) > size else None)


def case_seen(sight: Sight, number: str) -> Case | None:
    """One of them, as its page needs it; of a merged one the case it went into, if that is seen too."""
    rows = Case.objects.select_related("conversation", "store", "team", "owner", "customer").filter(sight.allows())
    case = rows.filter(number=number).first()
    while case is not None and case.merged_into_id is not None:
        survivor = rows.filter(id=case.merged_into_id).first()
        if survivor is None:
            return case
        case = survivor
    return case


def threads_of(cases: Collection[Case]) -> list[UUID]:
    """Everything that was said about these cases: their own threads and the sides of those (one statement)."""
    mains = [case.conversation_id for case in cases if case.conversation_id]
    rows = Conversation.objects.filter(Q(id__in=mains) | Q(main_id__in=mains))
    return list(rows.order_by("started_at", "id").values_list("id", flat=True))


def _places(rows: QuerySet[Case], size: int) -> set[Place]:
    found = rows.order_by("-updated_at", "-id").values_list("updated_at", "id")
    return set(found[: size + 1])
