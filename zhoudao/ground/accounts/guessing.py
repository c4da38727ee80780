"""How often a password may be guessed: counted in the database before it is looked at, so that all processes agree."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from zhoudao.ground.accounts.models import Guess

_COUNT = """
    INSERT INTO accounts_guess AS g (key, since, count) VALUES (%(key)s, %(now)s, 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN g.since <= %(past)s THEN 1 ELSE g.count + 1 END,
        since = CASE WHEN g.since <= %(past)s THEN %(now)s ELSE g.since END
    RETURNING count
"""
_SWEEP_ONE_IN = 500


@dataclass(frozen=True)
class Patience:
    """At most `most` guesses in `seconds`, counted from the first."""

    name: str
    most: int
    seconds: int

    def guess(self, of: str) -> bool:
        """This will count one guess; whether it may be looked at."""
        now = datetime.now(UTC)
        past = now - timedelta(seconds=self.seconds)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self._key(of), "now": now, "past": past})
            (count,) = cursor.fetchone()
        if secrets.randbelow(_SWEEP_ONE_IN) == 0:
            Guess.objects.filter(since__lt=now - timedelta(days=1)).delete()
        return bool(count <= self.most)

    def forgive(self, of: str) -> None:
        """This will take one guess back: it was right."""
        Guess.objects.filter(key=self._key(of), count__gt=0).update(count=F("count") - 1)

    def _key(self, of: str) -> bytes:
        return salted_hmac(f"guess.{self.name}", of.lower(), algorithm="sha256").digest()[:16]


NAMES = Patience("name", 5, 300)  # of one person's password, from wherever
ADDRESSES = Patience("address", 10, 60)  # from one address, of whomever
