"""What the desk lists and opens. A first page costs the same at a million cases as at a thousand."""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import get_language

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.questions import Question
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_name
from zhoudao.rooms.cases.commands.holding import may_see, visible
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind, Promise, Status, Tier
from zhoudao.rooms.cases.moods import UPSET
from zhoudao.rooms.cases.outlooks import HIGH, Outlook
from zhoudao.rooms.cases.queries import listing
from zhoudao.rooms.cases.queries.listing import COUNTED, GIVEN, SOON, VIEWS, TeamCount, Where
from zhoudao.rooms.cases.queries.paging import is_paged
from zhoudao.rooms.cases.queries.promises import PromiseView, promise_view
from zhoudao.rooms.customers.models import customer_name

PAGE = 25
UNMASK = "customers:unmask"
_NEAR = """
    SELECT 'merged', id FROM cases_case WHERE merged_into_id = %s
    UNION ALL SELECT CASE kind WHEN 'split' THEN 'split' WHEN 'related' THEN 'related' ELSE 'linked' END, target_id
              FROM cases_caselink WHERE source_id = %s
    UNION ALL SELECT CASE kind WHEN 'related' THEN 'related' ELSE 'linked' END, source_id
              FROM cases_caselink WHERE target_id = %s
    UNION ALL SELECT 'side', side.id FROM conversations_conversation side
              JOIN cases_case own ON own.conversation_id = side.main_id WHERE own.id = %s OR own.merged_into_id = %s
"""


@frozen
class ViewFilter:
    """What is asked for: a view, and any narrowing."""

    view: str = "mine"
    team_id: UUID | None = None
    store_id: UUID | None = None
    tier: str = ""
    kind: str = ""
    status: str = ""
    incident_id: UUID | None = None
    numbers: Sequence[str] = ()
    case_ids: Sequence[UUID] | None = None


@frozen
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
    is_upset: bool
    due_at: datetime | None
    outlook: Outlook | None = None
    promise: PromiseView | None = None


@frozen
class Page:
    """Rows and where the next page begins (`None` at the end)."""

    rows: list[Row]
    next: str | None


@frozen
class CaseView:
    """A case opened."""

    row: Row
    progress_token: str
    promises: list[PromiseView]
    conversation_ids: list[UUID]
    merged: list[Case]
    links: list[Case]
    merged_into: Case | None = field(default=None)
    ties: frozenset[str] = frozenset()  # merged, linked, related (by hand), split (off another), incident, paged
    incident_id: UUID | None = None


def first_page(viewer: Viewer, asked: ViewFilter, *, at: datetime, cursor: str | None = None) -> Page:
    """A page of cases the viewer may see (one statement): newest change first, `due` by what is due next."""
    by_due = asked.view == "due"
    where = listing.view_of(viewer, asked.view, at) & _narrowing(asked)
    if cursor:
        after = f"(next_due_at, id) > ({GIVEN}, {GIVEN})" if by_due else f"(updated_at, id) < ({GIVEN}, {GIVEN})"
        where &= Where(after, list(_read_cursor(cursor)))
    found = listing.rows(where, order=listing.DUE_FIRST if by_due else listing.NEWEST, limit=PAGE + 1)
    shown, following = found[:PAGE], None
    if len(found) > PAGE:
        last = shown[-1]
        following = f"{(last.next_due_at if by_due else last.updated_at).isoformat()}|{last.id}"  # type: ignore[union-attr]  # the due view has only rows with a time
    return Page(_shown(shown, viewer, at), following)


def rows_of(case_ids: Sequence[UUID], viewer: Viewer, *, at: datetime) -> list[Row]:
    """Cases as list rows, newest change first (one statement)."""
    return _shown(listing.rows(Where("id = ANY(%s)", [list(case_ids)]), limit=len(case_ids)), viewer, at)


