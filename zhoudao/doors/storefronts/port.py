"""What a kind of shop can do. Each lives in a folder: listening, reading, and a double to test with."""

from collections.abc import Callable

from django.http import HttpRequest

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.commands.posts import Read
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.storefronts.setups import Setup, offer


class NotTrusted(Exception):
    """This is not signed as agreed."""


@frozen
class Kind:
    """`hear` checks what was posted, on the bytes as they came, and returns its key: None when it is signed and no
    order; or raises NotTrusted. `read` understands an order, or raises Unread.
    """

    setup: Setup
    hear: Callable[[Storefront, HttpRequest], str | None]
    read: Read


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """This will have shops of this kind heard, read and set up."""
    _kinds[kind.setup.kind] = kind
    offer(kind.setup)


def kind_of(code: str) -> Kind | None:
    """A kind by its code."""
    return _kinds.get(code)


def reader_of(code: str) -> Read | None:
    """How orders of this kind are read."""
    kind = _kinds.get(code)
    return kind.read if kind else None
