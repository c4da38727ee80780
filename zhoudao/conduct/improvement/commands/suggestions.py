"""Suggestions of staff: made by anybody, answered by who writes the register, thanked for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import WRITE, written
from zhoudao.conduct.improvement.commands.initiatives import begin_initiative
from zhoudao.conduct.improvement.drafts import Draft, Origin
from zhoudao.conduct.improvement.events import SuggestionAnswered, SuggestionMade
from zhoudao.conduct.improvement.models import Answer, Initiative, Suggestion
from zhoudao.conduct.improvement.refusals import (
    AnsweredAlready,
    InitiativeNotFound,
    ReasonMissing,
    SuggestionNotFound,
    SuggestionUnsound,
)
from zhoudao.conduct.improvement.telling import tell_answered
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record

SUGGEST = "suggestions:write"


@transaction.atomic
def suggest(
    *, words: str, benefit: str = "", flow_key: str = "", step: str = "", viewer: Viewer, at: datetime
) -> Suggestion:
    """This will keep what a colleague would have otherwise. Raises: SuggestionUnsound"""
    said = written(words, 1000)
    if viewer.user_id is None or not viewer.may(SUGGEST) or not said:
        raise SuggestionUnsound
    one = Suggestion.objects.create(
        words=said,
        benefit=written(benefit, 300),
        flow_key=flow_key[:60],
        step=written(step, 120),
        made_at=at,
        made_by_id=viewer.user_id,
    )
    _tell(one, SuggestionMade(one.flow_key), viewer, at)
    return one


@transaction.atomic
def accept_suggestion(*, suggestion_id: UUID, draft: Draft, viewer: Viewer, at: datetime) -> Initiative:
    """This will make an initiative of it.

    Raises: SuggestionNotFound, AnsweredAlready, InitiativeNotFound, InitiativeUnsound, GoalUnsound
    """
    one = _hold(suggestion_id, viewer)
    made = begin_initiative(draft=draft, origin=Origin("suggestion"), viewer=viewer, at=at)
    one.initiative = made
    _answer(one, Answer.ACCEPTED, viewer, at)
    return made


@transaction.atomic
def merge_suggestion(*, suggestion_id: UUID, initiative_id: UUID | None, viewer: Viewer, at: datetime) -> Suggestion:
    """This will say that it is part of an initiative there is.

    Raises: SuggestionNotFound, AnsweredAlready, InitiativeNotFound
    """
    one = _hold(suggestion_id, viewer)
    one.initiative = Initiative.objects.filter(id__in=[initiative_id] if initiative_id else []).first()
    if one.initiative is None:
        raise InitiativeNotFound
    return _answer(one, Answer.MERGED, viewer, at)


@transaction.atomic
def decline_suggestion(*, suggestion_id: UUID, reason: str, viewer: Viewer, at: datetime) -> Suggestion:
    """This will say why not. Raises: SuggestionNotFound, AnsweredAlready, ReasonMissing"""
    one = _hold(suggestion_id, viewer)
    one.reason = written(reason, 300)
    if not one.reason:
        raise ReasonMissing
    return _answer(one, Answer.DECLINED, viewer, at)


def _hold(suggestion_id: UUID, viewer: Viewer) -> Suggestion:
    one = Suggestion.objects.select_for_update().filter(id=suggestion_id).first()
    if one is None or not viewer.covers(WRITE):
        raise SuggestionNotFound
    if one.answer:
        raise AnsweredAlready
    return one


def _answer(one: Suggestion, answer: Answer, viewer: Viewer, at: datetime) -> Suggestion:
    one.answer, one.answered_at, one.answered_by_id = answer, at, viewer.user_id
    one.save()
    _tell(one, SuggestionAnswered(f"suggestion_{answer.value}"), viewer, at)
    tell_answered(one, at=at)
    return one


def _tell(one: Suggestion, fact: Fact, viewer: Viewer, at: datetime) -> None:
    record(fact, at=at, by=By(viewer.actor), about=[About("suggestion", one.id)])
