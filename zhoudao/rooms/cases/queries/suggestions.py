"""Pairs of records that may be one person, with the evidence in masked words."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.people import PersonRow, people_rows, theirs
from zhoudao.rooms.customers.models import Customer, MergeSuggestion

PAGE = 25


@frozen
class Evidence:
    """`code` is phone, email, member or order; `text` the common value, masked, or the order's number."""

    code: str
    text: str
    is_proven: bool


@frozen
class Suggestion:
    """Two persons and what speaks for their being one."""

    id: UUID
    first: PersonRow
    second: PersonRow
    evidence: list[Evidence]
    found_at: datetime


@frozen
class SuggestionPage:
    """Rows and where the next page begins (`None` at the end)."""

    rows: list[Suggestion]
    next: tuple[datetime, UUID] | None


def list_suggestions(viewer: Viewer, *, after: tuple[datetime, UUID] | None = None) -> SuggestionPage:
    """A page of what waits for a decision, newest first (six statements); joined meanwhile are left out."""
    rows = _open(viewer)
    if after is not None:
        rows = rows.filter(beyond("-found_at", after[0], after[1]))
    found = list(rows.order_by("-found_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    following = (shown[-1].found_at, shown[-1].id) if len(found) > PAGE else None
    return SuggestionPage(_shown(viewer, shown), following)


def suggestions_of(viewer: Viewer, group: Sequence[UUID]) -> list[tuple[UUID, list[str]]]:
    """Who else this person may be: the other record and the codes of evidence (one statement)."""
    rows = _open(viewer).filter(Q(first_id__in=group) | Q(second_id__in=group)).order_by("-found_at", "-id")
    mine = set(group)
    pairs = [(row.second_id if row.first_id in mine else row.first_id, row) for row in rows[:20]]
    return [(other, sorted(row.evidence)) for other, row in pairs if other not in mine]


def find_suggestion(viewer: Viewer, suggestion_id: UUID) -> MergeSuggestion | None:
    """The one with this id, if the viewer may see both and it waits for a decision."""
    return _open(viewer).filter(id=suggestion_id).first()


def evidence_between(first: PersonRow, second: PersonRow, kept: dict[str, str]) -> list[Evidence]:
    """What these two have in common, as it is now, and what was found about their orders."""
    theirs_ = {(one.kind, one.index): one for one in second.known}
    found = []
    for one in first.known:
        other = theirs_.get((one.kind, one.index))
        if other is not None:
            found.append(Evidence(one.kind, one.text, one.is_proven and other.is_proven))
    return found + ([Evidence("order", kept["order"], is_proven=False)] if "order" in kept else [])


def _open(viewer: Viewer) -> QuerySet[MergeSuggestion]:
    rows = MergeSuggestion.objects.filter(status="open")
    if viewer.is_everywhere:
        return rows
    seen = Customer.objects.filter(theirs(viewer))
    return rows.filter(Exists(seen.filter(id=OuterRef("first_id"))), Exists(seen.filter(id=OuterRef("second_id"))))


def _shown(viewer: Viewer, rows: Sequence[MergeSuggestion]) -> list[Suggestion]:
    ids = list(dict.fromkeys(one for row in rows for one in (row.first_id, row.second_id)))
    people = {one: row for row in people_rows(viewer, ids) for one in row.group} if ids else {}
    found = []
    for row in rows:
        first, second = people[row.first_id], people[row.second_id]
        if first.id != second.id:
            found.append(Suggestion(row.id, first, second, evidence_between(first, second, row.evidence), row.found_at))
    return found
