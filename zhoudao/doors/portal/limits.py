"""How often one address or visitor may knock: counted in the database, so that all web processes agree."""

import ipaddress
import math
import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from zhoudao.doors.portal.models import Knock
from zhoudao.ground.accounts.tokens import find_token
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen

_COUNT = """
    INSERT INTO portal_knock AS k (key, since, count) VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN k.since <= %(past)s THEN 1 ELSE k.count + 1 END,
        since = CASE WHEN k.since <= %(past)s THEN %(now)s ELSE k.since END
    RETURNING count, since
"""
_SWEEP_ONE_IN = 500


@frozen
class Limit:
    """At most `count` knocks in `seconds`, counted from the first."""

    name: str
    count: int
    seconds: int

    def knock(self, who: str) -> int:
        """This will count one knock; returns how many seconds to wait, 0 when it is within the limit."""
        now = datetime.now(UTC)
        past = now - timedelta(seconds=self.seconds)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self._key(who), "now": now, "past": past})
            count, since = cursor.fetchone()
        if secrets.randbelow(_SWEEP_ONE_IN) == 0:
            Knock.objects.filter(since__lt=now - timedelta(days=1)).delete()
        return self._wait(since, now) if count > self.count else 0

    def wait(self, who: str) -> int:
        """How many seconds somebody has to wait who knocked `count` times, without counting."""
        now = datetime.now(UTC)
        row = Knock.objects.filter(key=self._key(who), since__gt=now - timedelta(seconds=self.seconds)).first()
        return self._wait(row.since, now) if row is not None and row.count >= self.count else 0

    def _wait(self, since: datetime, now: datetime) -> int:
        return max(1, math.ceil(self.seconds - (now - since).total_seconds()))

    def _key(self, who: str) -> bytes:
        return box.blind_index(f"knock.{self.name}", who)


GUESSES = Limit("guess", 10, 900)
STARTS = Limit("start", 60, 600)
VISITOR_MESSAGES = Limit("visitor", 30, 60)
ADDRESS_MESSAGES = Limit("address", 240, 60)
VISITOR_TYPING = Limit("typing", 40, 60)


def address_of(request: HttpRequest) -> str:
    """Who is at the other end. We never speak TLS ourselves: under https the last hop named by our proxy is meant."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rsplit(",", 1)[-1].strip() if settings.SECURE and forwarded else remote


def is_replay(request: HttpRequest) -> bool:
    """Whether this is the demo's replay: from this very machine, with a token made for it."""
    token = request.headers.get("X-Zhoudao-Demo", "")
    if not token or not _is_loopback(address_of(request)):
        return False
    row = find_token(token, at=datetime.now(UTC))
    return row is not None and "demo:replay" in row.scopes


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
