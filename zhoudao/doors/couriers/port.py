"""What a kind of courier service can do. Each lives in a folder: asking, listening, and a double to test with."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import Client
from zhoudao.rooms.aftersales.queries.for_customers import Address
from zhoudao.rooms.aftersales.setups import Setup
from zhoudao.rooms.pickups.answers import Said
from zhoudao.rooms.pickups.models import CourierService, Pickup
from zhoudao.rooms.pickups.setups import offer

SECONDS = 15.0  # for one exchange; an errand has two at most, which `waking.CLAIM` outlasts


class NotTrusted(Exception):
    """This is not signed as agreed."""


@frozen
class Kind:
    """`book` tells a service to send a courier, one however often it is told within two days; `call_off` that none
    shall come; `ask` asks how it stands. All say `unheard` where there is no answer that counts. `hear` checks and
    reads what was posted of a pick-up, or raises NotTrusted; None: it says nothing of where it stands. `taken` answers
    it, `untaken` refuses it with this status.
    """

    setup: Setup
    book: Callable[[CourierService, Pickup, Address, datetime], Said]
    call_off: Callable[[CourierService, Pickup], Said]
    ask: Callable[[CourierService, Pickup], Said]
    hear: Callable[[Pickup, HttpRequest], Said | None]
    taken: Callable[[], HttpResponse]
    untaken: Callable[[int], HttpResponse]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """This will have services of this kind told, asked, heard and set up."""
    _kinds[kind.setup.kind] = kind
    offer(kind.setup)


def kind_of(code: str) -> Kind | None:
    """A kind by its code."""
    return _kinds.get(code)


def client() -> Client:
    """How services are asked."""
    return Client(allowed=settings.OUTGOING_NETWORKS, seconds=SECONDS, max_bytes=256 * 1024)
