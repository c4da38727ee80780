"""Cases: finding them, and what is done with one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Code, Cursor, Line
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.moods import mood_word
from zhoudao.rooms.cases.refusals import CaseNotFound
from zhoudao.rooms.conversations.queries import mains_of
from zhoudao.rooms.customers.queries import find_by_phone

router = Router(tags=["cases"])


class PromiseItem(Schema):
    """One promise about a case."""

    kind: str
    due_at: datetime | None
    kept_at: datetime | None
    broken_at: datetime | None


class Owner(Schema):
    """Who has it."""

    id: UUID
    name: str


class CaseItem(Schema):
    """A case."""

    number: str
    kind: str
    tier: str
    status: str
    subject: str
    owner: Owner | None
    team: str | None
    store: str
    conversation_id: UUID | None
    customer_id: UUID
    merged_into: str | None
    opened_at: datetime
    updated_at: datetime
    first_human_contact_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str
    cause: str
    mood: Annotated[
        str | None, Field(description="How the customer's last words that tell a mood sound: upset, calm or pleased.")
    ]
    mood_at: datetime | None
    promises: list[PromiseItem]
    progress_url: str


class CasePage(Schema):
    """A page; `next` is the cursor of the following one."""

    items: list[CaseItem]
    next: str | None


class CasesAsked(Schema):
    """What is asked for. A phone number must be a proven one of the customer's."""

    status: Annotated[Code, Field(description=f"One of: {', '.join(Status.values)}")] = ""
    conversation: UUID | None = None
    customer_phone: Line = ""
    cursor: Cursor = ""


@operations.get(router, "", scope="cases:read", answer=CasePage)
def list_cases(request: HttpRequest, asked: Query[CasesAsked]) -> CasePage:
    """The cases the caller may see, the last changed first."""
    rows = _asked_for(Case.objects.filter(visible(viewer_in(request))), asked)
    if asked.cursor:
        moment, case_id = paging.read_moment(asked.cursor)
        rows = rows.filter(beyond("-updated_at", moment, case_id))
    found = list(_complete(rows).order_by("-updated_at", "-id")[: paging.PAGE + 1])
    shown = found[: paging.PAGE]
    following = paging.write(shown[-1].updated_at, shown[-1].id) if len(found) > paging.PAGE else None
    return CasePage(items=[item_of(case) for case in shown], next=following)


@operations.get(router, "/{number}", scope="cases:read", answer=CaseItem)
def one_case(request: HttpRequest, number: CaseNumber) -> CaseItem:
    """One case."""
    return item_of(find(viewer_in(request), number))


def find(viewer: Viewer, number: str) -> Case:
    """The case with this number, whole.

    Raises: CaseNotFound
    """
    case = _complete(Case.objects.filter(visible(viewer), number=number)).first()
    if case is None:
        raise CaseNotFound
    return case


def id_of(viewer: Viewer, number: str) -> UUID:
    """The id behind a number.

    Raises: CaseNotFound
    """
    found = Case.objects.filter(visible(viewer), number=number).values_list("id", flat=True).first()
    if found is None:
        raise CaseNotFound
    return found


def item_of(case: Case) -> CaseItem:
    """A case as programs see it."""
    return CaseItem(
        number=case.number,
        kind=case.kind,
        tier=case.tier,
        status=case.status,
        subject=case.subject,
        owner=Owner(id=case.owner.id, name=case.owner.name) if case.owner else None,
        team=case.team.code if case.team else None,
        store=case.store.code,
        conversation_id=case.conversation_id,
        customer_id=case.customer_id,
        merged_into=case.merged_into.number if case.merged_into else None,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
        first_human_contact_at=case.first_human_contact_at,
        resolved_at=case.resolved_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        cause=case.cause,
        mood=mood_word(case.mood),
        mood_at=case.mood_at,
        promises=[
            PromiseItem(kind=p.kind, due_at=p.due_at, kept_at=p.kept_at, broken_at=p.broken_at)
            for p in sorted(case.promises.all(), key=lambda promise: (promise.started_at, promise.id))
        ],
        progress_url=progress_url(case),
    )


def _asked_for(rows: QuerySet[Case], asked: CasesAsked) -> QuerySet[Case]:
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.conversation:
        rows = rows.filter(conversation_id__in=mains_of([asked.conversation]))
    if asked.customer_phone:
        rows = rows.filter(customer_id__in=find_by_phone(asked.customer_phone))
    return rows


def _complete(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("owner", "team", "store", "merged_into").prefetch_related("promises")
