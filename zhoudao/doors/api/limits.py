"""How often a token may call, and an address may try tokens: counted in memory, by each web process for itself."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest

_REMEMBERED = 10_000


@dataclass
class Bucket:
    """`burst` calls at once, then `per_second`. The longest unseen callers are forgotten first."""

    per_second: float
    burst: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knock(self, who: str) -> int:
        """This will count one call; returns the seconds to wait, 0 when it may pass."""
        with self._lock:
            left = self._now_left(who)
            if left < 1:
                return self._seconds(left)
            self._left[who] = (left - 1, time.monotonic())
            self._left.move_to_end(who)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return 0

    def wait(self, who: str) -> int:
        """The seconds to wait, without counting."""
        with self._lock:
            left = self._now_left(who)
        return 0 if left >= 1 else self._seconds(left)

    def forget(self) -> None:
        """This will let everybody begin anew."""
        with self._lock:
            self._left.clear()

    def _now_left(self, who: str) -> float:
        left, seen = self._left.get(who, (self.burst, time.monotonic()))
        return min(self.burst, left + (time.monotonic() - seen) * self.per_second)

    def _seconds(self, left: float) -> int:
        return max(1, math.ceil((1 - left) / self.per_second))


TOKENS = Bucket(per_second=100, burst=2000)
ADDRESSES = Bucket(per_second=0.2, burst=30)  # of failed tokens


def address_of(request: HttpRequest) -> str:
    """Who is at the other end; behind our proxy (we speak no TLS ourselves) the hop it names last."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def is_loopback(address: str) -> bool:
    """Whether the caller is this very machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
