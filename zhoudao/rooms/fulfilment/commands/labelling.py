"""The label on a parcel: where it goes in clear, to whom only as far as a carrier needs."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.vault.models import Unmasking
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import mask_name, mask_phone
from zhoudao.rooms.fulfilment.commands.holding import hold_tote, is_stopped
from zhoudao.rooms.fulfilment.models import Step, Tote
from zhoudao.rooms.fulfilment.refusals import ToteElsewhere, ToteStopped
from zhoudao.rooms.orders.commands.holding import tell
from zhoudao.rooms.orders.events import RecipientSeen
from zhoudao.rooms.orders.sealed import recipient_of


@frozen
class Printed:
    """What stands on a label. Name and phone are masked; the address is whole."""

    tote: Tote
    order_number: str
    name: str
    phone: str
    region: str
    address: str


@transaction.atomic
def print_label(*, tote_id: UUID, by: By, at: datetime) -> Printed:
    """This will say what stands on a packed parcel's label, and record who had it printed.

    Raises: ToteNotFound, ToteElsewhere, ToteStopped
    """
    order, _wave, tote = hold_tote(tote_id)
    if tote.state not in (Step.PACKED, Step.SHIPPED):
        raise ToteElsewhere(ToteElsewhere.__doc__)
    if tote.state == Step.PACKED and is_stopped(tote, order):
        raise ToteStopped(ToteStopped.__doc__)
    who = recipient_of(order)
    Unmasking.objects.create(
        actor=by.actor, subject_id=order.customer_id, field="recipient", reason=f"label {tote.code}", at=at
    )
    tell(order, RecipientSeen(order.number), by=by, at=at)
    region = " ".join(filter(None, (who.province, who.city, who.district)))
    phone = mask_phone(who.phone.removeprefix("+86")) if who.phone else ""
    return Printed(tote, order.number, mask_name(who.name) if who.name else "", phone, region, who.address)
