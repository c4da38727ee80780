"""Getting hold of a case: locked, seen by the asker, and told of in the event log."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Q

from zhoudao.ground.accounts.reach import within
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseMerged, CaseNotFound, CustomerForgotten
from zhoudao.rooms.customers.models import Customer


class Row(Protocol):
    """What of a case decides who may see it."""

    @property
    def owner_id(self) -> UUID | None: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def team_id(self) -> UUID | None: ...


def visible(viewer: Viewer) -> Q:
    """Which cases somebody may see: those in their places, and their own."""
    if viewer.is_everywhere:
        return Q()
    own = Q(owner_id=viewer.user_id) if viewer.user_id and viewer.own else Q(pk=None)
    return own | within(viewer)


def may_see(viewer: Viewer, case: Row) -> bool:
    """The same rule as `visible`, for a row already in hand."""
    is_own = viewer.own and viewer.user_id is not None and case.owner_id == viewer.user_id
    return is_own or viewer.sees(case.store_id, case.team_id)


def may(viewer: Viewer, permission: str, case: Row) -> bool:
    """Whether somebody has this permission for this case: a role that holds where the case is."""
    return viewer.may(permission) and may_see(viewer.within(permission), case)


def hold(case_id: UUID, viewer: Viewer | None = None) -> Case:
    """This will lock a case; one the viewer may not see does not exist.

    Raises: CaseNotFound
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("conversation__channel", "team", "owner")
    case = rows.filter(visible(viewer) if viewer else Q(), id=case_id).first()
    if case is None:
        raise CaseNotFound
    return case


def hold_active(case_id: UUID, viewer: Viewer | None = None) -> Case:
    """As `hold`, for what only makes sense before closing.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed
    """
    case = hold(case_id, viewer)
    if case.status == Status.MERGED:
        raise CaseMerged
    if case.status == Status.CLOSED:
        raise CaseAlreadyClosed
    return case


def refuse_forgotten(case: Case) -> None:
    """This will refuse to put anybody to work on a held case whose customer was forgotten: erasing holds cases, too.

    Raises: CustomerForgotten
    """
    if not Customer.objects.filter(id=case.customer_id, erased_at=None).exists():
        raise CustomerForgotten


def by_of(case: Case, actor: str, element: str = "") -> By:
    """Who did it to this case, where."""
    channel = case.conversation.channel.kind if case.conversation else ""
    return By(actor=actor, store_id=case.store_id, channel=channel, element=element)


def about(case: Case) -> list[About]:
    """A case's facts are about it, its customer and its conversation."""
    objects = [About("case", case.id), About("customer", case.customer_id)]
    if case.conversation_id:
        objects.append(About("conversation", case.conversation_id))
    return objects


def tell(case: Case, *facts: Fact, actor: str, at: datetime) -> None:
    """This will record facts about a case whose row is locked."""
    record_all([Entry(fact, about(case)) for fact in facts], at=at, by=by_of(case, actor))
