"""Customers as the desk lists and opens them. Whoever sees one of their cases, or advises them, sees the customer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case as Case_
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Value, When

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_name
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.models import Customer, Identity, Membership
from zhoudao.rooms.customers.profile import Profile, profile_of
from zhoudao.rooms.customers.queries import GROUP, masked

PAGE = 25
NOTHING: Mapping[str, str] = MappingProxyType({})
_OPEN_CASES = 20
_ONE_PERSON = "customers_customer.id IN ([group])".replace("[group]", GROUP)
_GROUPS = """
    WITH RECURSIVE up (asked, id, merged_into_id) AS (
        SELECT id, id, merged_into_id FROM customers_customer WHERE id = ANY(%s::uuid[])
        UNION SELECT up.asked, c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    ), root (id) AS (
        SELECT DISTINCT id FROM up WHERE merged_into_id IS NULL
    ), down (root, id) AS (
        SELECT id, id FROM root
        UNION SELECT down.root, c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
    )
    SELECT root, id FROM down
"""


@frozen
class Known:
    """One thing a person is known by. `text` is masked, empty for a channel's own id."""

    id: UUID
    kind: str
    scope: str
    text: str
    is_proven: bool
    is_suggested: bool
    customer_id: UUID
    since: datetime
    index: bytes


@frozen
class PersonRow:
    """A person in a list."""

    id: UUID
    name: str
    value_class: str
    grade: str
    risk: str
    language: str
    adviser_name: str
    known: list[Known]
    open_cases: int
    last_at: datetime | None
    since: datetime
    group: list[UUID]


@frozen
class PeoplePage:
    """Rows and where the next page begins (`None` at the end)."""

    rows: list[PersonRow]
    next: UUID | None


@frozen
class Speaks:
    """The organisation somebody is a contact of."""

    id: UUID
    name: str


@frozen
class PersonView:
    """A person opened: all records that are theirs, and what the viewer may see of their cases."""

    id: UUID
    name: str
    grade: str
    risk: str
    profile: Profile
    records: list[Customer]
    known: list[Known]
    open_cases: list[Case]
    counts: dict[str, int]
    is_erased: bool
    group: list[UUID] = field(default_factory=list)
    organisation: Speaks | None = None

    @property
    def joined(self) -> list[Customer]:
        """The records that do not speak for themselves."""
        return [one for one in self.records if one.merged_into_id is not None]


def may_see(viewer: Viewer, ids: Sequence[UUID]) -> bool:
    """Whether these records of one person are the viewer's to see (at most one statement)."""
    if viewer.is_everywhere:
        return bool(ids)
    return Customer.objects.filter(theirs(viewer), id__in=ids).exists()


def list_people(
    viewer: Viewer,
    *,
    after: UUID | None = None,
    ids: Sequence[UUID] | None = None,
    adviser_id: UUID | None = None,
    only: Mapping[str, str] = NOTHING,
) -> PeoplePage:
    """The newest customers the viewer may see, or those of `ids`; `only` of a grade or risk (six statements)."""
    is_free = viewer.is_everywhere
    rows = Customer.objects.filter(erased_at=None, **only)
    rows = rows.filter(Q() if is_free else theirs(viewer))
    if ids is not None:
        rows = rows.filter(id__in=ids)
    elif is_free and adviser_id is None:
        rows = rows.filter(merged_into=None)
    if adviser_id is not None:
        rows = rows.filter(adviser_id=adviser_id)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id").values_list("id", flat=True)[: PAGE + 1])
    shown = found[:PAGE]
    return PeoplePage(people_rows(viewer, shown), shown[-1] if len(found) > PAGE else None)


def people_rows(viewer: Viewer, ids: Sequence[UUID]) -> list[PersonRow]:
    """The persons these records belong to, once each, in the order asked (five statements)."""
    groups = groups_of(ids)
    root_of = {one: root for root, group in groups.items() for one in group}
    everybody = list(root_of)
    people = {one.id: one for one in Customer.objects.filter(id__in=everybody).select_related("adviser")}
    known = _known(list(people.values()))
    facts = _case_facts(viewer, everybody)
    roots = list(dict.fromkeys(root_of[one] for one in ids if one in root_of))
    return [_row(viewer, people[root], [people[one] for one in groups[root]], known, facts) for root in roots]


