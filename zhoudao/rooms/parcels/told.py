"""What a source says of one parcel, in our words."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from zhoudao.kit.text import clip, mask_personal
from zhoudao.rooms.parcels.carriers import is_code, is_number, tidied_number
from zhoudao.rooms.parcels.models import State

MOST_MARKS = 500
_LONGEST_TEXT, _LONGEST_PLACE = 500, 80


class Unread(Exception):
    """This is no report as agreed; says what is wrong and where, never what was written."""


@dataclass(frozen=True)
class Said:
    """One thing a carrier said: when (with its zone), what it means, in its own words, and where."""

    at: datetime
    state: str
    text: str = ""
    place: str = ""

    @property
    def key(self) -> bytes:
        """What tells it from everything else the carrier says of this parcel."""
        words = "\0".join((str(int(self.at.timestamp())), self.state, self.text))
        return hashlib.sha256(words.encode()).digest()[:16]


@dataclass(frozen=True)
class Told:
    """What is said of one number of one carrier, in any order."""

    carrier: str
    tracking_number: str
    said: tuple[Said, ...]
    expected_at: datetime | None = None


def told(carrier: str, number: str, said: list[Said], *, expected_at: datetime | None = None) -> Told:
    """What was said, tidied: numbers in capitals, telephone numbers masked, nothing longer than is kept.

    Raises: Unread
    """
    carrier, number = carrier.strip().lower(), tidied_number(number)
    if not is_code(carrier):
        raise Unread("carrier: this is no carrier's code")
    if not is_number(number):
        raise Unread("tracking_number: 4 to 40 letters and digits")
    if len(said) > MOST_MARKS:
        raise Unread(f"more than {MOST_MARKS} events")
    return Told(carrier, number, tuple(_tidied(one) for one in said), expected_at)


def _tidied(one: Said) -> Said:
    if one.state not in State.values:
        raise Unread("state: one of " + ", ".join(State.values))
    if one.at.tzinfo is None or not 2000 <= one.at.year <= 2100:
        raise Unread("at: a moment with its zone, of this century")
    text = mask_personal(one.text.replace("\0", " ").strip())[0]
    return Said(
        one.at,
        one.state,
        clip(text, _LONGEST_TEXT)[:_LONGEST_TEXT],
        one.place.replace("\0", " ").strip()[:_LONGEST_PLACE],
    )
