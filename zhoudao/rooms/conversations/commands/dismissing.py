"""A person has looked at what could not be taken, and says what became of it."""

from datetime import datetime

from django.db import transaction

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.conversations.events import DeliveryDismissed
from zhoudao.rooms.conversations.models import Delivery


class NothingToDismiss(Exception):
    """This delivery was understood or set aside already."""


class NoteMissing(Exception):
    """Say in a few words what became of it."""


@transaction.atomic
def dismiss_delivery(delivery: Delivery, *, note: str, viewer: Viewer, at: datetime) -> None:
    """This will set a failed delivery aside with a colleague's note; it is kept and can still be tried again.

    Raises: NoteMissing, NothingToDismiss
    """
    if not note.strip():
        raise NoteMissing(NoteMissing.__doc__)
    row = Delivery.objects.select_for_update(of=("self",)).get(id=delivery.id)
    if row.status != "failed":
        raise NothingToDismiss(NothingToDismiss.__doc__)
    row.status, row.detail = "ignored", clip(mask_personal(note.strip().replace("\0", ""))[0], 500)
    row.save(update_fields=["status", "detail"])
    record(DeliveryDismissed(), at=at, by=By(viewer.actor), about=[About("delivery", row.id)])
