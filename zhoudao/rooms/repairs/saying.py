"""What is wrong, and its photos, as a form says them; and what was read off photos, to be looked at first."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS, Said
from zhoudao.rooms.repairs.models import ErrorCode, PhotoReading

_LONGEST, MOST_READ = 2_000, 4


class Sent(Protocol):
    """A file of a form."""

    def read(self) -> bytes:
        """Its bytes."""


def said_in(given: Mapping[str, str], photos: Sequence[Sent]) -> Said:
    """What was said in a form with these fields: symptom, error_code, words."""
    words = str(given.get("words", "")).replace("\0", "").strip()[:_LONGEST]
    code = str(given.get("error_code", ""))[:40]
    pictures = [one.read() for one in photos[: MOST_PHOTOS + 1]]
    return Said(str(given.get("symptom", "")), code, words, pictures)


@frozen
class Filled:
    """A form as photos fill it in: the item number, its serial number, the error code and what that means; each empty
    where photos say nothing, or do not agree.
    """

    sku: str = ""
    serial: str = ""
    error_code: str = ""
    meaning: ErrorCode | None = None


def readings_in(order_id: UUID, asked: Sequence[str]) -> list[PhotoReading]:
    """The readings of an order that a form names (one statement); those of others are as if there were none."""
    ids = [found for found in map(uuid_in, asked[:MOST_READ]) if found is not None]
    rows = PhotoReading.objects.filter(id__in=ids, order_id=order_id, repair=None)
    return list(rows.order_by("id")) if ids else []


def filled_by(readings: Sequence[PhotoReading]) -> Filled:
    """What readings fill in (one statement at most)."""
    numbers = {(one.serial, one.sku) for one in readings if one.serial}
    codes = {one.error_code for one in readings if one.error_code}
    serial, sku = next(iter(numbers)) if len(numbers) == 1 else ("", "")
    code = codes.pop() if len(codes) == 1 else ""
    sku = sku or next((one.sku for one in readings if one.sku), "")
    meaning = ErrorCode.objects.filter(make_id=sku, code=code).first() if code and sku else None
    return Filled(sku, serial, code, meaning)
