"""What a system says of a parcel, in our own words:

{"carrier": "sf", "tracking_number": "SF1234567890", "expected_at": "2026-03-12T18:00:00+08:00",
 "events": [{"at": "2026-03-10T09:12:00+08:00", "state": "in_transit", "text": "…", "place": "南京市"}]}
"""

from datetime import datetime
from typing import Annotated

import msgspec

from zhoudao.rooms.parcels.told import MOST_MARKS, Said, Told, Unread, told

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Words = Annotated[str, msgspec.Meta(max_length=2_000)]


class _Event(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    at: _Moment
    state: Annotated[str, msgspec.Meta(max_length=40)]
    text: _Words = ""
    place: _Words = ""


class _Report(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    carrier: Annotated[str, msgspec.Meta(max_length=60)]
    tracking_number: Annotated[str, msgspec.Meta(max_length=80)]
    events: Annotated[tuple[_Event, ...], msgspec.Meta(max_length=MOST_MARKS)]
    expected_at: _Moment | None = None


_decoder = msgspec.json.Decoder(_Report)


def read(raw: bytes) -> list[Told]:
    """What a report says. Raises: Unread."""
    try:
        report = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unread(str(error)[:200]) from error
    said = [Said(one.at, one.state.strip().lower(), one.text, one.place) for one in report.events]
    return [told(report.carrier, report.tracking_number, said, expected_at=report.expected_at)]
