"""What a kind of payment service can do. Each lives in a folder: sending, listening, and a double to test with."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import Client
from zhoudao.rooms.aftersales.answers import Said
from zhoudao.rooms.aftersales.models import PaymentService, Refund
from zhoudao.rooms.aftersales.setups import Setup, offer

SECONDS = 15.0  # for one exchange; an attempt has three at most, which `sending.CLAIM` outlasts


class NotTrusted(Exception):
    """This is not signed as agreed."""


@frozen
class Heard:
    """What a service told us by itself: of the refund of this number."""

    number: str
    said: Said


@frozen
class Kind:
    """`send` tells a service to pay a refund, once however often it is told; `ask` asks what became of it. Both say
    `unheard` where there is no answer that counts. `hear` checks and reads what was posted, or raises NotTrusted;
    `taken` answers it, `untaken` refuses it with this status.
    """

    setup: Setup
    send: Callable[[PaymentService, Refund], Said]
    ask: Callable[[PaymentService, Refund], Said]
    hear: Callable[[PaymentService, HttpRequest], Heard]
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
