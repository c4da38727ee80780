"""Two cases about one thing become one, and can be taken apart again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import hold, hold_active, tell
from zhoudao.rooms.cases.commands.promising import end_promises, restart_promises
from zhoudao.rooms.cases.events import CaseLinked, CaseMerged, CaseUnlinked, MergeUndone
from zhoudao.rooms.cases.models import Case, CaseLink, Status
from zhoudao.rooms.cases.refusals import CaseNotFound, CaseNotMerged, SameCase


@transaction.atomic
def merge_cases(*, case_id: UUID, into_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will merge a case into another, which from now on gets its messages; returns the survivor.

    Raises: CaseNotFound, CaseMerged, CaseAlreadyClosed, SameCase
    """
    if case_id == into_id:
        raise SameCase
    first, second = sorted([case_id, into_id])  # one order for everybody, so that two merges cannot deadlock
    held = {first: hold_active(first, viewer), second: hold_active(second, viewer)}
    loser, survivor = held[case_id], held[into_id]
    loser.status_before_merge, loser.status = loser.status, Status.MERGED
    loser.merged_into, loser.merged_at, loser.updated_at = survivor, at, max(loser.updated_at, at)
    end_promises(loser, at=at)
    loser.save()
    tell(loser, CaseMerged(survivor.number), actor=viewer.actor, at=at)
    survivor.updated_at = max(survivor.updated_at, at)
    survivor.awaits_us = survivor.awaits_us or loser.awaits_us
    survivor.save()
    return survivor


@transaction.atomic
def undo_merge(*, case_id: UUID, viewer: Viewer, at: datetime) -> Case:
    """This will take a merged case apart again, as it was: status, clocks and all messages of its own conversation.

    Raises: CaseNotFound, CaseNotMerged
    """
    case = hold(case_id, viewer)
    if case.status != Status.MERGED or case.merged_into is None or case.merged_at is None:
        raise CaseNotMerged
    number, merged_at = case.merged_into.number, case.merged_at
    case.status, case.status_before_merge = case.status_before_merge or Status.OPEN, ""
    case.merged_into = case.merged_at = None
    case.updated_at = max(case.updated_at, at)
    restart_promises(case, merged_at)
    case.save()
    tell(case, MergeUndone(number), actor=viewer.actor, at=at)
    return case


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
