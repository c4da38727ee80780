"""A case that waits is asked about anew: its time is up, what it is about has changed, or the rules have."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.decisions.queries import live_tables
from zhoudao.rooms.cases.commands.holding import tell
from zhoudao.rooms.cases.commands.queueing import ROUTING, fill_queue, place
from zhoudao.rooms.cases.events import CaseAssigned, CaseStranded
from zhoudao.rooms.cases.models import WORKING, Case
from zhoudao.rooms.cases.moments import moment_for
from zhoudao.rooms.cases.routing import TABLES, Ruling, find_team, keep_for, put_in_line, ruled
from zhoudao.rooms.cases.staffing import Around, around, lock_routing
from zhoudao.rooms.customers.queries import standing_of

_MOST = 500


@transaction.atomic
def overflow_case(case_id: UUID, *, at: datetime) -> bool:
    """This will ask another team, when nobody has taken a case by its time; it keeps its place by how long it waited.

    Safe to repeat. Where that team is gone the case stays, and a lead is told.
    """
    case = _waiting(case_id)
    if case is None or case.overflow_at is None or case.overflow_at > at:
        return False
    code = case.needs.pop("overflow_team", "")
    team, before, case.overflow_at = find_team(code), str(case.team_id), None
    if team is None:
        case.save(update_fields=["needs", "overflow_at"])
        tell(case, CaseStranded("overflow_gone", before), actor=ROUTING, at=at)
        return False
    case.team = team
    case.needs.pop("skill", None)
    case.save(update_fields=["team", "needs", "overflow_at"])
    moved = CaseAssigned(owner=None, team=str(team.id), previous_owner=None, previous_team=before, how="overflow")
    tell(case, moved, actor=ROUTING, at=at)
    fill_queue(team.id, at=at)
    return True


@transaction.atomic
def reroute_case(case_id: UUID, *, at: datetime) -> bool:
    """This will ask the rules again about a case nobody has; since when it waits stays. Safe to repeat."""
    case = _waiting(case_id)
    if case is None or case.conversation is None:
        return False
    before, since = case.team_id, case.queued_at
    asked, ruling, met = ask_the_rules(case, since=since, at=at)
    facts = place(case, met, ruling, asked, at=at)
    if case.team_id != before and case.owner_id is None:
        ids = [str(one) if one else None for one in (case.team_id, before)]
        facts.append(CaseAssigned(owner=None, team=ids[0], previous_owner=None, previous_team=ids[1], how="rules"))
    case.save()
    tell(case, *facts, actor=ROUTING, at=at)
    if case.owner_id is None and case.team_id and met.has_line:
        fill_queue(case.team_id, at=at)
    return True


def ask_the_rules(case: Case, *, at: datetime, since: datetime | None = None) -> tuple[dict[str, Any], Ruling, Around]:
    """This will put a case in line as the rules say now: what was asked, what they said, what it meets there.

    The caller holds routing's lock and saves the case.
    """
    assert case.conversation is not None
    standing = standing_of(case.customer)
    adviser = standing.adviser_id or (case.organisation.adviser_id if case.organisation else None)
    asked: dict[str, Any] = {"kind": str(case.kind), "tier": str(case.tier), "value_class": standing.value_class}
    asked |= {"grade": standing.grade, "risk": standing.risk}
    asked |= {"language": case.conversation.language, "channel": case.conversation.channel.kind}
    asked["store"] = case.store.code
    tables = live_tables(*TABLES)
    asked |= moment_for(tables.values(), case.store, at)
    ruling = ruled(tables, asked)
    put_in_line(case, ruling, language=case.conversation.language, at=at)
    case.queued_at = since or at
    met = around(case, customers=standing.records, adviser=adviser, at=at)
    keep_for(case, ruling, adviser=adviser, known=met.known, at=at)
    return asked, ruling, met


def reroute_stranded(*, at: datetime) -> int:
    """This will ask the rules again about what none of them fitted: they have changed."""
    rows = Case.objects.filter(owner=None, status__in=WORKING, needs__has_key="trouble").order_by("queued_at", "id")
    return sum(reroute_case(case_id, at=at) for case_id in rows.values_list("id", flat=True)[:_MOST])


def _waiting(case_id: UUID) -> Case | None:
    """The case, held under the routing lock, while nobody has it; None also when somebody holds it just now."""
    lock_routing()
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True)
    around_it = rows.select_related("conversation__channel", "customer", "organisation", "store", "team")
    return around_it.filter(id=case_id, owner=None, status__in=WORKING).first()
