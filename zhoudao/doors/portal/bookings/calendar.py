"""A booking as a calendar file (RFC 5545): the same entry again when it is moved or cancelled."""

from datetime import UTC, datetime

from django.utils.translation import get_language

from zhoudao.kit.languages import pick
from zhoudao.rooms.bookings.links import booking_url
from zhoudao.rooms.bookings.models import Booking, State

_LONGEST_LINE = 75  # octets
_GONE = (State.CANCELLED, State.NO_SHOW)


def calendar_file(booking: Booking, *, at: datetime) -> bytes:
    """One event. `SEQUENCE` counts the moves, so that calendars take the newer one."""
    is_off = booking.state in _GONE
    place = ", ".join(part for part in (str(booking.store), booking.store.city) if part)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Zhoudao//Bookings//EN",
        "METHOD:" + ("CANCEL" if is_off else "PUBLISH"),
        "BEGIN:VEVENT",
        f"UID:{booking.id}@zhoudao",
        f"SEQUENCE:{booking.moves + is_off}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(booking.starts_at)}",
        f"DTEND:{_utc(booking.ends_at)}",
        f"SUMMARY:{_text(pick(booking.service.names, get_language()))} · {_text(str(booking.store))}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(booking.number)}\\n{_text(booking_url(booking))}",
        f"URL:{booking_url(booking)}",
        "STATUS:" + ("CANCELLED" if is_off else "CONFIRMED"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1H", f"DESCRIPTION:{_text(booking.number)}", "END:VALARM"),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """As RFC 5545 §3.3.11 has it."""
    for sign in ("\\", ";", ","):
        words = words.replace(sign, "\\" + sign)
    return words.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Lines of at most 75 octets, never cut within a character (§3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _LONGEST_LINE - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
