"""Asking another department for something a case needs, with a promise of its own. The customer is never copied."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zhoudao.engines.worktime import due
from zhoudao.ground.accounts.models import Grant, Team
from zhoudao.ground.accounts.reach import reaching, within
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.notices.commands import News, notify
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.cases.commands.contact import survivor
from zhoudao.rooms.cases.commands.holding import by_of, hold, hold_active, may_see, tell
from zhoudao.rooms.conversations.commands import add_note
from zhoudao.rooms.teamwork.events import ErrandAnswered, ErrandAsked, ErrandLate, ErrandWithdrawn
from zhoudao.rooms.teamwork.models import Errand
from zhoudao.rooms.teamwork.queries import is_everywhere
from zhoudao.rooms.teamwork.refusals import ErrandEmpty, ErrandNotFound, ErrandOver, TeamGone

PAGE = 25
LONGEST = 4000
MOST_MINUTES = 30 * 24 * 60
_REMIND_AT = 0.8  # of the promised time


@transaction.atomic
def ask_team(
    *, case_id: UUID, team_id: UUID | None, question: str, minutes: int, viewer: Viewer, at: datetime
) -> Errand:
    """This will ask a team for something until a moment counted in its own working hours; its people are told.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, TeamGone, ErrandEmpty
    """
    case = hold_active(case_id, viewer)
    held = Team.objects.select_for_update(of=("self",), no_key=True).filter(closed_at=None)
    team = held.filter(id=team_id).first() if team_id else None
    if team is None:
        raise TeamGone
    if not question.strip() or not 0 < minutes <= MOST_MINUTES or viewer.user_id is None:
        raise ErrandEmpty
    hours, target = calendar(team_calendar_id(team.id)), timedelta(minutes=minutes)
    errand = Errand.objects.create(
        case=case,
        team=team,
        asked_by_id=viewer.user_id,
        question=_written(question),
        asked_at=at,
        due_at=due(at, target, hours),
        next_at=due(at, target * _REMIND_AT, hours),
    )
    tell(case, ErrandAsked(str(team.id), str(errand.id), errand.due_at.isoformat()), actor=viewer.actor, at=at)
    _tell_team(errand, "errand_asked", number=case.number, by=viewer.name, at=at)
    return errand


@transaction.atomic
def answer_errand(*, errand_id: UUID, answer: str, viewer: Viewer, at: datetime) -> Errand:
    """This will bring a team's answer back to the case as a private note; whoever asked is told.

    Raises: ErrandNotFound, ErrandOver, ErrandEmpty
    """
    errand = _held(errand_id, _for(viewer))
    if not answer.strip():
        raise ErrandEmpty
    case = survivor(hold(errand.case_id))
    errand.answer, errand.answered_by_id, errand.answered_at = _written(answer), viewer.user_id, at
    errand.next_at = None
    errand.save()
    if case.conversation_id:
        text = f"{errand.question}\n→ {errand.team}：{errand.answer}"
        by = by_of(case, viewer.actor)
        add_note(conversation_id=case.conversation_id, text=text, by=by, author_name=viewer.name, at=at)
    fact = ErrandAnswered(str(errand.team_id), str(errand.id), errand.due_at < at)
    tell(case, fact, actor=viewer.actor, at=at)
    if errand.asked_by_id != viewer.user_id:
        _tell(errand, "errand_answered", [errand.asked_by_id], number=case.number, by=viewer.name, at=at)
    return errand


@transaction.atomic
def withdraw_errand(*, errand_id: UUID, viewer: Viewer, at: datetime) -> Errand:
    """This will no longer ask; anybody who may see the case may say so.

    Raises: ErrandNotFound, ErrandOver
    """
    errand = _held(errand_id, Q())
    case = hold(errand.case_id)
    if not may_see(viewer, case):
        raise ErrandNotFound
    errand.withdrawn_at, errand.next_at = at, None
    errand.save()
    tell(case, ErrandWithdrawn(str(errand.team_id), str(errand.id)), actor=viewer.actor, at=at)
    return errand


@transaction.atomic
def check_errand(errand_id: UUID, *, at: datetime) -> None:
    """This will remind the team when most of the time is used, and tell both sides when it is over; safe to repeat."""
    errand = Errand.objects.select_for_update(of=("self",)).select_related("team").filter(id=errand_id).first()
    if errand is None or not errand.is_open or errand.next_at is None or errand.next_at > at:
        return
    case = hold(errand.case_id)
    is_late = errand.due_at <= at
    errand.next_at = None if is_late else errand.due_at
    errand.save(update_fields=["next_at"])
    if is_late:
        tell(case, ErrandLate(str(errand.team_id), str(errand.id)), actor="system:clock", at=at)
        _tell(errand, "errand_late", [errand.asked_by_id, *_people(errand)], number=case.number, by="", at=at)
    else:
        _tell_team(errand, "errand_due", number=case.number, by="", at=at)


def errands_of(case_ids: Sequence[UUID]) -> list[Errand]:
    """What was asked of other teams for these cases, newest first (one statement)."""
    rows = Errand.objects.filter(case_id__in=case_ids, withdrawn_at=None).select_related("team", "answered_by")
    return list(rows.order_by("-asked_at", "-id")[:20])


def errands_for(viewer: Viewer) -> QuerySet[Errand]:
    """What is asked of this colleague's teams and not answered yet, soonest due first."""
    rows = Errand.objects.filter(_for(viewer), answered_at=None, withdrawn_at=None)
    return rows.select_related("team", "case", "asked_by").order_by("due_at", "id")


def errand_for(viewer: Viewer, errand_id: UUID) -> Errand | None:
    """One errand of this colleague's teams, answered or not."""
    rows = Errand.objects.filter(_for(viewer), id=errand_id, withdrawn_at=None)
    return rows.select_related("team", "case", "asked_by", "answered_by").first()


def _for(viewer: Viewer) -> Q:
    return Q() if is_everywhere(viewer) else within(_of_teams(viewer), "case__store_id")


def _of_teams(viewer: Viewer) -> Viewer:
    """A whole store is not asked what one of the company's teams is asked."""
    return replace(viewer, stores=frozenset(), teams=viewer.teams or frozenset())


def _held(errand_id: UUID, allowed: Q) -> Errand:
    rows = Errand.objects.select_for_update(of=("self",)).select_related("team").filter(allowed, id=errand_id)
    errand = rows.first()
    if errand is None:
        raise ErrandNotFound
    if not errand.is_open:
        raise ErrandOver
    return errand


def _written(text: str) -> str:
    return mask_personal(clip(text.replace("\0", "").strip(), LONGEST))[0]


def _people(errand: Errand) -> list[UUID]:
    here = reaching(errand.case.store_id, errand.team_id)
    return list(Grant.objects.filter(here, team_id=errand.team_id).values_list("user_id", flat=True).distinct())


def _tell_team(errand: Errand, kind: str, *, number: str, by: str, at: datetime) -> None:
    people = [user_id for user_id in _people(errand) if user_id != errand.asked_by_id]
    _tell(errand, kind, people, number=number, by=by, at=at)


def _tell(errand: Errand, kind: str, people: Sequence[UUID], *, number: str, by: str, at: datetime) -> None:
    asker = [user_id for user_id in people if user_id == errand.asked_by_id]
    attributes = {"number": number, "by": by}
    key = f"{kind}:{errand.id}"
    notify(News(kind, key, f"/desk/cases/{number}/", attributes), asker, at=at)
    rest = set(people) - set(asker)
    notify(News(kind, key, f"/desk/errands/{errand.id}/", attributes), rest, at=at)
