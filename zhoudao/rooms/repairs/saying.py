"""What is wrong, and its photos, as a form says them: whoever reads photos themselves gives the same.

Port: `Reader` reads a photo for the serial number and error code on it. People type both as long as none is named;
what a reader finds is only filled in for them to look at.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS, Said

_LONGEST = 2_000


class Sent(Protocol):
    """A file of a form."""

    def read(self) -> bytes:
        """Its bytes."""


@frozen
class Seen:
    """What a photo shows: a serial number and an error code, each empty where there is none, and how sure that is
    (0 to 100).
    """

    serial: str = ""
    error_code: str = ""
    confidence: int = 0


class Reader(Protocol):
    """Somebody who reads photos of name plates and displays."""

    def read(self, photo: bytes) -> Seen:
        """What is on it."""


def said_in(given: Mapping[str, str], photos: Sequence[Sent]) -> Said:
    """What was said in a form with these fields: symptom, error_code, words."""
    words = str(given.get("words", "")).replace("\0", "").strip()[:_LONGEST]
    code = str(given.get("error_code", ""))[:40]
    pictures = [one.read() for one in photos[: MOST_PHOTOS + 1]]
    return Said(str(given.get("symptom", "")), code, words, pictures)
