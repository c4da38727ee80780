"""Looking back on an incident: what happened, why, and who does what until when so that it does not come again."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.incidents.commands.holding import hold, in_charge, tell, written
from zhoudao.rooms.incidents.commands.opening import LONGEST_TEXT
from zhoudao.rooms.incidents.commands.steering import may_take_part
from zhoudao.rooms.incidents.events import ActionDone, ActionGiven, ActionReopened, IncidentReviewed
from zhoudao.rooms.incidents.models import Action, Incident, Part, Review, Stage
from zhoudao.rooms.incidents.refusals import ActionNotFound, ActionUnsound, NotResolved, ReviewWordless
from zhoudao.rooms.incidents.telling import tell_action, tell_late

MOST_ACTIONS = 40
_FARTHEST_DAYS = 730


@frozen
class LookedBack:
    """A review as somebody writes it."""

    happened: str
    went_well: str = ""
    went_badly: str = ""
    root_cause: str = ""


@transaction.atomic
def review_incident(*, incident_id: UUID, looked: LookedBack, viewer: Viewer, at: datetime) -> Incident:
    """This will keep the review, new or rewritten; the incident counts as reviewed from then on.

    Raises: IncidentNotFound, NotInCharge, NotResolved, ReviewWordless
    """
    incident = hold(incident_id)
    in_charge(incident, viewer, *Part)
    if incident.is_under_way or viewer.user_id is None:
        raise NotResolved
    texts = {name: written(getattr(looked, name), LONGEST_TEXT) for name in LookedBack.__dataclass_fields__}
    if not texts["happened"]:
        raise ReviewWordless
    who = {"written_by_id": viewer.user_id, "written_at": at}
    Review.objects.update_or_create(incident=incident, defaults=texts | who)
    if incident.stage != Stage.REVIEWED:
        incident.stage, incident.reviewed_at, incident.changed_at = Stage.REVIEWED, at, at
        incident.save()
    tell(incident, IncidentReviewed(), actor=viewer.actor, at=at)
    return incident


@transaction.atomic
def give_action(
    *, incident_id: UUID, words: str, owner_id: UUID, due_date: date, viewer: Viewer, at: datetime
) -> Action:
    """This will give somebody something to do until a day; they are told.

    Raises: IncidentNotFound, NotInCharge, ActionUnsound
    """
    incident = hold(incident_id)
    in_charge(incident, viewer, *Part)
    said, ahead = written(words, 200), (due_date - at.astimezone(clock.zone()).date()).days
    full = incident.actions.count() >= MOST_ACTIONS
    if not said or not 0 <= ahead <= _FARTHEST_DAYS or full or not may_take_part(owner_id):
        raise ActionUnsound
    action = Action.objects.create(incident=incident, words=said, owner_id=owner_id, due_date=due_date, added_at=at)
    tell(incident, ActionGiven(str(action.id), str(owner_id), due_date.isoformat()), actor=viewer.actor, at=at)
    tell_action(action, by=viewer, at=at)
    return action


@transaction.atomic
def tick_action(*, incident_id: UUID, action_id: UUID, is_done: bool, viewer: Viewer, at: datetime) -> Action:
    """This will note that it is done, or is not after all; its owner may, and whoever has a part. Safe to repeat.

    Raises: IncidentNotFound, ActionNotFound, NotInCharge
    """
    incident = hold(incident_id)
    action = incident.actions.filter(id=action_id).first()
    if action is None:
        raise ActionNotFound
    if action.owner_id != viewer.user_id:
        in_charge(incident, viewer, *Part)
    if (action.done_at is not None) != is_done:
        action.done_at, action.done_by_id = (at, viewer.user_id) if is_done else (None, None)
        action.save(update_fields=["done_at", "done_by"])
        fact = ActionDone(str(action.id)) if is_done else ActionReopened(str(action.id))
        tell(incident, fact, actor=viewer.actor, at=at)
    return action


@transaction.atomic
def remind_of_action(action_id: UUID, *, at: datetime) -> bool:
    """This will tell owner and lead once that an action is late; safe to repeat."""
    action = Action.objects.select_for_update(of=("self",)).select_related("incident").filter(id=action_id).first()
    today = at.astimezone(clock.zone()).date()
    if action is None or action.done_at or action.told_late_at or action.due_date >= today:
        return False
    action.told_late_at = at
    action.save(update_fields=["told_late_at"])
    tell_late(action, at=at)
    return True
