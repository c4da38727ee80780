"""A pilot's checklist: ticked, taken back, and made longer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.conduct.pilots.checklists import OWN
from zhoudao.conduct.pilots.events import PilotItemTicked, coded
from zhoudao.conduct.pilots.holding import hold_pilot, plain, tell
from zhoudao.conduct.pilots.models import STAGES, Item
from zhoudao.conduct.pilots.refusals import ItemUnsound
from zhoudao.ground.accounts.viewer import Viewer

MOST = 40


@transaction.atomic
def tick_item(*, pilot_id: UUID, item_id: UUID, is_done: bool, viewer: Viewer, at: datetime) -> Item:
    """This will note that it is done, or is not after all. Safe to repeat.

    Raises: PilotNotFound, NotAtThisStage, ItemUnsound
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=STAGES)
    item = pilot.items.filter(id=item_id).first()
    if item is None:
        raise ItemUnsound
    if (item.ticked_at is not None) == is_done:
        return item
    item.ticked_at, item.ticked_by = (at, viewer.actor) if is_done else (None, "")
    item.save(update_fields=["ticked_at", "ticked_by"])
    fact = PilotItemTicked(item.code or OWN, coded(item.stage), is_done)
    tell(pilot, fact, actor=viewer.actor, at=at, stores=[item.store_id] if item.store_id else [])
    return item


@transaction.atomic
def add_item(*, pilot_id: UUID, stage: str, words: str, viewer: Viewer, at: datetime) -> Item:
    """This will have something of one's own ticked before this stage ends.

    Raises: PilotNotFound, NotAtThisStage, ItemUnsound
    """
    pilot = hold_pilot(pilot_id, viewer, at_stages=STAGES)
    said = plain(words, 200)
    if not said or stage not in STAGES or pilot.items.count() >= MOST:
        raise ItemUnsound
    return pilot.items.create(stage=stage, words=said)
