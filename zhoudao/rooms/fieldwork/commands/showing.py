"""Somebody is shown where a visit is and whom to call; it is recorded."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fieldwork.commands.holding import hold_visit, tell
from zhoudao.rooms.fieldwork.events import PlaceShown
from zhoudao.rooms.fieldwork.models import OPEN
from zhoudao.rooms.fieldwork.refusals import NoSuchVisit, VisitTooFarOn
from zhoudao.rooms.fieldwork.sealed import Told, told_of


@transaction.atomic
def show_place(*, visit_id: UUID, viewer: Viewer, at: datetime) -> Told:
    """This will give the address, name and phone to whoever makes the visit, or may see people in clear.

    An engineer needs them as long as the visit is not over.

    Raises: NoSuchVisit, VisitTooFarOn
    """
    visit = hold_visit(visit_id)
    is_theirs = viewer.user_id is not None and viewer.user_id == visit.engineer_id
    if not viewer.may_wherever("customers:unmask"):
        if not is_theirs:
            raise NoSuchVisit(NoSuchVisit.__doc__)
        if visit.state not in OPEN:
            raise VisitTooFarOn(VisitTooFarOn.__doc__)
    tell(visit, PlaceShown(visit.number), by=By(viewer.actor), at=at)
    return told_of(visit)
