"""What the desk lists and opens. A first page costs the same at a million cases as at a thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.text import mask_name
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case, CaseLink, Kind, Promise, Status, Tier
from zhoudao.rooms.cases.queries.promises import PromiseView, promise_view

PAGE = 25
CAP = 1000
SOON = timedelta(minutes=30)
Key = TypeVar("Key")
_KINDS, _TIERS, _STATUSES = dict(Kind.choices), dict(Tier.choices), dict(Status.choices)
_SHOWN = (
    *("number", "kind", "tier", "status", "subject", "preview", "store_id", "team_id", "owner_id", "customer_id"),
    *("updated_at", "opened_at", "awaits_us", "next_due_at", "conversation_id", "conversation__channel_id"),
    *("conversation__channel__kind", "customer__name_sealed", "owner__name", "team__code", "team__names"),
)
_CAPPED = "(SELECT count(*) FROM ([rows]) AS capped)"
VIEWS = ("mine", "unassigned", "due", "waiting", "snoozed", "open", "resolved", "all")


@dataclass(frozen=True)
class ViewFilter:
    """What is asked for: a view, and any narrowing."""

    view: str = "mine"
    team_id: UUID | None = None
    store_id: UUID | None = None
    tier: str = ""
    kind: str = ""
    status: str = ""
    numbers: Sequence[str] = ()
    case_ids: Sequence[UUID] | None = None


@dataclass(frozen=True)
class Row:
    """A case in a list."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    tier: str
    tier_label: str
    status: str
    status_label: str
    subject: str
    preview: str
    customer_id: UUID
    customer_name: str
    channel_kind: str
    owner_id: UUID | None
    owner_name: str
    team_id: UUID | None
    team_name: str
    store_id: UUID
    updated_at: datetime
    opened_at: datetime
    awaits_us: bool
    due_at: datetime | None
    promise: PromiseView | None = None


@dataclass(frozen=True)
class Page:
    """Rows and where the next page begins (`None` at the end)."""

    rows: list[Row]
    next: str | None


@dataclass(frozen=True)
class CaseView:
    """A case opened."""

    row: Row
    case: Case
    promises: list[PromiseView]
    conversation_ids: list[UUID]
    merged: list[Case]
    links: list[Case]
    merged_into: Case | None = field(default=None)


def first_page(viewer: Viewer, asked: ViewFilter, *, at: datetime, cursor: str | None = None) -> Page:
    """A page of cases the viewer may see (three statements): newest change first, `due` by what is due next."""
    rows = narrowed(viewer, asked, at=at)
    by_due = asked.view == "due"
    rows = rows.order_by("next_due_at", "id") if by_due else rows.order_by("-updated_at", "-id")
    if cursor:
        moment, case_id = _read_cursor(cursor)
        after = (
            Q(next_due_at__gt=moment) | Q(next_due_at=moment, id__gt=case_id)
            if by_due
            else Q(updated_at__lt=moment) | Q(updated_at=moment, id__lt=case_id)
        )
        rows = rows.filter(after)
    shown_with = rows.select_related("customer", "owner", "team", "conversation__channel").only(*_SHOWN)
    found = list(shown_with[: PAGE + 1])
    shown = found[:PAGE]
    following = None
    if len(found) > PAGE:
        last = shown[-1]
        following = f"{(last.next_due_at if by_due else last.updated_at).isoformat()}|{last.id}"  # type: ignore[union-attr]  # the due view has only rows with a time
    return Page(rows_of(shown, viewer, at=at), following)


def rows_of(cases: Sequence[Case], viewer: Viewer, *, at: datetime) -> list[Row]:
    """Cases as list rows, with names opened together and each case's next promise (two statements)."""
    box.warm(case.customer.name_sealed for case in cases)
    running = Promise.objects.filter(case_id__in=[case.id for case in cases], ended_at=None, due_at__isnull=False)
    promises = {promise.case_id: promise for promise in running.order_by("case_id", "due_at").distinct("case_id")}
    return [_row(case, viewer, promises.get(case.id), at) for case in cases]


