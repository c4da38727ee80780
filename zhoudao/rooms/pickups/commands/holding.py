"""Getting hold of a pick-up and its return, and telling what happened to it."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.aftersales.commands.holding import hold_return
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.refusals import PickupNotFound

SYSTEM = By("system:couriers")


def hold_pickup(pickup_id: UUID) -> Pickup:
    """A pick-up with its return and order, all locked: the order first, as everybody does. Raises: PickupNotFound."""
    known = Pickup.objects.filter(id=pickup_id).values_list("request_id", flat=True).first()
    if known is None:
        raise PickupNotFound(PickupNotFound.__doc__)
    _order, request = hold_return(known)
    pickup = Pickup.objects.select_for_update().get(id=pickup_id)
    pickup.request = request
    return pickup


def tell(pickup: Pickup, fact: Fact, *, by: By, at: datetime) -> None:
    """This will record what happened to a held pick-up, for it, its return, order, customer and case."""
    request = pickup.request
    about = [
        About("pickup", pickup.id),
        About("return", request.id),
        About("order", request.order_id),
        About("customer", request.customer_id),
    ]
    if request.conversation_id is not None:
        about.append(About("conversation", request.conversation_id))
    record(fact, at=at, by=By(by.actor, store_id=request.store_id, channel=request.channel), about=about)
