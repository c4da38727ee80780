"""What the clock looks for of the quality of goods: faults that rise, answers due, stops, owners to tell."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from zhoudao.doors.clock.knocks import Knock
from zhoudao.ground.installation.clock import zone
from zhoudao.rooms.orders.commands.stopping import free_unstopped, hold_stopped, to_free, to_hold
from zhoudao.rooms.quality.commands.noticing import notices_due, remind_of_notice
from zhoudao.rooms.quality.commands.watching import look_for_faults
from zhoudao.rooms.quality.commands.words import end_word, owners_due, tell_owner, words_to_end

_BATCH = 200


def faults_to_find(at: datetime, real: datetime) -> Iterator[Knock]:
    """Products that go wrong more often than they did: once a day."""
    yield "faults", partial(look_for_faults, at=at, zone=zone().key)


def answers_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Quality notices whose answer is due soon, or late."""
    for notice_id in notices_due(at, limit=_BATCH):
        yield f"quality notice {notice_id}", partial(remind_of_notice, notice_id, at=at)


def stops_to_follow(at: datetime, real: datetime) -> Iterator[Knock]:
    """Orders with something whose sale is stopped, and those held for what is sold again."""
    for order_id in to_hold(_BATCH):
        yield f"stop {order_id}", partial(hold_stopped, order_id, at=at)
    for hold_id in to_free(_BATCH):
        yield f"go on {hold_id}", partial(free_unstopped, hold_id, at=at)


def owners_to_tell(at: datetime, real: datetime) -> Iterator[Knock]:
    """Owners of a product who are to hear something of it."""
    for owner_id in owners_due(at, limit=_BATCH):
        yield f"owner {owner_id}", partial(tell_owner, owner_id, at=at, real_now=real)
    for word_id in words_to_end():
        yield f"word {word_id}", partial(end_word, word_id, at=at)
