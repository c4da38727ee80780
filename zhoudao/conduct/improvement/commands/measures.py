"""What is to be done for an initiative, and the cases that show why."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.improvement.commands.holding import hold_initiative, tell, written
from zhoudao.conduct.improvement.events import MeasureTicked
from zhoudao.conduct.improvement.models import Initiative, InitiativeCase, Measure
from zhoudao.conduct.improvement.refusals import CaseNotFound, MeasureUnsound, NotThere
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

MOST, MOST_CASES = 40, 100


@transaction.atomic
def add_measure(*, initiative_id: UUID, words: str, viewer: Viewer, at: datetime) -> Measure:
    """This will add something to be done. Raises: InitiativeNotFound, NotThere, MeasureUnsound"""
    one = _open(initiative_id, viewer)
    said = written(words, 200)
    if not said or one.measures.count() >= MOST:
        raise MeasureUnsound
    return Measure.objects.create(initiative=one, words=said, added_at=at)


@transaction.atomic
def drop_measure(*, initiative_id: UUID, measure_id: UUID, viewer: Viewer) -> None:
    """This will take away what is not to be done after all. Raises: InitiativeNotFound, NotThere"""
    _open(initiative_id, viewer).measures.filter(id=measure_id, done_at=None).delete()


@transaction.atomic
def tick_measure(*, initiative_id: UUID, measure_id: UUID, is_done: bool, viewer: Viewer, at: datetime) -> Measure:
    """This will note that it is done, or is not after all. Safe to repeat.

    Raises: InitiativeNotFound, NotThere, MeasureUnsound
    """
    one = _open(initiative_id, viewer)
    measure = one.measures.filter(id=measure_id).first()
    if measure is None:
        raise MeasureUnsound
    if (measure.done_at is not None) != is_done:
        measure.done_at, measure.done_by_id = (at, viewer.user_id) if is_done else (None, None)
        measure.save(update_fields=["done_at", "done_by"])
        tell(one, MeasureTicked(str(measure.id), is_done), actor=viewer.actor, at=at)
    return measure


@transaction.atomic
def tie_case(*, initiative_id: UUID, number: str, viewer: Viewer, at: datetime) -> InitiativeCase:
    """This will note a case that shows why; noted once. Raises: InitiativeNotFound, NotThere, CaseNotFound"""
    one = _open(initiative_id, viewer)
    case = Case.objects.filter(visible(viewer.within("cases:read")), number=number.strip()[:20]).first()
    if case is None or one.ties.count() >= MOST_CASES:
        raise CaseNotFound
    tie, _new = InitiativeCase.objects.get_or_create(initiative=one, case=case, defaults={"tied_at": at})
    return tie


@transaction.atomic
def untie_case(*, initiative_id: UUID, tie_id: UUID, viewer: Viewer) -> None:
    """This will take a case away again. Raises: InitiativeNotFound, NotThere"""
    _open(initiative_id, viewer).ties.filter(id=tie_id).delete()


def tie_numbers(one: Initiative, numbers: list[str], *, at: datetime) -> None:
    """This will tie the cases of these numbers, as far as there are such (of a finding of our own)."""
    cases = Case.objects.filter(number__in=numbers[:MOST_CASES]).values_list("id", flat=True)
    rows = [InitiativeCase(initiative=one, case_id=case_id, tied_at=at) for case_id in cases]
    InitiativeCase.objects.bulk_create(rows, ignore_conflicts=True)


def _open(initiative_id: UUID, viewer: Viewer) -> Initiative:
    one = hold_initiative(initiative_id, viewer)
    if not one.is_open:
        raise NotThere
    return one
