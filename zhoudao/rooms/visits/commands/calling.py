"""Calling numbers: the next in order, the same again, and who did not come."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.visits.commands.holding import end_turn, hold_line_of, hold_open, hold_own, open_turn, tell_staff
from zhoudao.rooms.visits.events import NoShowNoted, NumberCalled, QueueLeft
from zhoudao.rooms.visits.models import AT_COUNTER, State, Visit
from zhoudao.rooms.visits.queries.line import waiting_turns
from zhoudao.rooms.visits.refusals import CounterUnnamed, NobodyWaits, StillServing, VisitNotCalled, VisitOver

LONGEST_COUNTER = 12


@transaction.atomic
def call_next(
    *, store_id: UUID, counter: str, viewer: Viewer, at: datetime, need_ids: Collection[UUID] | None = None
) -> Visit:
    """This will call who is next: the most urgent need first, within it who came first. None: all needs.

    Raises: LineUnknown, CounterUnnamed, StillServing, NobodyWaits
    """
    named = _counter(counter)
    hold_line_of(viewer, store_id)
    _require_free(viewer)
    turns = waiting_turns(store_id, at=at).filter(Q(visit__for_user=None) | Q(visit__for_user=viewer.user_id))
    if need_ids is not None:
        turns = turns.filter(need_id__in=need_ids)
    turn = turns.first()
    if turn is None:
        raise NobodyWaits(NobodyWaits.__doc__)
    return _call(hold_open(turn.visit_id), named, viewer, at)


@transaction.atomic
def call_number(*, visit_id: UUID, counter: str, viewer: Viewer, at: datetime) -> Visit:
    """This will call one number out of turn, or the called one again.

    Raises: VisitNotFound, VisitOver, VisitElsewhere, CounterUnnamed, StillServing
    """
    named = _counter(counter)
    visit = hold_own(visit_id, viewer)
    if visit.state == State.SERVING:
        raise VisitOver(VisitOver.__doc__)
    if visit.state == State.WAITING:
        _require_free(viewer)
    return _call(visit, named, viewer, at)


@transaction.atomic
def note_no_show(*, visit_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will end a visit whose number was called and nobody came. Raises: as `hold_own`, VisitNotCalled."""
    visit = hold_own(visit_id, viewer)
    if visit.state != State.CALLED:
        raise VisitNotCalled(VisitNotCalled.__doc__)
    facts = end_turn(visit, "no_show", at)
    visit.state, visit.ended_at = State.NO_SHOW, at
    visit.save(update_fields=["state", "ended_at"])
    tell_staff(visit, *facts, NoShowNoted(visit.number), viewer=viewer, at=at)
    return visit


@transaction.atomic
def note_left(*, visit_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will take a number out of the line that has gone unheard. Raises: as `hold_own`, VisitOver."""
    visit = hold_own(visit_id, viewer)
    if visit.state != State.WAITING:
        raise VisitOver(VisitOver.__doc__)
    facts = end_turn(visit, "left", at)
    visit.state, visit.ended_at = State.LEFT, at
    visit.save(update_fields=["state", "ended_at"])
    tell_staff(visit, *facts, QueueLeft(visit.number, "by_colleague"), viewer=viewer, at=at)
    return visit


def _counter(text: str) -> str:
    named = " ".join(text.split())[:LONGEST_COUNTER]
    if not named:
        raise CounterUnnamed(CounterUnnamed.__doc__)
    return named


def _require_free(viewer: Viewer) -> None:
    """Behind the line their own row is held: who calls in two stores at once holds two lines, but is one person."""
    assert viewer.user_id is not None  # no token has this right: people stand at counters
    User.objects.select_for_update(no_key=True).get(pk=viewer.user_id)
    if Visit.objects.filter(served_by_id=viewer.user_id, state__in=AT_COUNTER).exists():
        raise StillServing(StillServing.__doc__)


def _call(visit: Visit, counter: str, viewer: Viewer, at: datetime) -> Visit:
    turn = open_turn(visit)
    if turn.called_at is None:
        turn.called_at = at
        turn.save(update_fields=["called_at"])
    visit.state, visit.counter, visit.served_by_id, visit.calls = State.CALLED, counter, viewer.user_id, visit.calls + 1
    visit.save(update_fields=["state", "counter", "served_by", "calls"])
    tell_staff(visit, NumberCalled(visit.number, counter, visit.calls), viewer=viewer, at=at)
    return visit
