"""What every command on a pilot begins with: the right, the row's lock, the stage."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhoudao.conduct.pilots.models import Pilot
from zhoudao.conduct.pilots.refusals import NotAtThisStage, PilotNotFound
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip, mask_personal


def hold_pilot(pilot_id: UUID, viewer: Viewer, *, at_stages: Sequence[str] = ()) -> Pilot:
    """The pilot, locked. Raises: PilotNotFound, NotAtThisStage"""
    pilot = None
    if viewer.may("improvement:write"):
        rows = Pilot.objects.select_for_update(of=("self",)).select_related("version", "owner")
        pilot = rows.filter(id=pilot_id).first()
    if pilot is None:
        raise PilotNotFound
    if at_stages and pilot.stage not in at_stages:
        raise NotAtThisStage
    return pilot


def tell(pilot: Pilot, fact: Fact, *, actor: str, at: datetime, stores: Sequence[UUID] = ()) -> None:
    """This will record what happened to it. The caller holds it."""
    about = [About("pilot", pilot.id), *(About("store", store_id) for store_id in stores)]
    record(fact, at=at, by=By(actor), about=about)


def plain(text: str, most: int) -> str:
    """What a person wrote, as it is kept: without ends, personal data starred."""
    return mask_personal(clip(text.replace("\0", "").strip(), most))[0]