def narrowed(viewer: Viewer, asked: ViewFilter, *, at: datetime) -> QuerySet[Case]:
    """The cases of a view, before order and paging."""
    rows = Case.objects.filter(visible(viewer), _view(viewer, asked.view, at))
    exact = {
        "team_id": asked.team_id,
        "store_id": asked.store_id,
        "tier": asked.tier,
        "kind": asked.kind,
        "status": asked.status,
        "incident_id": asked.incident_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.numbers:
        rows = rows.filter(number__in=asked.numbers)
    if asked.case_ids is not None:
        rows = rows.filter(id__in=asked.case_ids)
    return rows


def counts(viewer: Viewer, *, at: datetime, views: Sequence[str] = VIEWS[:COUNTED]) -> dict[str, int]:
    """How many cases each view holds, exact up to a thousand (one statement)."""
    return dict(zip(views, listing.counted([listing.view_of(viewer, view, at) for view in views]), strict=True))


def column(viewer: Viewer, *, at: datetime) -> tuple[dict[str, int], list[TeamCount]]:
    """As `counts`, and the teams the viewer sees with their active cases (one statement)."""
    wheres = [listing.view_of(viewer, view, at) for view in VIEWS[:COUNTED]]
    known, teams = listing.column(wheres, viewer)
    return dict(zip(VIEWS[:COUNTED], known, strict=True)), teams


def counts_of(viewer: Viewer, filters: Sequence[ViewFilter], *, at: datetime) -> list[int]:
    """How many cases each of these finds, exact up to a thousand (one statement)."""
    wheres = [listing.view_of(viewer, asked.view, at) & _narrowing(asked) for asked in filters]
    return listing.counted(wheres) if wheres else []


def find_case(viewer: Viewer, number: str) -> Case | None:
    """The case with this number, if the viewer may see it."""
    rows = Case.objects.filter(visible(viewer), number=number)
    return rows.select_related(
        "customer", "owner", "team", "store", "conversation__channel", "merged_into", "last_responder"
    ).first()


_PROMISES = Question(lambda case_id: Promise.objects.filter(case=case_id).order_by("started_at", "id"), UUID)


def open_case(viewer: Viewer, number: str, *, at: datetime) -> CaseView | None:
    """Everything the desk shows of one case but its messages (two statements, more where cases are joined)."""
    found = listing.rows(Where("number = %s", [number]) & listing.seen_by(viewer), limit=1, tells_ties=True)
    if not found:
        return None
    case = found[0]
    near = _near(case, viewer) if case.is_tied else _Near([], [], None)
    promises = [promise_view(p, at=at) for p in _PROMISES.all(case.id)]
    running = [promise for promise in promises if promise.state in ("running", "broken") and promise.due_at]
    first = min(running, key=lambda promise: promise.due_at or at, default=None)
    ids = [case.conversation_id, *(other.conversation_id for other in near.merged), *near.sides]
    return CaseView(
        row=replace(_shown(found, viewer, at)[0], promise=first),
        progress_token=case.progress_token,
        promises=promises,
        conversation_ids=[conversation_id for conversation_id in ids if conversation_id],
        merged=near.merged,
        links=near.links,
        merged_into=near.merged_into,
        ties=near.ties | ({"incident"} if case.incident_id else set()) | _paged(case),
        incident_id=case.incident_id,
    )


def _paged(case: listing.Found) -> set[str]:
    """Whether people on call are called for it just now (a statement for urgent cases only)."""
    return {"paged"} if case.tier == Tier.URGENT and is_paged(case.id) else set()


@frozen
class _Near:
    merged: list[Case]
    links: list[Case]
    merged_into: Case | None
    ties: frozenset[str] = frozenset()
    sides: Sequence[UUID] = ()


def _near(case: listing.Found, viewer: Viewer) -> _Near:
    """The cases joined with this one (two statements). Whoever sees a case sees what was merged into it; of the others
    only those that are the viewer's to see.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [case.id] * 5)
        found: list[tuple[str, UUID]] = cursor.fetchall()
    ties = [(tie, id_) for tie, id_ in found if tie != "side"]
    ids = {case_id for _, case_id in ties} | ({case.merged_into_id} if case.merged_into_id else set())
    seen = visible(viewer)
    mine = seen | Q(merged_into_id=case.id) if seen else seen  # an empty Q means every case, and vanishes from an "or"
    known = Case.objects.filter(mine).in_bulk(ids) if ids else {}
    merged = [known[case_id] for tie, case_id in ties if tie == "merged"]
    linked = dict.fromkeys(case_id for tie, case_id in ties if tie != "merged")
    links = [known[case_id] for case_id in linked if case_id in known]
    return _Near(
        merged=sorted(merged, key=lambda other: (other.merged_at is None, other.merged_at)),
        links=sorted(links, key=lambda other: other.opened_at, reverse=True)[:20],
        merged_into=known.get(case.merged_into_id) if case.merged_into_id else None,
        ties=frozenset(tie for tie, _ in ties),
        sides=[id_ for tie, id_ in found if tie == "side"],
    )


def _view(viewer: Viewer, view: str, at: datetime) -> Q:
    working = Q(status__in=[Status.NEW, Status.OPEN])
    views = {
        "mine": Q(owner_id=viewer.user_id) & working,
        "unassigned": Q(owner=None) & working,
        "due": Q(next_due_at__lte=at + SOON) & Q(status__in=ACTIVE),
        "waiting": Q(status=Status.WAITING),
        "snoozed": Q(status=Status.SNOOZED),
        "upset": Q(status__in=ACTIVE, mood=UPSET),
        "risky": Q(status__in=ACTIVE, outlook__risk__gte=HIGH),
        "open": Q(status__in=ACTIVE),
        "resolved": Q(status__in=[Status.RESOLVED, Status.CLOSED]),
        "all": Q(),
    }
    return views.get(view, views["mine"])


def _narrowing(asked: ViewFilter) -> Where:
    exact = {"team_id": asked.team_id, "store_id": asked.store_id, "tier": asked.tier}
    exact |= {"kind": asked.kind, "status": asked.status, "incident_id": asked.incident_id}
    where = Where("TRUE")
    for name, value in exact.items():
        where = where & Where(f"{name} = {GIVEN}", [value]) if value else where
    if asked.numbers:
        where &= Where("number = ANY(%s)", [list(asked.numbers)])
    return where if asked.case_ids is None else where & Where("id = ANY(%s)", [list(asked.case_ids)])


def _shown(found: Sequence[listing.Found], viewer: Viewer, at: datetime) -> list[Row]:
    """As list rows; the keys of their names came with them."""
    labels, named = _labels(get_language()), viewer.within(UNMASK) if viewer.may(UNMASK) else None
    return [_row(case, named, labels, at) for case in found]


@lru_cache(maxsize=8)
def _labels(language: str | None) -> dict[type[TextChoices], dict[str, str]]:
    """The active language's words for kinds, tiers and statuses."""
    return {codes: {code: str(words) for code, words in codes.choices} for codes in (Kind, Tier, Status)}


def _row(
    case: listing.Found, named: Viewer | None, labels: dict[type[TextChoices], dict[str, str]], at: datetime
) -> Row:
    """As a list row; `named` is the viewer where they may read names, if they may anywhere."""
    name = customer_name(case.customer_id, case.name_sealed)
    return Row(
        id=case.id,
        number=case.number,
        kind=case.kind,
        kind_label=labels[Kind][case.kind],
        tier=case.tier,
        tier_label=labels[Tier][case.tier],
        status=case.status,
        status_label=labels[Status][case.status],
        subject=case.subject,
        preview=case.preview,
        customer_id=case.customer_id,
        customer_name=name if named and may_see(named, case) else mask_name(name),
        channel_kind=case.channel_kind,
        owner_id=case.owner_id,
        owner_name=case.owner_name,
        team_id=case.team_id,
        team_name=case.team_name,
        store_id=case.store_id,
        updated_at=case.updated_at,
        opened_at=case.opened_at,
        awaits_us=case.awaits_us,
        is_upset=case.mood == UPSET,
        due_at=case.next_due_at,
        outlook=case.outlook,
        promise=promise_view(case.clock, at=at) if case.clock else None,
    )


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    moment, _, case_id = cursor.partition("|")
    return datetime.fromisoformat(moment), UUID(case_id)
