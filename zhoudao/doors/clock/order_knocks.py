"""What the clock looks for of orders on their way: holds past their time, promises that cannot be kept, news that
waited for the morning, numbers nobody claimed, returns nobody sent.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.aftersales.commands.deciding import expire_return, never_sent
from zhoudao.rooms.orders.commands.overdue import holds_past_due, note_overdue
from zhoudao.rooms.parcels.commands.foreseeing import foresee_late, hardly_kept
from zhoudao.rooms.parcels.commands.forgetting import forget_unknown
from zhoudao.rooms.voice.order_news import news_due, tell_held

_BATCH = 200


def holds_overdue(at: datetime, real: datetime) -> Iterator[Knock]:
    """Holds nobody ended by their time."""
    for hold_id in holds_past_due(at, limit=_BATCH):
        yield f"hold {hold_id}", partial(note_overdue, hold_id, at=at)


def promises_of_orders(at: datetime, real: datetime) -> Iterator[Knock]:
    """Orders that have not left and will hardly arrive by the promised day."""
    for order_id in hardly_kept(at, limit=_BATCH):
        yield f"order {order_id}", partial(foresee_late, order_id, at=at)


def held_news(at: datetime, real: datetime) -> Iterator[Knock]:
    """What customers are told of their parcels now that the night is over."""
    for news_id in news_due(at, limit=_BATCH):
        yield f"news {news_id}", partial(tell_held, news_id, at=at, real_now=real)


def unclaimed_numbers(at: datetime, real: datetime) -> Iterator[Knock]:
    """Numbers that carriers spoke of and no parcel of ours ever had."""
    yield "unclaimed numbers", partial(forget_unknown, at=at)


def returns_never_sent(at: datetime, real: datetime) -> Iterator[Knock]:
    """Returns that were agreed to and whose last day is over."""
    for request_id in never_sent(at, limit=_BATCH):
        yield f"return {request_id}", partial(expire_return, request_id=request_id, by=By("system:clock"), at=at)
