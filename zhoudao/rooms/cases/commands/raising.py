"""A case somebody makes urgent by hand: rapid reaction gets it as if it had come in so, and is called."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.commands.paging import OVER, end_paging, is_on_call, start_paging
from zhoudao.rooms.cases.commands.queueing import ROUTING, place
from zhoudao.rooms.cases.commands.rerouting import ask_the_rules
from zhoudao.rooms.cases.events import CaseAssigned
from zhoudao.rooms.cases.models import ACTIVE, Case, Tier
from zhoudao.rooms.cases.staffing import lock_routing
from zhoudao.rooms.staff.models import Member


@transaction.atomic
def tier_was_changed(case_id: UUID, *, actor: str, at: datetime) -> None:
    """This will page for a case that is urgent now, or stop paging for one that no longer is. Safe to repeat.

    One that somebody owns stays theirs until somebody of the team for urgent cases is free or takes it. Nobody is
    paged when whoever owns it is on call and at it.
    """
    case = hold(case_id)
    if case.tier != Tier.URGENT:
        end_paging(case, OVER, actor=actor, at=at)
        return
    if case.status not in ACTIVE:
        return
    if case.owner_id is not None and case.conversation is not None:
        _offer(case, at)
    if not _is_in_good_hands(case, actor, at):
        start_paging(case.id, at=at)


def _offer(case: Case, at: datetime) -> None:
    lock_routing()
    asked, ruling, met = ask_the_rules(case, at=at)
    if ruling.trouble or ruling.team is None or _works_for(case.owner_id, ruling.team.id):
        case.refresh_from_db()
        return
    owner, team = case.owner_id, Case.objects.values_list("team_id", flat=True).get(id=case.id)
    case.owner = None
    facts = [fact for fact in place(case, met, ruling, asked, at=at) if not isinstance(fact, CaseAssigned)]
    if case.owner_id is None:
        case.owner_id, case.overflow_at = owner, None
    now, here, before, there = (str(one) if one else None for one in (case.owner_id, case.team_id, owner, team))
    facts.append(CaseAssigned(now, here, before, there, how="rules"))
    case.save()
    tell(case, *facts, actor=ROUTING, at=at)


def _works_for(user_id: UUID | None, team_id: UUID) -> bool:
    return user_id is not None and Member.objects.filter(user_id=user_id, teams=team_id).exists()


def _is_in_good_hands(case: Case, actor: str, at: datetime) -> bool:
    if case.owner_id is None or not is_on_call(case, case.owner_id, at=at):
        return False
    return case.last_responder_id == case.owner_id or actor == f"user:{case.owner_id}"