def open_person(viewer: Viewer, customer_id: UUID) -> PersonView | None:
    """Everything the desk shows of one person but the timeline (five statements)."""
    rows = Customer.objects.extra(where=[_ONE_PERSON], params=[customer_id])  # noqa: S610 - a constant of ours
    is_free = viewer.is_everywhere
    seen = Value(value=True) if is_free else Case_(When(theirs(viewer), then=Value(value=True)), default=False)
    members = Membership.objects.filter(customer_id=OuterRef("pk"), ended_at=None)
    firm = {
        "firm_id": Subquery(members.values("organisation_id")),
        "firm_name": Subquery(members.values("organisation__name")),
    }
    people = list(rows.annotate(is_seen=seen, **firm).select_related("adviser").order_by("created_at", "id"))
    root = next((one for one in people if one.merged_into_id is None), None)
    if root is None or not any(one.is_seen for one in people):
        return None
    ids = [one.id for one in people]
    known = _known(people)
    profile = profile_of(root, people)
    cases = Case.objects.filter(visible(viewer), customer_id__in=ids)
    shown = cases.filter(status__in=ACTIVE).select_related("conversation__channel", "owner", "team", "store")
    return PersonView(
        id=root.id,
        name=name_for(viewer, profile.name),
        grade=root.grade,
        risk=root.risk,
        profile=profile,
        records=people,
        known=[one for owner in ids for one in known.get(owner, [])],
        open_cases=list(shown.order_by("-updated_at", "-id")[:_OPEN_CASES]),
        counts=_counts(viewer, ids),
        is_erased=root.erased_at is not None,
        group=ids,
        organisation=next((Speaks(one.firm_id, one.firm_name) for one in people if one.firm_id), None),
    )


def groups_of(ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """All records of the persons these belong to, by the record that speaks for each (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [list(ids)])
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for root, one in cursor.fetchall():
            found[root].append(one)
    return dict(found)


def name_for(viewer: Viewer, name: str) -> str:
    """A name as this viewer may see it."""
    return name if viewer.may_wherever("customers:unmask") else mask_name(name)


def theirs(viewer: Viewer) -> Q:
    """Which records a scoped viewer may see: with a case of theirs, entered by their store's program, advised."""
    seen = Q(Exists(Case.objects.filter(visible(viewer), customer_id=OuterRef("pk"))))
    if viewer.stores:
        seen |= Q(home_store_id__in=viewer.stores)
    return seen | Q(adviser_id=viewer.user_id) if viewer.user_id else seen


def _known(people: Sequence[Customer]) -> dict[UUID, list[Known]]:
    """What each record is known by; keys of these and of the names come in one statement."""
    ids = [one.id for one in people]
    rows = list(Identity.objects.filter(customer_id__in=ids).order_by("suggested", "created_at", "id"))
    box.warm([*(one.name_sealed for one in people), *(row.value_sealed for row in rows)])
    found: dict[UUID, list[Known]] = defaultdict(list)
    for row in rows:
        proven = row.verified_at is not None
        one = Known(
            row.id,
            row.kind,
            row.scope,
            masked(row),
            proven,
            row.suggested,
            row.customer_id,
            row.created_at,
            bytes(row.value_index),
        )
        found[row.customer_id].append(one)
    return found


def _case_facts(viewer: Viewer, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = Case.objects.filter(visible(viewer), customer_id__in=ids).order_by().values("customer_id")
    counted = rows.annotate(open_cases=Count("id", filter=Q(status__in=ACTIVE)), last_at=Max("updated_at"))
    return {row["customer_id"]: dict(row) for row in counted}


def _counts(viewer: Viewer, ids: Sequence[UUID]) -> dict[str, int]:
    """How much there is that the viewer may see (one statement)."""
    seen = Case.objects.filter(visible(viewer), customer_id__in=ids)
    is_free = viewer.is_everywhere
    threads = Conversation.objects.filter(customer_id__in=ids)
    threads = threads if is_free else threads.filter(id__in=seen.values("conversation_id"))
    counted = threads.order_by().values("channel__kind").annotate(n=Count("id"))
    return {row["channel__kind"]: row["n"] for row in counted}


def _row(
    viewer: Viewer,
    root: Customer,
    people: list[Customer],
    known: dict[UUID, list[Known]],
    facts: dict[UUID, dict[str, Any]],
) -> PersonRow:
    profile = profile_of(root, people)
    counted = [facts[one.id] for one in people if one.id in facts]
    shown = [one for person in people for one in known.get(person.id, []) if one.text]
    return PersonRow(
        id=root.id,
        name=name_for(viewer, profile.name),
        value_class=profile.value_class,
        grade=root.grade,
        risk=root.risk,
        language=profile.language,
        adviser_name=profile.adviser_name,
        known=shown,
        open_cases=sum(one["open_cases"] for one in counted),
        last_at=max((one["last_at"] for one in counted), default=None),
        since=min(one.created_at for one in people),
        group=[one.id for one in people],
    )
