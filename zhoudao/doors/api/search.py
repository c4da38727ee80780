"""One search over cases, messages, notes and customers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Cursor
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.exact import Person
from zhoudao.rooms.cases.queries.finding import count
from zhoudao.rooms.cases.queries.searching import KINDS, LONGEST, Result, Wanted, asked_for, may_find, search

router = Router(tags=["search"])
_SCOPES = {"case": "cases:read", "message": "messages:read", "note": "messages:read", "customer": "customers:read"}
Words = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00]*$")]
ResultKind = Literal["case", "message", "note"]


class FoundPart(Schema):
    """A stretch of the excerpt; `found` where it is one of the words."""

    text: str
    found: bool


class FoundCase(Schema):
    """The case it belongs to: of merged cases the surviving one."""

    number: str
    subject: str
    kind: str
    tier: str
    status: str
    customer_id: UUID


class FoundItem(Schema):
    """A result. `exact`: the case itself was named, by its number, its order or its customer."""

    kind: ResultKind
    exact: bool
    at: datetime
    case: FoundCase
    message_id: UUID | None
    channel: str
    direction: str
    author: str
    excerpt: list[FoundPart]


class FoundCustomer(Schema):
    """A customer known by exactly this, masked. `by`: phone, email, name, member …"""

    id: UUID
    name: str
    by: str
    proven: bool
    cases: int


class FoundPage(Schema):
    """What is named exactly, on the first page only; then the newest words.

    A page may hold fewer results than fit and still have a `next`: then it looked back to `looked_back_to`.
    """

    customers: list[FoundCustomer]
    items: list[FoundItem]
    next: str | None
    looked_back_to: datetime | None


class CountPage(Schema):
    """How many results words give: exact to 1,000 of all kinds together, else `at_least`."""

    cases: int
    messages: int
    notes: int
    at_least: bool


class Asked(Schema):
    """What is looked for. Terms are separated by blanks and all wanted; quotes keep a phrase together."""

    q: Words
    kind: Annotated[str, Field(max_length=40, pattern=r"^[a-z,]*$", description=f"Of {', '.join(KINDS)}; commas")] = ""
    case_kind: Code = ""
    status: Code = ""
    tier: Code = ""
    team: Code = ""
    store: Code = ""
    channel: Annotated[Code, Field(description="Kind of channel: webchat, email, …")] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class AskedPage(Asked):
    """And where to go on."""

    cursor: Cursor = ""


@operations.get(router, "", scope="cases:read", answer=FoundPage)
def find(request: HttpRequest, asked: Query[AskedPage]) -> FoundPage:
    """What the caller may see of cases, messages and notes (`messages:read`) and customers (`customers:read`)."""
    viewer = viewer_in(request)
    after = paging.read_moment(asked.cursor) if asked.cursor else None
    results = search(viewer, _wanted(viewer, asked), at=clock.now(), after=after)
    return FoundPage(
        customers=[_customer(person) for person in results.people],
        items=[_item(one) for one in [*results.exact, *results.found]],
        next=paging.write(*results.next) if results.next else None,
        looked_back_to=results.looked_to,
    )


@operations.get(router, "/count", scope="cases:read", answer=CountPage)
def count_found(request: HttpRequest, asked: Query[Asked]) -> CountPage:
    """How many results the words have among what the caller may see."""
    viewer = viewer_in(request)
    found, is_all = count(viewer, asked_for(viewer, _wanted(viewer, asked)), at=clock.now())
    return CountPage(cases=found["case"], messages=found["message"], notes=found["note"], at_least=not is_all)


def _wanted(viewer: Viewer, asked: Asked) -> Wanted:
    kinds = frozenset(filter(None, asked.kind.split(",")))
    if not kinds <= frozenset(KINDS):
        raise Refused(422, "kind_unknown", f"A kind is one of: {', '.join(KINDS)}.")
    missing = kinds - may_find(viewer, kinds)
    if missing:
        raise Refused(403, "scope_missing", f"This needs the scope {_SCOPES[min(missing)]!r}.")
    cases = ViewFilter(
        view="all",
        team_id=_id_of(Team, asked.team),
        store_id=_id_of(Store, asked.store),
        tier=asked.tier,
        kind=asked.case_kind,
        status=asked.status,
    )
    return Wanted(asked.q, kinds, cases, asked.channel, asked.since, asked.until)


def _id_of(model: type[Team] | type[Store], code: str) -> UUID | None:
    """An unknown code narrows to nothing, as one that is not the caller's does."""
    if not code:
        return None
    return model.objects.filter(code=code).values_list("id", flat=True).first() or UUID(int=0)


def _item(one: Result) -> FoundItem:
    row = one.row
    return FoundItem(
        kind=one.kind,
        exact=one.is_exact,
        at=one.at,
        case=FoundCase(
            number=row.number,
            subject=row.subject,
            kind=row.kind,
            tier=row.tier,
            status=row.status,
            customer_id=row.customer_id,
        ),
        message_id=one.id,
        channel=one.channel_kind,
        direction=one.direction,
        author=one.author,
        excerpt=[FoundPart(text=piece.text, found=piece.is_found) for piece in one.pieces],
    )


def _customer(person: Person) -> FoundCustomer:
    return FoundCustomer(id=person.id, name=person.name, by=person.by, proven=person.is_proven, cases=person.cases)
