"""A code is six digits that only our key can tell from the row they were asked in: nothing stores them."""

from datetime import timedelta
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.customers.claims import index_of
from zhoudao.rooms.entrances.models import Challenge

LASTS = timedelta(minutes=10)
TRIES = 5
_DIGITS = 6


def code_of(challenge_id: UUID) -> str:
    """The code of a challenge."""
    number = int.from_bytes(box.blind_index("entrances.code", challenge_id.hex), "big")
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def seal_value(challenge: Challenge, value: str) -> None:
    """This will keep where the code goes with an unsaved challenge."""
    key = box.new_key(challenge.id)
    key.save(force_insert=True)
    challenge.value_index = index_of(challenge.kind, value)
    challenge.value_sealed = box.seal(key.id, value, place=_place(challenge))


def value_of(challenge: Challenge) -> str:
    """Where the code goes."""
    return box.open_text(challenge.value_sealed, place=_place(challenge))


def _place(challenge: Challenge) -> str:
    return f"challenge.value.{challenge.id}"
