"""A washing machine whose makers said what its numbers look like, and photos of it that are read at once."""

from datetime import datetime

import numpy as np

from zhoudao.engines.photos.drawing import photographed, plate
from zhoudao.engines.photos.opening import PhotoUnread
from zhoudao.ground.files.store import read as read_file
from zhoudao.rooms.repairs.commands.describing import list_serials, set_error_code, set_masks
from zhoudao.rooms.repairs.commands.reading import Seen, begin_reading, finish_reading
from zhoudao.rooms.repairs.matching import beside, read
from zhoudao.rooms.repairs.models import PhotoReading
from zhoudao.rooms.repairs.tests.workshop import CLERK

PLATE = "ZD-0815-KQRS"


def described(at: datetime, *, registered: str = "") -> None:
    """What photos of the washing machine may show."""
    set_masks(sku="WM-8", masks="ZD-####-AAAA", by=CLERK, at=at)
    words = {"zh-Hans": "排水不畅，请先清理过滤网", "zh-Hant": "排水不暢，請先清理濾網", "en": "It does not drain"}
    set_error_code(sku="WM-8", code="E18", fault="pump", severity="stop", words=words, by=CLERK, at=at)
    if registered:
        list_serials(sku="WM-8", text=registered, by=CLERK, at=at)


def label(serial: str = PLATE, code: str = "Code128", level: int = 0) -> bytes:
    """A photo of its plate, with the number as a barcode."""
    rng = np.random.default_rng(1)
    return photographed(plate(rng, serial=serial, code=code), level, rng)


def read_now(reading: PhotoReading, at: datetime) -> PhotoReading:
    """The analyst's job."""
    found = begin_reading(reading.id)
    if found is not None:
        try:
            finish_reading(reading_id=found.id, seen=read(read_file(found.file), beside(found)), at=at)
        except PhotoUnread as refusal:
            finish_reading(reading_id=found.id, seen=Seen(), fault=refusal.code, at=at)
    reading.refresh_from_db()
    return reading
