"""How customers fare on each channel: out of the tallies, else recounted from the cases."""

from datetime import datetime
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.cases.queries.by_channel import by_channel
from zhoudao.rooms.tallies.queries import period_of, said_of
from zhoudao.rooms.tallies.reading import Figures, NotCounted, Reader
from zhoudao.rooms.voice.board import Satisfaction, satisfaction_by_channel

_NOBODY = Satisfaction(0, None, 0)


@frozen
class Served:
    """Cases that wait for us now, the median minutes until a person answered, and what customers said."""

    waiting: int = 0
    first_reply: float | None = None
    said: Satisfaction = _NOBODY


def served(viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo) -> dict[str, Served]:
    """By channel's code, over the cases the viewer may see; times to one per cent (at most ten statements)."""
    try:
        found = Reader(viewer, asked, at=at, zone=zone).figures("channel")
    except NotCounted:
        return recounted(viewer, asked)
    return {code: _served(found, code) for code in found.groups if code}


def recounted(viewer: Viewer, asked: Asked) -> dict[str, Served]:
    """The same from the cases themselves (three statements)."""
    service = by_channel(viewer, asked)
    said = satisfaction_by_channel(scope(viewer, asked), start=asked.start, end=asked.end)
    return {
        code: Served(waiting, first_reply, said.get(code, _NOBODY)) for code, (waiting, first_reply) in service.items()
    } | {code: Served(said=one) for code, one in said.items() if code not in service}


def _served(found: Figures, code: str) -> Served:
    one = Figures({"": found.of(code)})
    return Served(one.count("waiting"), period_of(one).first_reply, said_of(one))
