"""Who holds what of a person: every room with words or data of customers says so once, tells it and forgets it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from zhoudao.kit.frozen import frozen

Ids = Sequence[UUID]


def _nothing(ids: Ids) -> None:
    return None


@frozen
class Keeper:
    """`held`: all of it as JSON; `forget` destroys it; `refuse` raises when it is still needed. Rooms never commit."""

    name: str
    held: Callable[[Ids], Any]
    forget: Callable[[Ids, datetime], None]
    refuse: Callable[[Ids], None] = _nothing


_keepers: dict[str, Keeper] = {}


def keep(keeper: Keeper) -> None:
    """This will have a room asked whenever somebody wants their data, or wants to be forgotten."""
    _keepers[keeper.name] = keeper


def keepers() -> list[Keeper]:
    """All there are, in the order they were named."""
    return list(_keepers.values())
