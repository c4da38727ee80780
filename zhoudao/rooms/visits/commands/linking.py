"""A visit is somebody's: joined with what was written down at the counter, and forgotten after its time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.visits.commands.holding import hold_line, tell_staff
from zhoudao.rooms.visits.events import VisitLinked
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.reach import SERVE, may_reach
from zhoudao.rooms.visits.refusals import VisitNotFound
from zhoudao.rooms.visits.told import forget_told

KEPT = timedelta(days=30)
_BATCH = 200


@transaction.atomic
def link_visit(*, visit_id: UUID, conversation_id: UUID, viewer: Viewer, at: datetime) -> Visit:
    """This will join a visit with what was noted at the counter of its store; again with the same, nothing happens.

    Raises: VisitNotFound
    """
    visit = Visit.objects.filter(id=visit_id).first()
    thread = Conversation.objects.filter(id=conversation_id, store_id=visit.store_id).first() if visit else None
    if visit is None or thread is None or not may_reach(viewer, visit.store_id, SERVE):
        raise VisitNotFound(VisitNotFound.__doc__)
    hold_line(visit.store_id)
    visit = Visit.objects.select_for_update(of=("self",)).get(id=visit_id)
    if visit.conversation_id != thread.id:
        visit.conversation_id, visit.customer_id = thread.id, thread.customer_id
        visit.save(update_fields=["conversation", "customer"])
        tell_staff(visit, VisitLinked(visit.number), viewer=viewer, at=at)
    return visit


@transaction.atomic
def forget_old_visits(*, at: datetime) -> int:
    """This will destroy names and numbers of visits that ended 30 days ago; returns how many, 200 at most."""
    rows = Visit.objects.filter(ended_at__lt=at - KEPT, told_sealed__isnull=False).order_by("ended_at")
    old = list(rows.select_for_update(skip_locked=True, of=("self",))[:_BATCH])
    forget_told(old)
    return len(old)
