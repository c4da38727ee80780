"""Photos are read in the analyst's process, the only one that loads OpenCV and the OCR, in a queue of their own."""

import logging
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.ground.files.store import read as read_file
from zhoudao.ground.installation.clock import now
from zhoudao.ground.vault.box import Unreadable
from zhoudao.rooms.repairs.commands.reading import JOB, QUEUE, Seen, begin_reading, finish_reading

_log = logging.getLogger(__name__)


@app.task(name=JOB, queue=QUEUE)
def read_photo(reading_id: str) -> None:
    """Reads one photo; read already, nothing happens. What goes wrong is said where it was asked for, and the number is
    typed by hand.
    """
    from zhoudao.engines.photos.opening import PhotoUnread
    from zhoudao.rooms.repairs.matching import beside, read

    reading = begin_reading(UUID(reading_id))
    if reading is None:
        return
    seen, fault = Seen(), ""
    try:
        seen = read(read_file(reading.file), beside(reading))
    except PhotoUnread as refusal:
        fault = refusal.code
    except Unreadable:
        fault = "gone"
    except Exception:
        _log.exception("The photo of the reading %s could not be read", reading_id)
        fault = "failed"
    finish_reading(reading_id=reading.id, seen=seen, fault=fault, at=now())
