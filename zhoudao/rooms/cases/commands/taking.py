"""Pulling: the next case for whoever asks, and one out of order for a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.engines.routing import ABLE, Choice, Person, Wish, following, written
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import tell
from zhoudao.rooms.cases.commands.paging import TAKEN, end_paging
from zhoudao.rooms.cases.events import CaseAssigned, CaseRouted, TakenOutOfOrder
from zhoudao.rooms.cases.lines import Standing, in_line, teams_of
from zhoudao.rooms.cases.models import WORKING, Case, Status, Tier
from zhoudao.rooms.cases.refusals import AtCapacity, MemberUnavailable, OutOfOrder
from zhoudao.rooms.cases.routing_words import TAKING
from zhoudao.rooms.cases.staffing import lock_routing, people_of
from zhoudao.rooms.staff.models import Member

_LOOKED_AT = 200


@transaction.atomic
def take_next(*, viewer: Viewer, at: datetime) -> Case | None:
    """This will give the viewer the next waiting case of their teams that they can do: no picking. None: there is none.

    Raises: MemberUnavailable, AtCapacity
    """
    teams = _teams_of(viewer)
    lock_routing()
    me = _me(viewer, at)
    if me.load >= me.capacity:
        raise AtCapacity
    line = _line(teams, me)
    people = people_of(teams[0], at=at, also=_waited_for(line))
    while (found := following((one.waiting for one in line), me, people, at=at)) is not None:
        rows = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("conversation__channel")
        case = rows.filter(id=found.id, owner=None, status__in=WORKING).first()
        if case is not None:
            return _taken(case, me, found.wish, viewer, at)
        line = [one for one in line if one.waiting.id != found.id]  # somebody else has hold of it
    return None


def skips_the_line(case: Case, viewer: Viewer, reason: str, *, at: datetime) -> TakenOutOfOrder | None:
    """What is to be told when this viewer takes this case before their next one; None when it is their turn.

    Raises: OutOfOrder when they do not say why
    """
    if case.owner_id is not None or case.status not in WORKING or case.team_id is None:
        return None
    if viewer.user_id is None or not Member.objects.filter(user_id=viewer.user_id).exists():
        return None
    me = replace(_me(viewer, at), load=0)  # whoever takes a case may be full: that is for them to say
    line = _line([case.team_id], me)
    people = people_of(case.team_id, at=at, also=_waited_for(line))
    found = following((one.waiting for one in line), me, people, at=at)
    if found is None or found.id == str(case.id):
        return None
    if not reason.strip():
        raise OutOfOrder
    return TakenOutOfOrder(reason.strip() if reason.strip() in TAKING else "other", found.id)


def _taken(case: Case, me: Person, wish: Wish, viewer: Viewer, at: datetime) -> Case:
    case.owner_id, case.given_at = UUID(me.id), at
    case.updated_at = max(case.updated_at, at)
    if case.status == Status.NEW:
        case.status = Status.OPEN
    case.save(update_fields=["owner", "given_at", "status", "updated_at"])
    team = str(case.team_id)
    asker = replace(me, state="")
    choice = Choice(me.id, "next", ((me.id, ABLE),))
    tell(
        case,
        CaseRouted("next", me.id, team, written(wish, [asker], choice, at=at)),
        CaseAssigned(owner=me.id, team=team, previous_owner=None, previous_team=team, how="pull"),
        actor=viewer.actor,
        at=at,
    )
    if case.tier == Tier.URGENT:
        end_paging(case, TAKEN, actor=viewer.actor, at=at)
    return case


def _teams_of(viewer: Viewer) -> list[UUID]:
    teams = teams_of(viewer.user_id) if viewer.user_id else []
    if not teams:
        raise MemberUnavailable
    return sorted(teams)


def _me(viewer: Viewer, at: datetime) -> Person:
    found = people_of(UUID(int=0), at=at, also=[viewer.user_id] if viewer.user_id else [])
    if not found:
        raise MemberUnavailable
    return replace(found[0], in_team=True)


def _line(teams: Sequence[UUID], me: Person) -> list[Standing]:
    could = (sorted(me.languages) or None, sorted(me.skills))
    return in_line(teams, limit=_LOOKED_AT, could=could, pushed=False)


def _waited_for(line: Sequence[Standing]) -> list[UUID]:
    wishes = [one.waiting.wish for one in line]
    return [UUID(whom) for wish in wishes for whom in (wish.adviser, wish.known) if whom]
