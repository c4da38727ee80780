"""Keys: UUIDv7 for rows, unguessable tokens for links."""

import os
import secrets
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

_TAIL_BITS = 74
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_SMALLEST_TOKEN = 128
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TokenTooShort(ValueError):
    """A token of fewer than 128 bits can be guessed."""


class _Sequence:
    """The last key given out, so that the next one is larger."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = -1
        self._tail = 0

    def next(self, millisecond: int, *, rising: bool) -> uuid.UUID:
        with self._lock:
            if rising:
                millisecond = max(millisecond, self._millisecond)
            if millisecond == self._millisecond:
                self._tail += 1 + int.from_bytes(os.urandom(4))
            else:
                self._tail = secrets.randbits(_TAIL_BITS - 1)
            if self._tail >> _TAIL_BITS:
                millisecond, self._tail = millisecond + 1, secrets.randbits(_TAIL_BITS - 1)
            self._millisecond = millisecond
            return _build(millisecond, self._tail)


def _build(millisecond: int, tail: int) -> uuid.UUID:
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return uuid.UUID(int=(millisecond & ((1 << 48) - 1)) << 80 | _VERSION | high << 64 | _VARIANT | low)


_now = _Sequence()
_dated = _Sequence()


def _forget() -> None:
    global _now, _dated
    _now, _dated = _Sequence(), _Sequence()


# A forked child would otherwise go on from its parent's last key, and hold a lock nobody releases.
os.register_at_fork(after_in_child=_forget)


def uuid7(at: datetime | None = None) -> uuid.UUID:
    """A UUIDv7; keys of one process rise. With `at` it carries that moment, and rises among keys of one millisecond.

    Source: RFC 9562 §5.7, §6.2 method 2.
    """
    if at is not None:
        return _dated.next((at - _EPOCH) // timedelta(milliseconds=1), rising=False)
    # The machine's time, not the shown one: a key needs to be new and ordered, whatever a demo's clock says.
    return _now.next(time.time_ns() // 1_000_000, rising=True)


def uuid_in(text: str) -> uuid.UUID | None:
    """The key somebody wrote in an address or a form; None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def url_token(bits: int = 160) -> str:
    """An unguessable token, safe in a URL, of at least `bits` bits.

    Raises: TokenTooShort.
    """
    if bits < _SMALLEST_TOKEN:
        raise TokenTooShort(f"{bits} bits")
    return secrets.token_urlsafe(-(-bits // 8))