def narrowed(viewer: Viewer, asked: ViewFilter, *, at: datetime) -> QuerySet[Case]:
    """The cases of a view, before order and paging."""
    rows = Case.objects.filter(visible(viewer), _view(viewer, asked.view, at))
    exact = {
        "team_id": asked.team_id,
        "store_id": asked.store_id,
        "tier": asked.tier,
        "kind": asked.kind,
        "status": asked.status,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.numbers:
        rows = rows.filter(number__in=asked.numbers)
    if asked.case_ids is not None:
        rows = rows.filter(id__in=asked.case_ids)
    return rows


def counts(viewer: Viewer, *, at: datetime, views: Sequence[str] = VIEWS[:5]) -> dict[str, int]:
    """How many cases each view holds, exact up to a thousand (one statement)."""
    parts = [
        Case.objects.filter(visible(viewer), _view(viewer, view, at)).order_by().values("id")[:CAP] for view in views
    ]
    return _count_all(views, parts)


def team_counts(viewer: Viewer, team_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many active cases each team has, exact up to a thousand (one statement)."""
    parts = [
        Case.objects.filter(visible(viewer), team_id=team_id, status__in=ACTIVE).order_by().values("id")[:CAP]
        for team_id in team_ids
    ]
    return _count_all(team_ids, parts)


def find_case(viewer: Viewer, number: str) -> Case | None:
    """The case with this number, if the viewer may see it."""
    rows = Case.objects.filter(visible(viewer), number=number)
    return rows.select_related(
        "customer", "owner", "team", "store", "conversation__channel", "merged_into", "last_responder"
    ).first()


def open_case(viewer: Viewer, number: str, *, at: datetime) -> CaseView | None:
    """Everything the desk shows of one case but its messages (five statements)."""
    case = find_case(viewer, number)
    if case is None:
        return None
    merged = list(case.absorbed.order_by("merged_at"))
    links = _linked(case)
    promises = [promise_view(promise, at=at) for promise in case.promises.order_by("started_at", "id")]
    running = [promise for promise in promises if promise.state in ("running", "broken") and promise.due_at]
    first = min(running, key=lambda promise: promise.due_at or at, default=None)
    box.warm([case.customer.name_sealed])
    ids = [case.conversation_id, *(other.conversation_id for other in merged)]
    return CaseView(
        row=_row(case, viewer, None, at, first),
        case=case,
        promises=promises,
        conversation_ids=[conversation_id for conversation_id in ids if conversation_id],
        merged=merged,
        links=links,
        merged_into=case.merged_into,
    )


def _linked(case: Case) -> list[Case]:
    """What the case is linked with; asked of the links first, because a join would read every case there is."""
    pairs = CaseLink.objects.filter(Q(source=case) | Q(target=case)).values_list("source_id", "target_id")
    others = {case_id for pair in pairs for case_id in pair} - {case.id}
    return list(Case.objects.filter(id__in=others).order_by("-opened_at")[:20]) if others else []


def _view(viewer: Viewer, view: str, at: datetime) -> Q:
    working = Q(status__in=[Status.NEW, Status.OPEN])
    views = {
        "mine": Q(owner_id=viewer.user_id) & working,
        "unassigned": Q(owner=None) & working,
        "due": Q(next_due_at__lte=at + SOON) & Q(status__in=ACTIVE),
        "waiting": Q(status=Status.WAITING),
        "snoozed": Q(status=Status.SNOOZED),
        "open": Q(status__in=ACTIVE),
        "resolved": Q(status__in=[Status.RESOLVED, Status.CLOSED]),
        "all": Q(),
    }
    return views.get(view, views["mine"])


def _count_all(keys: Sequence[Key], parts: Sequence[QuerySet[Case, Any]]) -> dict[Key, int]:
    if not parts:
        return {}
    compiled = [part.query.sql_with_params() for part in parts]
    # one statement of scalar sub-selects: the ORM can only count one capped query at a time
    statement = "SELECT " + ", ".join(_CAPPED.replace("[rows]", sql) for sql, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, params in compiled for value in params])
        row = cursor.fetchone()
    return dict(zip(keys, row or (), strict=True))


def _row(case: Case, viewer: Viewer, promise: Promise | None, at: datetime, view: PromiseView | None = None) -> Row:
    name = case.customer.name
    return Row(
        id=case.id,
        number=case.number,
        kind=case.kind,
        kind_label=str(_KINDS[case.kind]),
        tier=case.tier,
        tier_label=str(_TIERS[case.tier]),
        status=case.status,
        status_label=str(_STATUSES[case.status]),
        subject=case.subject,
        preview=case.preview,
        customer_id=case.customer_id,
        customer_name=name if viewer.may("customers:unmask") else mask_name(name),
        channel_kind=case.conversation.channel.kind if case.conversation else "",
        owner_id=case.owner_id,
        owner_name=case.owner.name if case.owner else "",
        team_id=case.team_id,
        team_name=str(case.team) if case.team else "",
        store_id=case.store_id,
        updated_at=case.updated_at,
        opened_at=case.opened_at,
        awaits_us=case.awaits_us,
        due_at=case.next_due_at,
        promise=view or (promise_view(promise, at=at) if promise else None),
    )


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    moment, _, case_id = cursor.partition("|")
    return datetime.fromisoformat(moment), UUID(case_id)
