"""The customer who stands at a counter: found by exactly what they say, and seen with all that they did anywhere."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import ACTIVE, Case, Status
from zhoudao.rooms.cases.queries.history import Entry, history
from zhoudao.rooms.cases.queries.people import PersonRow, people_rows
from zhoudao.rooms.customers.finding import find_exactly
from zhoudao.rooms.customers.queries import group_ids

MOST_FOUND = 12
_MOST_CASES = 8
_NUMBER = re.compile(r"[Cc]\d{4}-\d{1,9}")
_TRUST = ("case", "phone", "member", "email", "openid", "external", "name")


@frozen
class Match:
    """A person, and by what they were found: case, phone, member, email, … or name, which alone is nobody."""

    person: PersonRow
    by: str

    @property
    def is_sure(self) -> bool:
        """Whether what was said names this person and not just somebody called the same."""
        return self.by != "name"


@frozen
class TheirCase:
    """A case of theirs; `is_open`: the viewer may open it."""

    number: str
    subject: str
    status: str
    status_words: str
    channel_kind: str
    can_go_on: bool
    is_open: bool
    updated_at: datetime


@frozen
class Served:
    """A person with their latest cases and what was said on all channels, newest first."""

    person: PersonRow
    cases: list[TheirCase]
    entries: list[Entry]


def find_person(viewer: Viewer, words: str) -> list[Match]:
    """Who is known by exactly this: case number, phone, member number, address, name. The surest first."""
    by: dict[UUID, str] = {}
    wanted = words.strip()
    if _NUMBER.fullmatch(wanted):
        for customer_id in Case.objects.filter(number=wanted.upper()).values_list("customer_id", flat=True):
            by[customer_id] = "case"
    for known in find_exactly(wanted):
        for one in known.group:
            by.setdefault(one, known.by)
    rows = people_rows(viewer, list(by)[:MOST_FOUND]) if by else []
    found = [Match(row, min((by[one] for one in row.group if one in by), key=_TRUST.index)) for row in rows]
    return sorted(found, key=lambda match: _TRUST.index(match.by))


def serve(viewer: Viewer, customer_id: UUID) -> Served | None:
    """Everything the counter shows of a person, masked as the viewer's role allows."""
    rows = people_rows(viewer, [customer_id])
    if not rows:
        return None
    group = rows[0].group
    cases = Case.objects.filter(customer_id__in=group).exclude(status=Status.MERGED)
    latest = cases.select_related("conversation__channel").order_by("-updated_at", "-id")[:_MOST_CASES]
    said = history(viewer, group, is_whole=True)
    return Served(rows[0], [_case(case, viewer) for case in latest], _told(said.entries))


def thread_to_go_on(customer_id: UUID, number: str) -> UUID | None:
    """The thread of a case of theirs that is not over, to which what they say at the counter belongs."""
    rows = Case.objects.filter(number=number, customer_id__in=group_ids(customer_id), conversation__isnull=False)
    return rows.filter(status__in=(*ACTIVE, Status.RESOLVED)).values_list("conversation_id", flat=True).first()


def _case(case: Case, viewer: Viewer) -> TheirCase:
    return TheirCase(
        number=case.number,
        subject=case.subject or case.preview,
        status=case.status,
        status_words=case.get_status_display(),
        channel_kind=case.conversation.channel.kind if case.conversation else "",
        can_go_on=case.status in (*ACTIVE, Status.RESOLVED) and case.conversation_id is not None,
        is_open=may(viewer, "cases:read", case),
        updated_at=case.updated_at,
    )


def _told(entries: Sequence[Entry]) -> list[Entry]:
    """What a colleague before the customer needs; notes of other teams stay with them."""
    return [entry for entry in entries if entry.kind in ("messages", "cases", "ratings")]
