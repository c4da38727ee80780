"""Two cases about one thing become one, and can be taken apart again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.holding import hold, hold_active, refuse_forgotten, tell
from zhoudao.rooms.cases.commands.promising import end_promises, made_fact
from zhoudao.rooms.cases.commands.retracing import Course, course_from, course_of, course_of_merged, store
from zhoudao.rooms.cases.commands.turns import walk
from zhoudao.rooms.cases.events import (
    CaseAbsorbed,
    CaseLinked,
    CaseMerged,
    CaseReleased,
    CaseReopened,
    CaseResolved,
    CaseResumed,
    CaseUnlinked,
    CaseWaiting,
    MergeUndone,
)
from zhoudao.rooms.cases.models import ACTIVE, WORKING, BeforeMerge, Case, CaseLink, Promise, Status
from zhoudao.rooms.cases.refusals import CaseNotFound, CaseNotMerged, SameCase, SurvivorMerged


@transaction.atomic
def merge_cases(*, case_id: UUID, into_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will merge a case into another, which from now on gets its messages and owes what it owed, by the same time;
    a survivor that waited or was solved is opened again for it. Returns the survivor.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, SameCase
    """
    if case_id == into_id:
        raise SameCase
    first, second = sorted([case_id, into_id])  # one order for everybody, so that two merges cannot deadlock
    held = {first: hold_active(first, viewer), second: hold_active(second, viewer)}
    loser, survivor = held[case_id], held[into_id]
    course, owed = course_of(survivor), list(loser.promises.filter(ended_at=None).order_by("id"))
    before = survivor.status
    course.absorb(loser, loser.status, owed, at)
    loser.status_before_merge, loser.status = loser.status, Status.MERGED
    loser.merged_into, loser.merged_at, loser.updated_at = survivor, at, max(loser.updated_at, at)
    end_promises(loser, at=at)
    loser.save()
    memory = {"survivor": course.on_the_way[loser.id], "owed": [str(one.id) for one in owed]}
    BeforeMerge.objects.update_or_create(case=loser, defaults=memory)
    tell(loser, CaseMerged(survivor.number), actor=viewer.actor, at=at)
    _store(course, at)
    facts: list[Fact] = [CaseAbsorbed(loser.number, str(loser.id))]
    facts += _turned(survivor, before, "merged")
    facts += [made_fact(one) for one in course.running() if one.from_case in (loser.id, *_origins(owed))]
    tell(survivor, *facts, actor=viewer.actor, at=at)
    return survivor


@transaction.atomic
def undo_merge(*, case_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will take a merged case apart again: both have the status and clocks that their own messages since then and
    before imply, as if they had never met.

    Raises: CaseNotFound, CaseNotMerged, SurvivorMerged, CustomerForgotten
    """
    case = hold(case_id, viewer)
    if case.status != Status.MERGED or case.merged_into_id is None or case.merged_at is None:
        raise CaseNotMerged
    refuse_forgotten(case)
    survivor, merged_at = hold(case.merged_into_id), case.merged_at
    if survivor.status == Status.MERGED:
        raise SurvivorMerged
    was = case.status_before_merge or Status.OPEN
    course = course_of_merged(case, merged_at)
    case.status, case.status_before_merge = Status(was), ""
    case.merged_into = case.merged_at = None
    case.save(update_fields=["status", "merged_into", "merged_at"])  # its messages are the survivor's no longer
    walk(course, merged_at, after=_told(case, CaseMerged.name))
    _store(course, at)
    _remember(course)
    tell(case, MergeUndone(survivor.number), *_turned(case, was, "unmerged"), actor=viewer.actor, at=at)
    _go_back(survivor, case, merged_at, viewer, at)
    return case


def _go_back(survivor: Case, case: Case, merged_at: datetime, viewer: Viewer, at: datetime) -> None:
    """The survivor stands as it would without what was merged into it at that moment."""
    memory = BeforeMerge.objects.filter(case=case).first()
    facts: list[Fact] = [CaseReleased(case.number, str(case.id))]
    if memory is not None:  # merged by an older version: what the survivor owes is not known, so it owes all of it
        before = survivor.status
        course = course_from(survivor, memory.survivor, merged_at)
        walk(course, merged_at, after=_told(survivor, CaseAbsorbed.name, case_id=str(case.id)))
        _store(course, at)
        _remember(course)
        memory.delete()
        facts += _turned(survivor, before, "unmerged")
    tell(survivor, *facts, actor=viewer.actor, at=at)


def _store(course: Course, at: datetime) -> None:
    case = course.case
    case.updated_at = max(case.updated_at, at)
    store(course)
    case.save()


def _remember(course: Course) -> None:
    """Whoever is taken apart later finds this case as it now was then."""
    for other_id, state in course.on_the_way.items():
        BeforeMerge.objects.filter(case_id=other_id).update(survivor=state)


def _turned(case: Case, before: str, why: str) -> list[Fact]:
    """What is told when a case stands otherwise than before."""
    if case.status == before:
        return []
    if case.status == Status.WAITING:
        return [CaseWaiting()]
    if case.status == Status.RESOLVED:
        return [CaseResolved(case.outcome, case.cause, None)]
    is_again = before in (Status.RESOLVED, Status.CLOSED) and case.status in ACTIVE
    return [CaseReopened(why)] if is_again else [CaseResumed(why)] if case.status in WORKING else []


def _told(case: Case, name: str, **attributes: str) -> int:
    """The number of the last event of this name among the case's own."""
    rows = Event.objects.filter(primary_id=case.id, type=name, attributes__contains=attributes)
    return rows.order_by("-seq").values_list("seq", flat=True)[0]


def _origins(owed: list[Promise]) -> list[UUID]:
    return [one.from_case for one in owed if one.from_case is not None]


@transaction.atomic
def link_cases(*, case_id: UUID, target_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will note that two cases belong together.

    Raises: CaseNotFound, SameCase
    """
    if case_id == target_id:
        raise SameCase
    case, target = hold(case_id, viewer), hold(target_id, viewer)
    _, made = CaseLink.objects.get_or_create(source=case, target=target, kind="related")
    if made:
        tell(case, CaseLinked(target.number, "related"), actor=viewer.actor, at=at)


@transaction.atomic
def unlink_cases(*, case_id: UUID, target_id: UUID | None = None, viewer: Viewer, at: datetime) -> None:
    """This will take the note back, whichever of the two it was made on; without `target_id` the last one made.

    Raises: CaseNotFound
    """
    case = hold(case_id, viewer)
    links = CaseLink.objects.filter(Q(source=case) | Q(target=case), kind="related").select_related("source", "target")
    if target_id is not None:
        links = links.filter(Q(source_id=target_id) | Q(target_id=target_id))
    link = links.order_by("-id").first()
    if link is None:
        raise CaseNotFound
    other = link.target if link.source_id == case.id else link.source
    link.delete()
    tell(case, CaseUnlinked(other.number), actor=viewer.actor, at=at)
