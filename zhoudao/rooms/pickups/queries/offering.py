"""Whether somebody can be sent for a return, from where, and what it costs its customer."""

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.aftersales.models import ReturnRequest, State
from zhoudao.rooms.aftersales.policies import kept_for, terms_of
from zhoudao.rooms.aftersales.queries.for_customers import Address
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.models import LIVE, CourierService, Pickup

_LONGEST = {"name": 40, "phone": 30, "address": 200, "province": 40, "city": 40, "district": 40}


@frozen
class Offer:
    """Who would be asked to fetch a return, where it goes, and what its customer pays for that (0: nothing)."""

    service: CourierService
    goal: Address
    fee_minor: int


def service_for() -> CourierService | None:
    """Who is given new pick-ups (one statement)."""
    return CourierService.objects.filter(is_active=True).order_by("code").first()


def fee_of(request: ReturnRequest) -> int | None:
    """What having it fetched costs its customer, by the terms it was taken on; None: it is not fetched."""
    return kept_for(request, terms_of(request).fetching_minor)


def offer_of(request: ReturnRequest, goal: Address | None) -> Offer | None:
    """Whether somebody can be sent for it now (one statement at most). `goal`: where it would go."""
    fee = fee_of(request)
    if fee is None or goal is None or not may_be_fetched(request, goal):
        return None
    service = service_for()
    return Offer(service, goal, fee) if service else None


def may_be_fetched(request: ReturnRequest, goal: Address | None) -> bool:
    """Whether it could be fetched if there is somebody to do so (no statement)."""
    is_known = goal is not None and bool(goal.street and goal.phone)
    return request.state == State.APPROVED and is_known and fee_of(request) is not None


def pickup_of(request: ReturnRequest) -> Pickup | None:
    """The pick-up of a return that counts: the newest (one statement)."""
    return Pickup.objects.filter(request_id=request.id).order_by("-id").first()


@frozen
class Seen:
    """The newest pick-up of a return, and who would fetch it now: a carrier's code, empty for nobody."""

    pickup: Pickup | None
    carrier: str


def seen_of(request: ReturnRequest) -> Seen:
    """What a return's page looks at (one statement, one more for a pick-up)."""
    newest = Pickup.objects.filter(request=OuterRef("pk")).order_by("-id").values("id")[:1]
    carrier = CourierService.objects.filter(is_active=True).order_by("code").values(carrier=KT("config__carrier"))[:1]
    rows = ReturnRequest.objects.filter(id=request.id).values_list(Subquery(newest), Subquery(carrier))
    pickup_id, code = rows[0]
    return Seen(Pickup.objects.get(id=pickup_id) if pickup_id else None, code or "")


def live_pickup(request: ReturnRequest) -> Pickup | None:
    """The pick-up of a return a courier may still come for (one statement)."""
    return Pickup.objects.filter(request_id=request.id, state__in=LIVE).first()


def known_sender(request: ReturnRequest) -> Recipient:
    """From where it would be fetched unless something else is said: where its order was delivered, in clear."""
    return recipient_of(request.order)


def sender_with(known: Recipient, said: Recipient) -> Recipient | None:
    """What was said in place of what is known; a new street is taken with its own region, as far as one is said. None:
    something is missing, or the telephone is none.
    """
    tidy = Recipient(
        **{name: " ".join(getattr(said, name).replace("\0", "").split())[:n] for name, n in _LONGEST.items()}
    )
    place = tidy if tidy.address else known
    region = {name: getattr(tidy, name) or getattr(known, name) for name in ("province", "city", "district")}
    try:
        phone = normalise_phone(tidy.phone or known.phone)
    except NotAPhone:
        return None
    found = Recipient(tidy.name or known.name, phone, place.address, **region)
    return found if found.name and found.address and (found.city or found.province) else None
