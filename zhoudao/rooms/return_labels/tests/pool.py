"""Pools of prepaid numbers, for tests."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import CLERK, LINK, TEN
from zhoudao.rooms.pickups.models import CourierService
from zhoudao.rooms.pickups.tests.fetching import NEXT_DAY, ready, to_fetch
from zhoudao.rooms.return_labels.commands.bringing import bring_numbers
from zhoudao.rooms.return_labels.commands.taking import take_label
from zhoudao.rooms.return_labels.models import PrepaidNumber


def csv(rows: Iterable[str], head: str = "carrier,number,valid until,warehouse") -> bytes:
    """A file of these rows."""
    return "\n".join([head, *rows]).encode()


def brought(count: int = 3, *, carrier: str = "sf", first: int = 1, more: str = "", at: datetime = TEN) -> list[str]:
    """So many numbers, and where they go back to."""
    if not CourierService.objects.exists():
        ready()
    numbers = [f"{carrier.upper()}90000{n:05d}" for n in range(first, first + count)]
    bring_numbers(content=csv(f"{carrier},{one}{more}" for one in numbers), day=at.date(), by=CLERK, at=at)
    return numbers


def labelled(request: ReturnRequest | None = None, *, fee: int = 800, **more: Any) -> PrepaidNumber:
    """A return with a label: one chair for no reason, unless said otherwise; by the customer."""
    given: dict[str, Any] = {"language": "zh-hans", "by": LINK, "at": NEXT_DAY} | more
    return take_label(request_id=(request or to_fetch()).id, fee_minor=fee, **given)
