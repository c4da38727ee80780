"""What a kind of source can do. Each lives in a folder: listening, reading, asking, and a double to test with."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from zhoudao.kit.frozen import frozen
from zhoudao.kit.outgoing import Client
from zhoudao.rooms.parcels.models import Parcel, TrackingSource
from zhoudao.rooms.parcels.setups import Setup, offer
from zhoudao.rooms.parcels.told import Told


class NotTrusted(Exception):
    """This is not signed as agreed."""


class Refused(Exception):
    """The source answered, and not with what was asked for; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@frozen
class Kind:
    """`hear` checks what was posted and returns the report's key, or raises NotTrusted; `taken` answers it; `read`
    understands a report, posted or asked for, or raises Unread; `follow` asks to be told of a parcel, `ask` where one
    is; both raise NotAsked and Refused.
    """

    setup: Setup
    hear: Callable[[TrackingSource, HttpRequest], str]
    taken: Callable[[bool], HttpResponse]
    read: Callable[[bytes], Iterable[Told]]
    follow: Callable[[TrackingSource, Parcel], None] | None = None
    ask: Callable[[TrackingSource, Parcel], bytes] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """This will have sources of this kind heard, read, asked and set up."""
    _kinds[kind.setup.kind] = kind
    offer(kind.setup)


def kind_of(code: str) -> Kind | None:
    """A kind by its code."""
    return _kinds.get(code)


def readers() -> dict[str, Any]:
    """How reports are read, by kind."""
    return {code: kind.read for code, kind in _kinds.items()}


def client() -> Client:
    """How sources are asked."""
    return Client(allowed=settings.OUTGOING_NETWORKS, seconds=15, max_bytes=1024 * 1024)
